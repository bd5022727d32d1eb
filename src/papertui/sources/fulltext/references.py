"""Links inside of a document, once all of its parts are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from papertui.model.document import DocumentPart, Span

_ENTRY: Final = "#bib."
_LONGEST_NUMBER: Final = 4


def only_targets(parts: Sequence[DocumentPart]) -> list[DocumentPart]:
    """Drop the further ids that no link leads to: every paragraph has some."""
    wanted = {span.target[1:] for part in parts for span in part.spans if span.target.startswith("#")}
    return [_with_ids(part, wanted) if part.also else part for part in parts]


def _with_ids(part: DocumentPart, wanted: set[str]) -> DocumentPart:
    return part._replace(also=tuple(id_ for id_ in dict.fromkeys(part.also) if id_ in wanted))


def numbered(parts: Sequence[DocumentPart]) -> list[DocumentPart]:
    """Number the bibliography as the citations do.

    Where papers are cited by number but the entries are called “Bai et al. (2023)” or nothing, nobody could find
    reference 33.
    """
    cited: dict[str, str] = {}
    for part in parts:
        for span in part.spans:
            if span.target.startswith(_ENTRY) and part.kind != "table":
                number = part.text[span.start : span.end].strip("[]() ")
                if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
                    cited.setdefault(span.target[1:], number)
                elif part.kind != "reference":  # by author and year
                    cited.setdefault(span.target[1:], "")
    numbers = {id_: number for id_, number in cited.items() if number}
    if not numbers or len(numbers) < len(cited) - len(numbers):
        return list(parts)
    entries = [part.id for part in parts if part.kind == "reference"]
    if any(int(number) > len(entries) for number in numbers.values()):  # years
        return list(parts)
    if all(numbers.get(id_, str(at)) == str(at) for at, id_ in enumerate(entries, 1)):
        numbers = {id_: str(at) for at, id_ in enumerate(entries, 1)}  # also those that are not cited
    return [_numbered(part, numbers[part.id]) if part.id in numbers else part for part in parts]


def _numbered(part: DocumentPart, number: str) -> DocumentPart:
    if part.kind != "reference" or part.mark.strip("[]().") == number:
        return part
    if not part.mark:
        return part._replace(mark=f"[{number}]")
    before = f"{part.mark} "
    return part._replace(mark=f"[{number}]", text=before + part.text, spans=_shifted(part.spans, len(before)))


def _shifted(spans: tuple[Span, ...], by: int) -> tuple[Span, ...]:
    return tuple(span._replace(start=span.start + by, end=span.end + by) for span in spans)
