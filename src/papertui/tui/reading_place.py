"""Where the reader is in the text of a paper, whatever the width of its lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

#: Letters at the beginning of a paragraph by which it is found again.
_LETTERS = 60


class ReadingPlace(NamedTuple):
    """A place in a text."""

    text: str  # the beginning of the paragraph at the top of the page
    part: float  # how much of this paragraph is above the page
    whole: float  # how much of the text is above the page

    @classmethod
    def at(cls, paragraph: str, part: float, whole: float) -> ReadingPlace:
        return cls(paragraph[:_LETTERS], part, whole)

    def stored(self) -> dict[str, Any]:
        return {"text": self.text, "part": round(self.part, 3), "whole": round(self.whole, 5)}


def place_from(facts: Mapping[str, Any]) -> ReadingPlace | None:
    """Return a stored place; ``None`` if another version wrote it in another form."""
    match facts:
        case {"text": str(text), "part": float() | int() as part, "whole": float() | int() as whole}:
            return ReadingPlace(text, part, whole)
    return None


class TextLayout(NamedTuple):
    """The paragraphs of a text and the lines where they start."""

    texts: Sequence[str] = ()
    starts: Sequence[int] = ()
    lines: int = 0  # the number of lines

    def place_at(self, line: int) -> ReadingPlace | None:
        """Return the place of a line; ``None`` at the top."""
        if line <= 0 or not self.starts:
            return None
        number = max(0, bisect_right(self.starts, line) - 1)
        # The next lines may be empty, which are found nowhere: the paragraph after them is as good.
        while not self.texts[number] and number + 1 < len(self.texts):
            number += 1
        start, end = self.starts[number], self._end(number)
        part = max(0.0, (line - start) / max(1, end - start))
        return ReadingPlace.at(self.texts[number], part, line / max(1, self.lines))

    def line_of(self, place: ReadingPlace) -> int | None:
        """Return the line of a place; ``None`` if its paragraph is not in this text."""
        if (number := self.paragraph_of(place)) is None:
            return None
        start = self.starts[number]
        return start + round(place.part * (self._end(number) - start))

    def paragraph_of(self, place: ReadingPlace) -> int | None:
        """Return the paragraph of a place, the nearest one of several; ``None`` if it is not in this text."""
        found = [number for number, text in enumerate(self.texts) if text and text[:_LETTERS] == place.text]
        return min(found, key=lambda one: abs(self.starts[one] - place.whole * self.lines), default=None)

    def _end(self, number: int) -> int:
        return self.starts[number + 1] if number + 1 < len(self.starts) else self.lines


class ReadingPlaces:
    """The places in the texts of papers by id."""

    def __init__(self) -> None:
        self._places: dict[str, ReadingPlace | None] = {}

    def get(self, id_: str) -> ReadingPlace | None:
        return self._places.get(id_)

    def keep(self, id_: str, place: ReadingPlace | None) -> None:
        """Remember a place; ``None`` is the top of the text."""
        if place is not None or id_ in self._places:
            self._places[id_] = place

    def stored(self) -> dict[str, dict[str, Any]]:
        """Return the facts of all places by id, empty for the top of a text."""
        return {id_: {} if place is None else place.stored() for id_, place in self._places.items()}
