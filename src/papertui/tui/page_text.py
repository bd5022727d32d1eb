"""The text of an open paper: what can be found in it, gone to and followed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from papertui.model.document import Document, DocumentPart
from papertui.model.document import places as places_of
from papertui.tui.widgets.citations_hidden import Places, shown_text
from papertui.tui.widgets.paper_text import Block

#: Letters that are read in a minute: 230 words.
_PACE = 1300

#: A longer mark of a reference is a label of names and a year, not a number.
_LONGEST_NUMBER = 7
_NUMBER = re.compile(r"\d+")
#: Citations by numbers: ``[3]``, ``[1, 5-7]``, ``(2; 33)``.
_NUMBERED = re.compile(r"\[\d{1,4}(?:\s*[,;\u2013-]\s*\d{1,4})*\]|\(\d{1,4}(?:\s*;\s*\d{1,4})+\)")
#: Citations by names: ``Smith et al. (2020)``, ``(Smith and Doe, 2020a)``.
_NAMED = re.compile(
    r"([A-Z\u00c0-\u00de][\w\u2019'-]+)(?:,? et al\.?|,? (?:and|&) [A-Z\u00c0-\u00de][\w\u2019'-]+)?,? [\[(]?"
    r"((?:19|20)\d\d)[a-z]?\b"
)
#: References to other places: ``Section 3.2``, ``Fig. 1``, ``Eq. (4)``.
_CROSS = re.compile(
    r"\b(Section|Sec\.|Appendix|Table|Tab\.|Figure|Fig\.|Equation|Eq\.)\s\(?([A-Z]?\d*(?:\.\d+)*)(?=\b|\))"
)
_CROSS_KINDS = {"s": "section", "a": "section", "t": "table", "f": "figure", "e": "equation"}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")
_FLOAT = re.compile(r"(Table|Figure)\s+([A-Z]?\d+(?:\.\d+)*)", re.IGNORECASE)
_SECTION = re.compile(r"(?:Appendix\s+)?((?:\d+|[A-Z])(?:\.\d+)*)\.?\s")
_FAMILY = re.compile(r"[A-Z\u00c0-\u00de][\w\u2019'-]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d")


class Heading(NamedTuple):
    """A heading of the text."""

    block: int
    level: int
    text: str

    @property
    def number(self) -> str:
        """The number of the section, or an empty string."""
        found = _SECTION.match(f"{self.text} ")
        return found[1] if found else ""


class PageLink(NamedTuple):
    """Letters that lead somewhere."""

    block: int
    start: int
    end: int
    #: ``reference``: an entry of the bibliography. ``place``: another part. ``address``: a page. ``wide``: a table or
    #: listing that is cut.
    kind: Literal["reference", "place", "address", "wide"]
    part: int = -1
    url: str = ""


class Found(NamedTuple):
    """A match of what is searched in the text."""

    block: int
    start: int
    end: int


def _folded(text: str) -> str:
    """Return `text` in small letters, each at its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Finder:
    """Finds words in the blocks of a text."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        texts = list(map(shown_text, blocks))
        self._text = _folded("\n".join(texts))
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]
        self.query = ""
        self.count = 0

    def search(self, query: str) -> None:
        """Search for a text; capital and small letters are alike."""
        self.query = _folded(query)
        self.count = self._text.count(self.query) if self.query else 0

    def after(self, block: int, letter: int) -> Found | None:
        """Return the first match from a letter on, else the first of all."""
        if not self.count:
            return None
        at = self._text.find(self.query, self._at(block, letter))
        return self._found(at if at >= 0 else self._text.find(self.query))

    def before(self, block: int, letter: int) -> Found | None:
        """Return the last match before a letter, else the last of all."""
        if not self.count:
            return None
        at = self._text.rfind(self.query, 0, self._at(block, letter))
        return self._found(at if at >= 0 else self._text.rfind(self.query))

    def _found(self, at: int) -> Found:
        block = bisect_right(self._starts, at) - 1
        start = at - self._starts[block]
        return Found(block, *self._whole(block, start, start + len(self.query)))

    def _at(self, block: int, letter: int) -> int:
        """Return the place of a letter in the text that is searched, which has no hidden letters."""
        return self._starts[block] + Places(self._blocks[block]).shown(letter)

    def _whole(self, block: int, start: int, end: int) -> tuple[int, int]:
        """Return the letters of a block that are at some places of what is shown of it."""
        places = Places(self._blocks[block])
        return places.whole(start), places.whole(end, is_end=True)

    def number(self, found: Found) -> int:
        """Return which match it is, from 1 on."""
        return self._text.count(self.query, 0, self._at(found.block, found.start)) + 1

    def within(self, block: int) -> list[tuple[int, int]]:
        """Return the matches in a block."""
        if not self.count:
            return []
        first, last = self._starts[block], self._starts[block + 1] - 1
        matches = []
        at = self._text.find(self.query, first, last)
        while at >= 0:
            matches.append(self._whole(block, at - first, at - first + len(self.query)))
            at = self._text.find(self.query, at + len(self.query), last)
        return matches


class PageText:
    """The blocks that are shown of a paper, and its document if that is shown."""

    def __init__(self, blocks: Sequence[Block], document: Document | None) -> None:
        self.blocks = blocks
        self.document = document
        #: The first block of each part.
        self.starts: dict[int, int] = {}
        for number, block in enumerate(blocks):
            if block.part >= 0:
                self.starts.setdefault(block.part, number)
        parts = () if document is None else document.parts
        self.headings = tuple(
            Heading(self.starts[place], part.level, blocks[self.starts[place]].text)
            for place, part in enumerate(parts)
            if part.kind == "heading" and place in self.starts
        )
        self._letters = [0, *accumulate(len(block.text) if block.part >= 0 else 0 for block in blocks)]
        self._finder: Finder | None = None
        self._targets: _Targets | None = None
        self._links: dict[int, Sequence[PageLink]] = {}

    @property
    def finder(self) -> Finder:
        if self._finder is None:
            self._finder = Finder(self.blocks)
        return self._finder

    def section_at(self, block: int) -> int:
        """Return the number of the heading above a block, -1 for none."""
        return bisect_right([heading.block for heading in self.headings], block) - 1

    def section_text(self, block: int) -> str:
        """Return the text of the section that a block is in, of the whole text outside a section."""
        at = self.section_at(block)
        if at < 0:
            return self.text()
        heading = self.headings[at]
        later = (one.block for one in self.headings[at + 1 :] if one.level <= heading.level)
        return _text_of(self.blocks[heading.block : next(later, self._end)])

    def text(self) -> str:
        return _text_of(self.blocks)

    @property
    def _end(self) -> int:
        return max((number for number, block in enumerate(self.blocks) if block.part >= 0), default=-1) + 1

    def minutes_left(self, block: int) -> int:
        """Return the minutes that the text from a block on takes."""
        left = self._letters[-1] - self._letters[min(block, len(self.blocks))]
        return -(-left // _PACE)

    # --- links ---------------------------------------------------------------------------------------

    def links(self, block: int) -> Sequence[PageLink]:
        """Return the links in a block, in order."""
        if block not in self._links:
            self._links[block] = self._find_links(block)
        return self._links[block]

    def _find_links(self, number: int) -> Sequence[PageLink]:
        block = self.blocks[number]
        if self.document is None or block.part < 0 or block.role == "code":
            return ()
        if self._targets is None:
            self._targets = _Targets(self.document)
        part = self.document.parts[block.part]
        found = self._targets.stated(number, block, part)
        found += [
            PageLink(number, one.start(), one.end(), "address", url=one[0]) for one in _ADDRESS.finditer(block.text)
        ]
        if part.kind != "reference":
            found += self._targets.links(number, block)
        kept: list[PageLink] = []
        for link in sorted(found, key=lambda link: (link.start, -link.end)):
            is_hidden = any(start < link.end and link.start < end for start, end in block.hidden)
            if link.end > link.start and not is_hidden and (not kept or link.start >= kept[-1].end):
                kept.append(link)
        return kept

    def part_block(self, part: int) -> int:
        """Return the first block of a part."""
        return self.starts.get(part, 0)


def _text_of(blocks: Sequence[Block]) -> str:
    lines = [f"{' ' * block.indent}{block.mark + ' ' if block.mark else ''}{block.text}".rstrip() for block in blocks]
    return "\n".join(lines).strip("\n") + "\n"


class _Targets:
    """What the texts of citations and cross references lead to."""

    def __init__(self, document: Document) -> None:
        self._parts = document.parts
        self._ids = places_of(document)
        self._numbers: dict[str, int] = {}
        names: dict[tuple[str, str], list[int]] = {}
        places: dict[tuple[str, str], int] = {}
        references = [(place, part) for place, part in enumerate(document.parts) if part.kind == "reference"]
        for count, (place, part) in enumerate(references, 1):
            found = _NUMBER.search(part.mark)
            self._numbers.setdefault(found[0] if found and len(part.mark) <= _LONGEST_NUMBER else str(count), place)
            family = _FAMILY.findall(part.text[:60])
            for year in _YEAR.findall(f"{part.mark} {part.text}")[:2]:
                for name in family[:3]:
                    names.setdefault((name.casefold(), year), []).append(place)
        for place, part in enumerate(document.parts):
            text = f"{part.mark} {part.text}".strip()[:60]
            if part.kind == "heading" and (found := _SECTION.match(f"{text} ")):
                places.setdefault(("section", found[1]), place)
            elif part.kind == "figure" and (found := _FLOAT.match(text)):
                places.setdefault((found[1].casefold(), found[2]), place)
            elif part.kind == "formula" and part.mark:
                places.setdefault(("equation", part.mark.strip("()")), place)
        self._names: Mapping[tuple[str, str], list[int]] = names
        self._places: Mapping[tuple[str, str], int] = places

    def stated(self, number: int, block: Block, part: DocumentPart) -> list[PageLink]:
        """Return the links that the document states."""
        shift = block.text.find(part.text)  # of a heading, after its number
        found = []
        for span in part.spans if shift >= 0 else ():
            start, end = span.start + shift, span.end + shift
            target = self._ids.get(span.target[1:]) if span.target.startswith("#") else None
            if target is not None:
                kind: Literal["reference", "place"] = (
                    "reference" if self._parts[target].kind == "reference" else "place"
                )
                found.append(PageLink(number, start, end, kind, target))
            elif span.kind == "link" and span.target.startswith(("https://", "http://")):
                found.append(PageLink(number, start, end, "address", url=span.target))
        return found

    def links(self, number: int, block: Block) -> list[PageLink]:
        """Return the citations and cross references in the words of a block."""
        text, found = block.text, []
        for group in _NUMBERED.finditer(text) if self._numbers else ():
            for one in _NUMBER.finditer(group[0]):
                if (part := self._numbers.get(one[0])) is not None:
                    start = group.start() + one.start()
                    found.append(PageLink(number, start, start + len(one[0]), "reference", part))
        found += [
            PageLink(number, one.start(), one.end(), "reference", parts[0])
            for one in (_NAMED.finditer(text) if self._names else ())
            if (parts := self._names.get((one[1].casefold(), one[2])))
        ]
        for one in _CROSS.finditer(text):
            part = self._places.get((_CROSS_KINDS[one[1][0].casefold()], one[2]))
            if part is not None and part != block.part:
                found.append(PageLink(number, one.start(), one.end(), "place", part))
        return found
