"""Tokenize a page in HTML into tags and texts, in one pass.

Python's ``html.parser`` is not used: before 3.11.14 and 3.13.6 it takes minutes for some 100 kB of broken tags
(CVE-2025-6069), and it cannot skip content. Most of a paper's page is MathML next to the TeX it was generated from, so
skipping it makes this several times as fast. The result is the same as in browsers
(https://html.spec.whatwg.org/multipage/parsing.html) for anything that the page of a paper contains.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})
#: A name as in papers' pages; anything else is not a tag.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:-]{0,40}")
# Possessive where possible, so that nothing is scanned twice.
_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?""")
_REST = re.compile(r"[\s/=]*+")
#: Elements whose content is not HTML, or not needed. That of `math` is, if its TeX is not in an attribute.
_STEPPED_OVER: Final = frozenset(("script", "style", "math", "textarea", "template", "noscript", "iframe"))
#: The attributes that are read.
_WANTED: Final = frozenset(
    ("class", "id", "role", "alttext", "display", "colspan", "rowspan", "alt", "start", "encoding", "mathvariant")
) | {"href", "src", "width", "height", "open", "close", "separators", "linethickness", "columnlines"}
#: No character code has more digits; Python refuses to parse numbers of thousands of them.
_LONG_NUMBER = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9A-Fa-f]{8,}+);?")


class Tag(NamedTuple):
    """An opening or a closing tag, its name in lower case."""

    name: str
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    closing: bool = False
    empty: bool = False  # ends with “/>”, which only counts in MathML and SVG


def tags_and_texts(page: str) -> Iterator[Tag | str]:
    """Yield the tags of `page` and the texts between them, with entities resolved. Linear in the length."""
    return _Scanner(page).run()


class _Scanner:
    def __init__(self, page: str) -> None:
        self._page = page
        self._never: set[str] = set()  # elements without a closing tag from here on

    def run(self) -> Iterator[Tag | str]:
        page, at = self._page, 0
        while at < len(page):
            opening = page.find("<", at)
            if opening < 0:
                yield unescaped(page[at:])
                return
            if opening > at:
                yield unescaped(page[at:opening])
            name = _NAME.match(page, opening + 1)
            if name is not None:
                attributes, at = self._attributes(name.end())
                tag = Tag(name[0].lower(), attributes, empty=page.startswith("/>", at - 2))
                yield tag
                at = self._behind_inside(tag, at)
            elif page.startswith("</", opening):
                name = _NAME.match(page, opening + 2)
                at = self._behind(">", opening)
                if name is not None:
                    yield Tag(name[0].lower(), closing=True)
            elif page.startswith("<!--", opening):
                at = self._behind("-->", opening)
            elif page.startswith(("<!", "<?"), opening):
                at = self._behind(">", opening)
            else:
                yield "<"
                at = opening + 1

    def _behind(self, end: str, at: int) -> int:
        found = self._page.find(end, at)
        return len(self._page) if found < 0 else found + len(end)

    def _attributes(self, at: int) -> tuple[Mapping[str, str], int]:
        """Return the attributes from `at` on, and the position after the tag."""
        found: dict[str, str] = {}
        page = self._page
        while (attribute := _ATTRIBUTE.match(page, at)) is not None:
            name = attribute[1].lower()
            if name in _WANTED and name not in found:
                found[name] = unescaped(attribute[2] or attribute[3] or attribute[4] or "")
            at = attribute.end()
        rest = _REST.match(page, at)
        at = at if rest is None else rest.end()
        if at < len(page) and page[at] != ">":  # an attribute without a name
            return found, self._behind(">", at)
        return found or _NO_ATTRIBUTES, at + 1

    def _behind_inside(self, tag: Tag, at: int) -> int:
        """Return the position of the closing tag if the content of `tag` is skipped; without one nothing is."""
        name = tag.name
        if name not in _STEPPED_OVER or name in self._never:
            return at
        if name == "math" and (tag.empty or not tag.attributes.get("alttext", "").strip()):
            return at
        closing = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(self._page, at)
        if closing is None:
            self._never.add(name)
            return at
        return closing.start()


def unescaped(text: str) -> str:
    """Return `text` with its entities resolved."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text))
