"""Text out of HTML."""

from __future__ import annotations

import re
from html import unescape

#: Longer texts are truncated: no abstract is longer.
_LONGEST_MARKUP = 200_000
LONGEST = 20_000
#: Elements whose content is not text to read.
_UNREAD = "script|style|svg|iframe|object|noscript|template|head|annotation|annotation-xml"
#: Elements that do not separate words.
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "tt u var wbr math mi mn mo mrow ms mtext msub msup msubsup mstyle semantics inf italic bold sc"
)
_INLINE = frozenset(_INLINE_NAMES.split())
#: Not `html.parser`: it takes quadratic time on some broken markup, and feeds contain mathematics (``a<b and c>d``)
#: that is not markup. So only valid names of HTML or MathML elements count as tags.
_TAG = re.compile(
    rf"""
      <!--.*?(?:-->|\Z)
    | <!\[CDATA\[|\]\]>
    | <[!?][A-Za-z\[][^<>]*>
    | <(?P<unread>{_UNREAD})\b[^<>]*+(?:/>|>.*?(?:</(?P=unread)\s*>|\Z))
    | </?(?:[a-z]{{1,8}}:)?(?P<name>[a-z][a-z0-9-]{{1,30}})(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>
    | </?(?:[a-z]{{1,8}}:)?(?P<letter>[a-z])(?:\s+[\w:-]+\s*=(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?\s*/?>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: Python refuses to parse numbers of some thousand digits, and no character code has more than seven.
_NO_LETTER = re.compile(r"&#(?:[xX][0-9A-Fa-f]{8}|[0-9]{9})[0-9A-Fa-f]*;?")


def text_of(markup: str) -> str:
    """Return the visible text of `markup`, truncated to the length of an abstract; white space is unchanged."""
    return shortened(_unescaped(_TAG.sub(_parted, markup[:_LONGEST_MARKUP])))


def lines_of(markup: str) -> str:
    """Return the visible text of `markup`, with a line break where an element that separates words begins or ends."""
    folded = " ".join(markup[:_LONGEST_MARKUP].split())
    return _unescaped(_TAG.sub(lambda tag: "\n" if _parted(tag) else "", folded))


def shortened(text: str) -> str:
    """Return `text`, truncated after a word if it is longer than any abstract."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rsplit(None, 1)
    return f"{kept[0]} …" if kept else ""


def _unescaped(text: str) -> str:
    return unescape(_NO_LETTER.sub("\N{REPLACEMENT CHARACTER}", text))


def _parted(tag: re.Match[str]) -> str:
    """Return the replacement of a tag: nothing within a word, else a space."""
    name = tag["name"] or tag["letter"]
    return "" if name is not None and name.lower() in _INLINE else " "
