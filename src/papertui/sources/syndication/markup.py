"""Text out of HTML, for abstracts and titles: one pass, whatever comes.

Not `html.parser`: it takes the square of the length on some broken markup, and feeds hold mathematics (``a<b and c>d``)
that is no markup at all. So only what can be one of HTML's or MathML's tags is taken for one.
"""

from __future__ import annotations

import re
from html import unescape

#: Longer texts are cut: what is shown is an abstract, and no abstract is longer.
_LONGEST_MARKUP = 200_000
LONGEST = 20_000
#: What stands inside of these is not for reading.
_UNREAD = "script|style|svg|iframe|object|noscript|template|head|annotation|annotation-xml"
#: These stand between words without parting them.
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "tt u var wbr math mi mn mo mrow ms mtext msub msup msubsup mstyle semantics inf italic bold sc"
)
_INLINE = frozenset(_INLINE_NAMES.split())
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
#: Python reads no number of more than some thousand digits, and no letter has one of more than seven.
_NO_LETTER = re.compile(r"&#(?:[xX][0-9A-Fa-f]{8}|[0-9]{9})[0-9A-Fa-f]*;?")


def text_of(markup: str) -> str:
    """What a reader sees of `markup`, cut where it becomes longer than any abstract; white space as it comes."""
    without = _TAG.sub(_parted, markup[:_LONGEST_MARKUP])
    return shortened(unescape(_NO_LETTER.sub("\N{REPLACEMENT CHARACTER}", without)))


def shortened(text: str) -> str:
    """`text`, cut behind a word when it is longer than any abstract."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rsplit(None, 1)
    return f"{kept[0]} …" if kept else ""


def _parted(tag: re.Match[str]) -> str:
    """What stands for a tag: nothing between letters of one word, else a space."""
    name = tag["name"] or tag["letter"]
    return "" if name is not None and name.lower() in _INLINE else " "
