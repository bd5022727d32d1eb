"""What changed between two versions of a text: words added and removed, paragraph by paragraph. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, zip_longest
from typing import Final, Literal, NamedTuple

from papertui.model.document import Document, PartKind

PieceKind = Literal["same", "added", "removed", "skipped"]

#: Unchanged words shown on each side of a change.
_CONTEXT: Final = 10
#: Paragraphs with fewer words in common are two: one removed, one added.
_LEAST_ALIKE: Final = 0.4
#: Blocks with more pairs of paragraphs are compared in order, which takes less time.
_MOST_PAIRS: Final = 20_000
#: Pairs of equal items of two sequences, beyond which they are not compared in detail.
_MOST_EQUAL: Final = 200_000
#: Unchanged words between two changes, up to which the words are shown as one change.
_GLUE: Final = 1
#: A word. A numeric citation is one: when a reference is added, all later numbers change, which says nothing.
_WORD: Final = re.compile(r"[^\s\[]*\[\d+(?:\s*[,;–-]\s*\d+)*\]\S*|\S+")
_CITATION: Final = re.compile(r"\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_LINES: Final = frozenset({"code", "table"})


class Piece(NamedTuple):
    """Some words in a row. What is ``skipped`` stands for unchanged words, and has no text."""

    kind: PieceKind
    text: str = ""


class TextChange(NamedTuple):
    """A paragraph that changed."""

    section: str  # the heading above it; empty before the first
    kind: PartKind
    pieces: tuple[Piece, ...]

    @property
    def what(self) -> Literal["changed", "added", "removed"]:
        kinds = {piece.kind for piece in self.pieces}
        if kinds == {"added"}:
            return "added"
        return "removed" if kinds == {"removed"} else "changed"


class VersionComparison(NamedTuple):
    """What changed between two versions of a paper."""

    id: str
    title: str
    before: int
    after: int
    abstract: tuple[Piece, ...]  # all its words; empty if it is the same or one of them is missing
    text: tuple[TextChange, ...]
    #: Sentences about what could not be compared.
    notices: tuple[str, ...] = ()
    #: Whether both abstracts, and both texts, were there.
    has_abstracts: bool = True
    has_texts: bool = True


class _Paragraph(NamedTuple):
    section: str
    kind: PartKind
    words: tuple[str, ...]
    keys: tuple[str, ...]  # by which the words are compared


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """Return all words of two texts, with what was removed before what was added; empty if no word differs."""
    one, other = _paragraph("", "text", before), _paragraph("", "text", after)
    return () if one.keys == other.keys else _pieces(one, other)


def changed_paragraphs(before: Document, after: Document) -> tuple[TextChange, ...]:
    """Return the paragraphs that differ, in reading order, with a few unchanged words around the changes."""
    return tuple(_changes(list(_paragraphs(before)), list(_paragraphs(after))))


def _paragraphs(document: Document) -> Iterator[_Paragraph]:
    """Yield the paragraphs; each line of a table or a listing is one."""
    section = ""
    for part in document.parts:
        if part.role in {"authors", "abstract"}:  # the abstract is compared by itself
            continue
        if part.kind == "heading":
            section = f"{part.mark} {part.text}".strip()
        lines = part.text.splitlines() if part.kind in _LINES else [part.text]
        for line in lines:
            paragraph = _paragraph(section, part.kind, line)
            if paragraph.words:
                yield paragraph


def _paragraph(section: str, kind: PartKind, text: str) -> _Paragraph:
    words = tuple(_WORD.findall(text))
    return _Paragraph(section, kind, words, tuple(_CITATION.sub("[]", word) for word in words))


def _changes(before: Sequence[_Paragraph], after: Sequence[_Paragraph]) -> Iterator[TextChange]:
    codes = _codes([one.keys for one in before], [one.keys for one in after])
    for what, start, end, other_start, other_end in codes:
        if what == "equal":
            continue
        for old, new in _pairs(before[start:end], after[other_start:other_end]):
            if old is not None and new is not None and old.keys == new.keys:
                continue
            pieces = _pieces(old, new)
            shown = new or old
            if shown is not None and pieces:
                yield TextChange(shown.section, shown.kind, _with_context(pieces))


def _pairs(
    before: Sequence[_Paragraph], after: Sequence[_Paragraph]
) -> Iterator[tuple[_Paragraph | None, _Paragraph | None]]:
    """Pair the paragraphs that are alike, in order, so that as much as possible is alike."""
    if len(before) * len(after) > _MOST_PAIRS:
        for old, new in zip_longest(before, after):
            if old is not None and new is not None and _likeness(old, new, Counter(new.keys)) < _LEAST_ALIKE:
                yield old, None
                yield None, new
            else:
                yield old, new
        return
    # best[i][j]: the greatest sum of likenesses of pairs among before[i:] and after[j:].
    counts = [Counter(new.keys) for new in after]
    alike = [[_likeness(old, new, count) for new, count in zip(after, counts, strict=True)] for old in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _LEAST_ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(before) or j < len(after):
        if (
            i < len(before)
            and j < len(after)
            and alike[i][j] >= _LEAST_ALIKE
            and (best[i][j] == alike[i][j] + best[i + 1][j + 1])
        ):
            yield before[i], after[j]
            i, j = i + 1, j + 1
        elif i < len(before) and (j == len(after) or best[i][j] == best[i + 1][j]):
            yield before[i], None
            i += 1
        else:
            yield None, after[j]
            j += 1


def _likeness(old: _Paragraph, new: _Paragraph, count: Counter[str]) -> float:
    """Return from 0 to 1 how many words two paragraphs have in common; `count` are the words of `new`."""
    if old.kind != new.kind:
        return 0.0
    common = sum((Counter(old.keys) & count).values())
    return 2 * common / (len(old.keys) + len(new.keys))


def _pieces(old: _Paragraph | None, new: _Paragraph | None) -> tuple[Piece, ...]:
    if old is None:
        return () if new is None else (Piece("added", " ".join(new.words)),)
    if new is None:
        return (Piece("removed", " ".join(old.words)),)
    made: list[tuple[PieceKind, list[str]]] = []
    for what, start, end, other_start, other_end in _opcodes(old, new):
        if what == "equal":
            made.append(("same", list(new.words[other_start:other_end])))
            continue
        if end > start:
            made.append(("removed", list(old.words[start:end])))
        if other_end > other_start:
            made.append(("added", list(new.words[other_start:other_end])))
    return tuple(Piece(kind, " ".join(words)) for kind, words in made)


#: ``equal`` or another word, and where it begins and ends in both sequences.
_Code = tuple[str, int, int, int, int]


def _codes(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[_Code]:
    """Return the steps from one sequence to the other.

    The time that difflib takes grows with the number of pairs of equal items, which a text of one word repeated has
    without bounds. Then everything between the equal beginning and the equal end is one step.
    """
    numbers: dict[Hashable, int] = {}  # their hashes are at hand, those of long tuples are not
    old, new = ([numbers.setdefault(item, len(numbers)) for item in items] for items in (before, after))
    head = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if head is None:
        head = min(len(old), len(new))
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    end, other_end = len(old) - tail, len(new) - tail
    counts = Counter(new[head:other_end])
    middle: list[_Code] = [("replace", head, end, head, other_end)]
    if sum(counts[number] for number in old[head:end]) <= _MOST_EQUAL:
        matcher = SequenceMatcher(None, old[head:end], new[head:other_end], autojunk=False)
        middle = [(what, head + a, head + b, head + c, head + d) for what, a, b, c, d in matcher.get_opcodes()]
    codes: list[_Code] = [("equal", 0, head, 0, head), *middle, ("equal", end, len(old), other_end, len(new))]
    return [code for code in codes if code[1] < code[2] or code[3] < code[4]]


def _opcodes(old: _Paragraph, new: _Paragraph) -> list[_Code]:
    """Return the steps from one to the other; a short word that stayed between two changes is part of them."""
    steps: list[_Code] = []
    codes = _codes(old.keys, new.keys)
    for place, (what, *bounds) in enumerate(codes):
        start, end, other_start, other_end = bounds
        is_between = 0 < place < len(codes) - 1
        changed = "equal" if what == "equal" and not (is_between and end - start <= _GLUE) else "replace"
        if steps and steps[-1][0] == changed == "replace":
            steps[-1] = (changed, steps[-1][1], end, steps[-1][3], other_end)
        else:
            steps.append((changed, start, end, other_start, other_end))
    return steps


def _with_context(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Shorten unchanged words to a few beside each change."""
    last = len(pieces) - 1
    return tuple(chain.from_iterable(_shortened(piece, place, last) for place, piece in enumerate(pieces)))


def _shortened(piece: Piece, place: int, last: int) -> Iterable[Piece]:
    words = piece.text.split(" ")
    ends = (place > 0) + (place < last)
    # A word or two are shown rather than left out.
    if piece.kind != "same" or len(words) <= ends * _CONTEXT + 2:
        return (piece,)
    made = []
    if place > 0:
        made.append(Piece("same", " ".join(words[:_CONTEXT])))
    made.append(Piece("skipped"))
    if place < last:
        made.append(Piece("same", " ".join(words[-_CONTEXT:])))
    return made


# --- as text -----------------------------------------------------------------------------------------

#: What stands around words where they cannot have a look.
MARKS: Final = {"added": ("{+", "+}"), "removed": ("[-", "-]")}


def marked(pieces: Iterable[Piece], ellipsis: str = "…") -> str:
    """Return the words with marks around what was added and removed: ``a [-small-] {+large+} model``."""
    return " ".join(_marked(piece, ellipsis) for piece in pieces)


def _marked(piece: Piece, ellipsis: str) -> str:
    if piece.kind == "skipped":
        return ellipsis
    before, after = MARKS.get(piece.kind, ("", ""))
    return f"{before}{piece.text}{after}"
