"""A comparison of two versions as rows of text: headings, changed paragraphs, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from papertui.model.format import plural
from papertui.model.text_diff import MARKS, Piece, PieceKind, TextChange, VersionComparison
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import marks_within, wrap

#: The look of letters: ``title`` and ``head`` are those of whole rows.
DiffLook = Literal["title", "head", "text", "faint", "added", "removed"]
#: Cells before the text: the sign of the paragraph and a blank.
INDENT = 2
#: Cells of a line of text, at most.
MEASURE = 84
_LOOKS: Mapping[PieceKind, DiffLook] = {"added": "added", "removed": "removed", "skipped": "faint"}
_SIGNS = {"added": "+", "removed": "-", "changed": " "}


class DiffRow(NamedTuple):
    """One line of the screen."""

    text: str = ""
    look: DiffLook = "text"
    #: Start, end and look of letters that differ.
    marks: tuple[tuple[int, int, DiffLook], ...] = ()
    #: Before the text: ``+`` for an added paragraph, ``-`` for a removed one.
    sign: str = ""
    #: Whether a change begins here.
    is_change: bool = False


def diff_rows(found: VersionComparison, width: int, glyphs: Glyphs, *, with_marks: bool) -> list[DiffRow]:
    """Return the rows of a comparison for `width` cells.

    Args:
        found: the comparison.
        width: of the screen.
        glyphs: the symbols to draw with.
        with_marks: whether signs are put around what was added and removed, because looks may not show.
    """
    rows = _Rows(max(4, min(width - INDENT, MEASURE)), glyphs, with_marks=with_marks)
    return list(rows.all(found))


def sentence_rows(sentences: Iterable[str], width: int) -> list[DiffRow]:
    """Return sentences as rows, each after an empty one."""
    measure = max(4, min(width - INDENT, MEASURE))
    return [row for one in sentences for row in (DiffRow(), *_wrapped(one, "text", measure))]


class _Rows:
    def __init__(self, measure: int, glyphs: Glyphs, *, with_marks: bool) -> None:
        self._measure = measure
        self._glyphs = glyphs
        self._with_marks = with_marks

    def all(self, found: VersionComparison) -> Iterator[DiffRow]:
        yield from self._words(found.title or found.id, "title")
        yield from self._words(_summary(found), "faint")
        for notice in found.notices:
            yield DiffRow()
            yield from self._words(notice, "text")
        if found.has_abstracts:
            yield DiffRow()
            yield from self._words("Abstract", "head")
            if found.abstract:
                yield from self._paragraph(found.abstract, " ")
            else:
                yield from self._words("It did not change.", "faint")
        section: str | None = None
        for change in found.text:
            yield DiffRow()
            if change.section != section:
                section = change.section
                yield from self._words(section or "Beginning", "head")
            yield from self._change(change)
        if found.has_texts and not found.text:
            yield DiffRow()
            yield from self._words("The full text did not change.", "faint")

    def _words(self, text: str, look: DiffLook) -> Iterator[DiffRow]:
        return _wrapped(text, look, self._measure)

    def _change(self, change: TextChange) -> Iterator[DiffRow]:
        return self._paragraph(change.pieces, _SIGNS[change.what])

    def _paragraph(self, pieces: Sequence[Piece], sign: str) -> Iterator[DiffRow]:
        text = ""
        marks: list[tuple[int, int, DiffLook]] = []
        for piece in pieces:
            shown = self._glyphs.ellipsis if piece.kind == "skipped" else piece.text
            if self._with_marks and piece.kind in MARKS:
                shown = shown.join(MARKS[piece.kind])
            text += " " if text else ""
            if (look := _LOOKS.get(piece.kind)) is not None:
                marks.append((len(text), len(text) + len(shown), look))
            text += shown
        for number, (start, end) in enumerate(wrap(text, self._measure)):
            here = tuple(marks_within(marks, start, end))
            yield DiffRow(text[start:end], "text", here, sign, is_change=not number)


def _wrapped(text: str, look: DiffLook, measure: int) -> Iterator[DiffRow]:
    return (DiffRow(text[start:end], look) for start, end in wrap(text, measure))


def _summary(found: VersionComparison) -> str:
    words = f"Version {found.before} to version {found.after}"
    if not found.has_texts:
        return f"{words}."
    return f"{words}: {plural(len(found.text), 'paragraph')} of the text changed." if found.text else f"{words}."
