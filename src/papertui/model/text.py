"""The entry point for text from outside: every title, abstract, name and address passes through here once.

The result is one line (`plain`, `title`, `prose`, `name`) that cannot control a terminal, with mathematics in Unicode.
It is text, not markup: square brackets and ampersands are ordinary characters, so never pass it to a function that
parses markup.
"""

from __future__ import annotations

import re

from papertui.model.safe_text import one_line, paragraphs, safe
from papertui.tex import has_tex, unicode_formula, unicode_text
from papertui.tex.dressing import undressed
from papertui.tex.scan import without_comments

__all__ = ["formula", "is_clean", "name", "one_line", "paragraphs", "plain", "prose", "safe", "title", "web_url"]

#: RFC 9110 asks for at least 8000 octets, some browsers stop at about 2000 characters; no page of a paper needs more.
LONGEST_ADDRESS = 2000
#: http and https with a host, an optional port and no user: ``https://arxiv.org@evil.example`` is not arXiv.
_ADDRESS = re.compile(
    r"""(?i:https?)://
        (?: [^\W_](?:[\w.-]*[^\W_])?\.? | \[[0-9A-Fa-f:.]{2,45}\] )
        (?: :[0-9]{1,5} )?
        (?: [/?#][^\s\\<>"^`{|}]* )?""",
    re.VERBOSE,
)


def plain(text: str) -> str:
    """Clean a keyword, id or host: safe, on one line, TeX left as it is."""
    return one_line(text)


def title(text: str) -> str:
    r"""Clean a title: safe, on one line, TeX in Unicode: ``G\"odel's $\lambda$`` becomes ``Gödel's λ``."""
    line = one_line(text)
    made = unicode_text(line)
    return line if made is line else one_line(made)


def prose(text: str) -> str:
    """Clean an abstract or a sentence about a paper, as `title` does; paragraphs are joined."""
    return title(text)


def formula(tex: str) -> str:
    r"""Clean a formula without surrounding dollars: safe, on one line, in Unicode: ``\sqrt{d_{k}}`` becomes ``√dₖ``."""
    return one_line(unicode_formula(undressed(one_line(without_comments(tex)))))


def name(text: str) -> str:
    r"""Clean a name of a person or organisation: safe, on one line, TeX accents set: ``Bal\'azs`` becomes ``Balázs``.

    Unlike in a title, ``_`` and ``^`` outside of dollars are part of the name.
    """
    line = one_line(text)
    made = unicode_text(line, scripts=False)
    return line if made is line else one_line(made)


def is_clean(text: str) -> bool:
    """Whether `plain`, `title` and `name` leave a text that neither begins nor ends with white space unchanged.

    False for some that they leave unchanged: it is a quick look.
    """
    return text.isascii() and text.isprintable() and "  " not in text and not has_tex(text)


def web_url(text: str) -> str | None:
    """Return the address in `text` if a browser can open it: http or https, with a host, without a user.

    Surrounding white space is stripped. An address with white space, control or invisible characters inside is
    rejected, because it may not lead where it seems to.
    """
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or safe(address) != address or not _ADDRESS.fullmatch(address):
        return None
    return address
