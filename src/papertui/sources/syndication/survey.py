"""Check XML before `feedparser` parses it: whether it is well-formed, and whether it would be slow to parse.

Some steps of feedparser take quadratic time: it compares the labels of an entry with each other, and searches names
for mail addresses with a pattern that restarts at every letter. Real feeds are not affected, so generous limits apply
here and anything beyond them is refused.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from papertui.sources.syndication.excerpt import too_much

_DEEPEST = 150
_ENTRIES = frozenset({"item", "entry"})
_LABELS = frozenset({"category", "keywords", "subject", "tags"})
_NAMES = frozenset(
    {"author", "creator", "contributor", "managingeditor", "webmaster", "publisher", "owner", "name", "email"}
)
_DATES = frozenset(
    {"pubdate", "date", "published", "updated", "issued", "modified", "created", "expirationdate", "lastbuilddate"}
    | {"valid", "publicationdate", "coverdate"}
)
_LONGEST_DATE = 500
#: Elements that contain an address, which feedparser resolves against that of the feed.
_ADDRESSES = frozenset({"comments", "docs", "guid", "href", "icon", "id", "link", "logo", "uri", "url"})
#: An address may contain an embedded picture.
_LONGEST_ADDRESS = 100_000
_READ = _LABELS | _NAMES | _DATES | _ADDRESSES
#: Each is compared with every element in a namespace unknown to feedparser.
_MOST_NAMESPACES = 200
#: The most comparisons of labels in all: an entry of a hundred labels costs ten thousand.
_MOST_COMPARISONS = 4_000_000
_LONG_WORD = re.compile(r"[A-Za-z0-9_.+-]{80}")
_PARTS = re.compile(r"[,\s]+")
_SEPARATOR = " "


def survey(text: str) -> None:
    """Parse the XML `text` and check it against the limits.

    Raises:
        xml.parsers.expat.ExpatError: it is not well-formed.
        SourceError: parsing it would take too much time or memory.
    """
    looked = _Look()
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = looked.namespace
    parser.StartElementHandler = looked.start
    parser.EndElementHandler = looked.end
    parser.CharacterDataHandler = looked.data
    parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - the method takes no keywords


class _Look:
    """The handlers of the parser and their counts."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.pieces: list[str] = []
        self.labels = 0
        self.comparisons = 0
        self.namespaces: set[tuple[str | None, str | None]] = set()

    def namespace(self, prefix: str | None, address: str | None) -> None:
        self.namespaces.add((prefix, address))
        if len(self.namespaces) > _MOST_NAMESPACES:
            raise too_much()

    def start(self, name: str, _: object) -> None:
        local = name.rpartition(_SEPARATOR)[2].lower()
        self.path.append(local)
        if len(self.path) > _DEEPEST:
            raise too_much()
        if local in _ENTRIES:
            self.labels = 0
        if local in _LABELS:
            self._label(1)
        self.pieces = []

    def data(self, text: str) -> None:
        if self.path[-1] in _READ:
            self.pieces.append(text)

    def end(self, _: str) -> None:
        local = self.path.pop()
        text = "".join(self.pieces)
        self.pieces = []
        if local in {"keywords", "tags"}:
            self._label(len(_PARTS.findall(text)))
        too_long = (
            (local in _NAMES and _LONG_WORD.search(text) is not None)
            or (local in _DATES and len(text) > _LONGEST_DATE)
            or (local in _ADDRESSES and len(text) > _LONGEST_ADDRESS)
        )
        if too_long:
            raise too_much()

    def _label(self, more: int) -> None:
        self.labels += more
        self.comparisons += self.labels * more
        if self.comparisons > _MOST_COMPARISONS:
            raise too_much()
