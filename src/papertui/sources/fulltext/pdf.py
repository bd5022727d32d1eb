"""Read the text of a PDF: paragraphs and headings put together from its lines. Needs the extra ``papertui[pdf]``.

pypdf returns the text in the order in which it was written into the file, which for papers set with TeX is the order of
reading, also in two columns. Sizes, fonts and places of the lines tell headings, paragraphs and footnotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from papertui.errors import SourceError
from papertui.model.document import Document, DocumentBuilder, DocumentFullError, DocumentPart, version_in
from papertui.model.safe_text import one_line
from papertui.tex.tables import names

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import DictionaryObject

#: Longer than the longest theses.
_MOST_PAGES: Final = 2_000
_HEADING_NUMBER: Final = re.compile(
    r"(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?|[A-Z](?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+[^\W\d_]"
)
_HEADINGS: Final = frozenset(
    ("abstract", "introduction", "references", "bibliography", "acknowledgements", "acknowledgments", "conclusion")
) | {"conclusions", "appendix", "related work", "discussion", "results", "methods", "contents"}
_REFERENCES: Final = frozenset(("references", "bibliography", "literature cited"))
_ENTRY: Final = re.compile(r"\[(?P<mark>[^\[\]]{1,12})\]\s*|(?P<number>\d{1,3})\.\s+(?=[A-Z])")
_BULLET: Final = re.compile(r"(?:[•◦▪‣∙·–]|\x88|\(cid:\d+\))\s+")
_NUMBERED: Final = re.compile(r"(?P<mark>\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
_FOOTNOTE: Final = re.compile(r"(?P<mark>\d{1,2}|[*†‡§])\s*(?=[^\W\d_])")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PAGE_NUMBER: Final = re.compile(r"[-–\s]*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–\s]*", re.IGNORECASE)
#: The bullet of TeX's text companion fonts.
_TEX_BULLET: Final = "\x88"
_LONGEST_HEADING: Final = 120
#: First halves of compounds more often than of broken words.
_HALVES: Final = names("two three four self well high low long short large small real full half cross fine")
_LARGER, _SMALLER = 1.12, 0.93
#: In points: the least and the largest indentation of a paragraph, the distance of two columns.
_INDENT, _WIDEST_INDENT, _NARROWEST_COLUMN = 4.0, 40.0, 100
#: Lines at the top and at the bottom of a page that may belong to its frame.
_EDGE: Final = 2
_REPEATED: Final = 3
_TITLE_LINES: Final = 4


class _Line(NamedTuple):
    text: str
    size: float
    bold: bool
    x: float
    y: float
    page: int


def read_pdf(path: Path) -> Document:
    """Return the text of a PDF.

    Raises:
        SourceError: it cannot be read, or has no text, as a scanned paper.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - an extra, and slow to import
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - an extra, too

    try:
        pages = [_lines(page, number) for number, page in enumerate(PdfReader(path).pages[:_MOST_PAGES])]
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise SourceError(f"The text of {path.name} cannot be read; open the PDF instead.") from error
    lines = _without_frame(pages)
    if not lines:
        raise SourceError(f"{path.name} has no text, only pictures of its pages; open the PDF instead.")
    return _Composer(lines).document()


def _lines(page: PageObject, number: int) -> list[_Line]:
    """Return the lines of a page in the order of its content, each with the style of its longest piece."""
    lines: list[_Line] = []
    pieces: list[tuple[str, float, bool, float, float]] = []

    def end() -> None:
        text = one_line("".join(piece[0] for piece in pieces).replace(_TEX_BULLET, "•"))
        if text:
            _, size, bold, _, _ = max(pieces, key=lambda piece: len(piece[0].strip()))
            first = next(piece for piece in pieces if piece[0].strip())
            lines.append(_Line(text, size, bold, first[3], first[4], number))
        pieces.clear()

    def visit(
        text: str, matrix: Sequence[float], place: Sequence[float], font: DictionaryObject | None, size: float
    ) -> None:
        scale = abs(place[3] or place[0]) * abs(matrix[3] or matrix[0]) or 1.0
        x = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
        y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        name = "" if font is None else str(font.get("/BaseFont", "")).casefold()
        bold = any(sign in name for sign in ("bold", "cmbx", "-bd", "medi", "black", "heavy"))
        for at, piece in enumerate(text.split("\n")):
            if at:
                end()
            if piece:
                pieces.append((piece, round(size * scale, 1), bold, x, y))

    page.extract_text(visitor_text=visit)
    end()
    return lines


