r"""The door for text from outside: every title, abstract, name and address passes here, once, where it enters.

What comes out is one line (`plain`, `title`, `prose`, `name`), nothing in it acts on a terminal, and mathematics is in
Unicode. It is text, not markup: square brackets and ampersands are letters like any other, so nobody may hand it to
something that reads markup.
"""

from __future__ import annotations

import re

from papertui.core.safe import one_line, paragraphs, safe
from papertui.core.tex import unicode_formula, unicode_text

__all__ = ["formula", "name", "one_line", "paragraphs", "plain", "prose", "safe", "title", "web_url"]

#: RFC 9110 asks for 8000 octets at least, browsers cut at about 2000 characters; no page of a paper needs more.
LONGEST_ADDRESS = 2000
#: http and https with a host, a port perhaps, and no user: ``https://arxiv.org@evil.example`` is not arXiv.
_ADDRESS = re.compile(
    r"""(?i:https?)://
        (?: [^\W_](?:[\w.-]*[^\W_])?\.? | \[[0-9A-Fa-f:.]{2,45}\] )
        (?: :[0-9]{1,5} )?
        (?: [/?#][^\s\\<>"^`{|}]* )?""",
    re.VERBOSE,
)


def plain(text: str) -> str:
    """A keyword, an id, a host: safe and on one line, without a thought of TeX."""
    return one_line(text)


def title(text: str) -> str:
    r"""A title: safe, on one line, its TeX in Unicode: ``G\"odel's $\lambda$`` is ``Gödel's λ``."""
    line = one_line(text)
    made = unicode_text(line)
    return line if made is line else one_line(made)


def prose(text: str) -> str:
    """An abstract or a sentence about a paper: as `title`; paragraphs become one."""
    return title(text)


def formula(tex: str) -> str:
    r"""A formula without dollars around it: safe, on one line, in Unicode: ``\sqrt{d_{k}}`` is ``√dₖ``."""
    return one_line(unicode_formula(one_line(tex)))


def name(text: str) -> str:
    r"""A name of a person or an organisation: safe, on one line, TeX's accents set: ``C. Bal\'azs`` is ``C. Balázs``.

    Unlike in a title, ``_`` and ``^`` outside of dollars are letters of the name.
    """
    line = one_line(text)
    made = unicode_text(line, scripts=False)
    return line if made is line else one_line(made)


def web_url(text: str) -> str | None:
    """The address `text` holds, if it is one to open in a browser: http or https, with a host, without a user.

    White space around it goes; one with white space, control or invisible characters inside is refused, as it may not
    lead where it seems to.
    """
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or safe(address) != address or not _ADDRESS.fullmatch(address):
        return None
    return address
