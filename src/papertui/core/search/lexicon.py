"""The sorted distinct words of a segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: More words than these that contain the typed one are not meaningful.
_MOST_CONTAINING = 4000
#: Precedes and follows every word; no word contains it.
_GAP = b"\n"


class Lexicon:
    """Sorted distinct words, concatenated in UTF-8. Immutable and thread-safe."""

    def __init__(self, letters: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        """Wrap the arrays made by `lexicon_arrays`.

        Args:
            letters: the words, each preceded by a line feed, and a line feed at the end.
            starts: the offset of each word's first byte, plus one more: where another word would start.
        """
        self._letters = letters
        self._view = letters.data
        self._starts = starts
        self._whole: bytes | None = None
        self._containing: tuple[str, NDArray[np.int64]] = ("", np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def word(self, place: int) -> str:
        """Return the word at `place`."""
        return str(self._view[self._starts[place] : int(self._starts[place + 1]) - 1], "utf-8", "replace")

    def some(self, places: NDArray[np.int64]) -> list[str]:
        """Return the words at `places`."""
        first, last = self._starts[places].tolist(), self._starts[places + 1].tolist()
        view = self._view
        return [str(view[a : b - 1], "utf-8", "replace") for a, b in zip(first, last, strict=True)]

    def lengths(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lengths in bytes of the words at `places`."""
        return self._starts[places + 1].astype(np.int64) - self._starts[places] - 1

    def place(self, word: str) -> int | None:
        """Return the position of `word`; ``None`` if it is not there."""
        place = self._bisect(word.encode())
        return place if place < len(self) and self.word(place) == word else None

    def starting(self, word: str) -> tuple[int, int]:
        """Return the range (end exclusive) of the words that start with `word`, including the word itself."""
        # UTF-8 sorts in code point order, and no character contains the byte 0xff.
        return self._bisect(word.encode()), self._bisect(word.encode() + b"\xff")

    def containing(self, word: str) -> NDArray[np.int64]:
        """Return the words that contain `word` after their first letter."""
        asked, known = self._containing
        if asked == word:
            return known
        found = self._find(word)
        self._containing = word, found  # requested repeatedly while one word is looked up
        return found

    def _find(self, word: str) -> NDArray[np.int64]:
        if self._whole is None:
            self._whole = self._letters.tobytes()
        sought, whole = word.encode(), self._whole
        found: list[int] = []
        place = whole.find(sought)
        while place >= 0 and len(found) < _MOST_CONTAINING:
            found.append(place)
            place = whole.find(sought, place + 1)
        if not found:
            return np.empty(0, np.int64)
        spots = np.array(found, np.int64)
        owners = np.searchsorted(self._starts, spots.astype(np.uint32), side="right") - 1
        return np.unique(owners[spots > self._starts[owners]])

    def _bisect(self, sought: bytes) -> int:
        low, high = 0, len(self)
        starts, view = self._starts, self._view
        while low < high:
            middle = (low + high) // 2
            if bytes(view[starts[middle] : int(starts[middle + 1]) - 1]) < sought:
                low = middle + 1
            else:
                high = middle
        return low


def lexicon_arrays(words: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the arrays of a `Lexicon` for `words`, sorted and distinct."""
    encoded = [word.encode() for word in words]
    letters = np.frombuffer(_GAP + b"".join(word + _GAP for word in encoded), np.uint8)
    starts = np.ones(len(encoded) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, encoded), np.uint32, len(encoded)) + 1, out=starts[1:], dtype=np.uint32)
    starts[1:] += 1
    return letters, starts