def _without_frame(pages: list[list[_Line]]) -> list[_Line]:
    """Return the lines without page numbers and what stands on top or at the bottom of many pages."""
    edges = Counter(_bare(line.text) for lines in pages for line in {*lines[:_EDGE], *lines[-_EDGE:]})
    found: list[_Line] = []
    for lines in pages:
        for at, line in enumerate(lines):
            at_edge = at < _EDGE or at >= len(lines) - _EDGE
            repeated = edges[_bare(line.text)] >= _REPEATED and bool(_bare(line.text))
            if not (at_edge and (repeated or _PAGE_NUMBER.fullmatch(line.text))):
                found.append(line)
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\d\s]+", "", text)


class _Composer:
    """Puts lines together."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._parts = DocumentBuilder()
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body = sizes.most_common(1)[0][0]
        self._left = _left_edges(line for line in lines if line.size == self._body)
        self._gap = _usual_gap(lines)
        #: How words are written where no line ends in them.
        self._known = _whole_words(lines)
        self._in_references = False

    def document(self) -> Document:
        watermark = next((line for line in self._lines if line.text.startswith("arXiv:")), None)
        lines = [line for line in self._lines if line is not watermark]
        title, lines = self._title(lines)
        paragraph: list[_Line] = []
        try:
            for line in lines:
                if paragraph and self._begins(paragraph, line):
                    self._end(paragraph)
                    paragraph = []
                paragraph.append(line)
            self._end(paragraph)
        except DocumentFullError:
            pass
        version = version_in(watermark.text.split(" ")[0]) if watermark else 0
        return Document(title, tuple(self._parts.parts), source="pdf", version=version)

    def _title(self, lines: list[_Line]) -> tuple[str, list[_Line]]:
        """Return the largest lines at the top of the first page, and the other lines."""
        first = [line for line in lines if line.page == 0]
        size = max((line.size for line in first), default=0.0)
        large = [line for line in first if line.size == size][:_TITLE_LINES]
        if size <= self._body * _LARGER or not large:
            return "", lines
        return self._joined(large), [line for line in lines if line not in large]

    def _begins(self, paragraph: list[_Line], line: _Line) -> bool:
        """Whether a line begins a paragraph."""
        last = paragraph[-1]
        if self._is_heading(line) != self._is_heading(last):
            return True
        if self._is_heading(line):
            return (
                line.size != last.size
                or _HEADING_NUMBER.match(line.text) is not None
                or abs(last.y - line.y) > 2 * last.size
            )
        if self._in_references:
            return _ENTRY.match(line.text) is not None or self._hangs(last, line)
        if abs(line.size - last.size) > self._body * (1 - _SMALLER) or _BULLET.match(line.text):
            return True
        return self._begins_text(last, line)

    def _hangs(self, last: _Line, line: _Line) -> bool:
        """Whether a line is at the edge and the one before it is not, as in a bibliography without numbers."""
        in_column = line.page == last.page and line.y <= last.y
        return in_column and line.x - self._edge(line) < _INDENT and self._edge(last) + _INDENT < last.x

    def _begins_text(self, last: _Line, line: _Line) -> bool:
        indent = line.x - self._edge(line)
        if line.page != last.page or line.y > last.y + self._gap:  # a new column
            return indent > _INDENT and last.text.endswith((".", "!", "?", ":"))
        is_apart = last.y - line.y > self._gap * 1.35
        return is_apart or (_INDENT < indent < _WIDEST_INDENT and last.x - self._edge(last) < _INDENT)

    def _edge(self, line: _Line) -> float:
        """Return the left edge of the column of a line."""
        return max((edge for edge in self._left if edge <= line.x + 1), default=line.x)

    def _is_heading(self, line: _Line) -> bool:
        text = line.text
        if len(text) > _LONGEST_HEADING or not any(sign.isalpha() for sign in text):
            return False
        if text.casefold().strip(" .:0123456789") in _HEADINGS and len(text) < _LONGEST_HEADING // 4:
            return line.bold or line.size >= self._body or text.isupper()
        if line.size > self._body * _LARGER:
            return line.bold or _HEADING_NUMBER.match(text) is not None
        return line.bold and _HEADING_NUMBER.match(text) is not None and not text.endswith(".")

    def _end(self, lines: list[_Line]) -> None:
        if not lines:
            return
        text = self._joined(lines)
        if self._is_heading(lines[0]):
            number = _HEADING_NUMBER.match(text)
            depth = number["number"].count(".") if number and number["number"] else 0
            self._in_references = text.casefold().strip(" .:0123456789") in _REFERENCES
            self._parts.add("heading", text, 2 + depth)
        elif self._in_references:
            entry = _ENTRY.match(text)
            mark = f"[{entry['mark'] or entry['number']}]" if entry else ""
            self._parts.add("reference", text[entry.end() :] if entry else text, mark=mark)
        elif bullet := _BULLET.match(text):
            self._parts.add("item", text[bullet.end() :], 1, "•")
        elif lines[0].size < self._body * _SMALLER and (note := _FOOTNOTE.match(text)):
            self._parts.take(DocumentPart("item", text[note.end() :], 1, note["mark"], role="footnote"))
        elif numbered := _NUMBERED.match(text):
            self._parts.add("item", text[numbered.end() :], 1, numbered["mark"])
        else:
            self._parts.add("text", text)

    def _joined(self, lines: Iterable[_Line]) -> str:
        """Return lines as one, with words put together that were broken between two of them."""
        text = ""
        for line in lines:
            if text.endswith("-") and line.text[:1].islower():
                text = text if self._keeps_hyphen(text, line.text) else text[:-1]
                text += line.text
            else:
                text += f" {line.text}" if text else line.text
        return one_line(text)

    def _keeps_hyphen(self, before: str, after: str) -> bool:
        head = before[:-1].rsplit(None, 1)[-1] if before[:-1].split() else ""
        found = _WORD.match(after)
        tail = found[0] if found else ""
        whole, parted = f"{head}{tail}".casefold().strip("(“\"'"), f"{head}-{tail}".casefold().strip("(“\"'")
        if self._known[whole] or self._known[parted]:
            return self._known[parted] > self._known[whole]
        # “two-column”, but not “hyphen-ation”: both halves are words.
        return (
            "-" in head
            or head.casefold() in _HALVES
            or bool(self._known[head.casefold()] and self._known[tail.casefold()])
        )


def _whole_words(lines: Sequence[_Line]) -> Counter[str]:
    """Count the words of lines, without the halves of those that a line end breaks."""
    known: Counter[str] = Counter()
    is_broken = False
    for line in lines:
        words = _WORD.findall(line.text)
        first, is_broken = int(is_broken), line.text.endswith("-")
        known.update(word.casefold() for word in words[first : len(words) - is_broken])
    return known


def _left_edges(lines: Iterable[_Line]) -> list[float]:
    """Return where columns begin: the places where most lines do, at least a third of a column apart."""
    starts = Counter(round(line.x) for line in lines)
    total = sum(starts.values())
    edges: list[float] = []
    for x, number in starts.most_common():
        if number * 8 >= total and all(abs(x - edge) > _NARROWEST_COLUMN for edge in edges):
            edges.append(float(x))
    return sorted(edges)


def _usual_gap(lines: Sequence[_Line]) -> float:
    gaps = Counter(round(gap, 1) for gap in _gaps(lines))
    return gaps.most_common(1)[0][0] if gaps else 12.0


def _gaps(lines: Sequence[_Line]) -> Iterator[float]:
    for one, other in pairwise(lines):
        if one.page == other.page and 0 < one.y - other.y < 3 * one.size:
            yield one.y - other.y
