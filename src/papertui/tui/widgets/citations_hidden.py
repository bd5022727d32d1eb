"""Hiding the citations of a text: which letters vanish, and where the others are without them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from papertui.model.document import Document, DocumentPart
from papertui.tui.widgets.paper_text import Block

_Span = tuple[int, int]

#: A bracket that may hold citations only, with the blanks before it.
_BRACKET: Final = re.compile(r"[ \u00a0]*(?:\[([^\[\]]{1,400})\]|\(([^()]{4,600}(?:\(\d{4}[a-z]?\)[^()]{0,200})*)\))")
#: Citations by numbers: ``12``, ``12, 13``, ``1, 5-7``, ``3, Theorem 2``.
_NUMBERS: Final = re.compile(
    r"\d{1,4}(?:\s*[,;\u2013-]\s*\d{1,4})*"
    r"(?:,\s(?:Thm|Theorem|Lemma|Prop|Sec|Section|Chapter|Ch|p|pp|Fig|Eq)\.?\s[\w.\u2013-]+)?"
)
_NAME: Final = r"(?:(?:van|von|de|der|den|di|la|le|al|el)\s)*[A-Z\u00c0-\u00de][\w\u2019'-]*(?:\s[A-Z]\.)*"
#: One citation by names and a year, in pieces: ``Smith et al., 2020a``, ``see e.g. Smith & Doe, 2019, 2021``.
_LEADS: Final = r"(?:(?:see|e\.g\.|i\.e\.|cf\.|also|for example|such as|and|following),?\s)*"
_OTHERS: Final = rf"(?:,?\s(?:et al\.?|(?:&|and)\s{_NAME})|(?:,\s{_NAME})+,?\s(?:&|and)\s{_NAME})?"
_YEARS: Final = r",?\s\(?(?:19|20)\d\d[a-z]?\)?(?:,\s(?:(?:19|20)\d\d)?[a-z]?)*"
_WHERE: Final = r"(?:,\s(?:Sec|Section|Chapter|Ch|p|pp|Fig|Eq|Theorem)\.?\s[\w.\u2013-]+)?"
_NAMED: Final = re.compile(_LEADS + _NAME + _OTHERS + _YEARS + _WHERE)
#: The kinds of parts with running text.
_RUNNING: Final = frozenset({"text", "item", "quote", "figure"})


def without_citations(document: Document, blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks of a document, those of running text with the citations in them hidden."""
    parts = document.parts
    references = sum(part.kind == "reference" for part in parts)
    is_linked = any(span.target.startswith("#bib") for part in parts for span in part.spans)
    for block in blocks:
        part = parts[block.part] if 0 <= block.part < len(parts) else None
        if part is None or part.kind not in _RUNNING or block.role == "code" or not references:
            yield block
        else:
            spans = tuple(_citations(block.text, part, references, is_linked=is_linked))
            yield block._replace(hidden=spans) if spans else block


def _citations(text: str, part: DocumentPart, references: int, *, is_linked: bool) -> Iterator[_Span]:
    """Yield the letters of the citations in a text, with the blanks before them."""
    if "[" not in text and "(" not in text:
        return
    shift = text.find(part.text)
    formulas = [(one.start + shift, one.end + shift) for one in part.spans if one.kind == "formula"]
    linked = [one.start + shift for one in part.spans if one.target.startswith("#bib")]
    for found in _BRACKET.finditer(text):
        start, end = found.span()
        if any(first < end and last > start for first, last in formulas):
            continue
        inside = found[1] or found[2]
        by_number = _NUMBERS.fullmatch(inside.strip()) is not None
        if by_number and is_linked:
            is_citation = any(start < one < end for one in linked)
        elif by_number:
            numbers = [int(number) for number in re.findall(r"\d+", inside)]
            # (1) is an equation or an item, x[1] an index, [0, 1] an interval.
            is_known = all(1 <= number <= references for number in numbers)
            is_citation = found[1] is not None and is_known and _after_word(text, start)
        else:
            is_citation = all(_NAMED.fullmatch(one.strip()) for one in inside.split(";"))
        if is_citation:
            yield start, end


def _after_word(text: str, start: int) -> bool:
    """Whether what is before a bracket is not a formula."""
    return text[start : start + 1] in {" ", "\u00a0"} and text[max(0, start - 1) : start] not in set("∈=<>≤≥⊂+×∉")


# --- texts without the hidden letters ----------------------------------------------------------------


def shown_text(block: Block) -> str:
    """Return the text of a block as it is shown."""
    if not block.hidden:
        return block.text
    return "".join(block.text[start:end] for start, end in _kept(block))


def _kept(block: Block) -> list[_Span]:
    starts = [0, *(end for _, end in block.hidden)]
    ends = [*(start for start, _ in block.hidden), len(block.text)]
    return list(zip(starts, ends, strict=True))


class Places:
    """Where letters of a block are among those that are shown, and back."""

    def __init__(self, block: Block) -> None:
        self._hidden = block.hidden
        self._starts = [start for start, _ in block.hidden]
        #: How many letters are hidden before each hidden span, and in all.
        self._before = [0]
        for start, end in block.hidden:
            self._before.append(self._before[-1] + end - start)
        self._shown = [start - before for start, before in zip(self._starts, self._before, strict=False)]

    def shown(self, letter: int) -> int:
        """Return the place of a letter among those that are shown; of a hidden one, that of the next letter."""
        at = bisect_right(self._starts, letter) - 1
        if at < 0:
            return letter
        start, end = self._hidden[at]
        return letter - self._before[at + 1] if letter >= end else start - self._before[at]

    def whole(self, letter: int, *, is_end: bool = False) -> int:
        """Return the place in the whole text of a letter that is shown; of an end, before what is hidden there."""
        at = bisect_right(self._shown, letter - is_end)
        return letter + self._before[at]
