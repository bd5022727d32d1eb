"""Word vectors: what words mean, as numbers. The search by meaning compares the sums of the words of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DIMENSIONS = 256
#: The checksum of the file of vectors that papertui ships. An index with vectors of other words is rebuilt.
MODEL = 2_538_402_754
#: What a word of the title adds to the vector of a paper, besides being one of its words.
_TITLE = 0.7
#: The number of 64-bit columns with the signs of vectors.
SIGN_COLUMNS = DIMENSIONS // 64
#: The first bytes of a file of vectors.
_MAGIC = b"papertui vectors 1\n"


#: Words of several papers: for each word the number of the paper, and the row of the word or -1.
WordsOfPapers = tuple[NDArray[np.int64], NDArray[np.int64]]
_ROW_BITS = 31
_ROW = 2**_ROW_BITS - 1


class WordVectors:
    """The vectors of words; those of papers and queries are sums of them. Immutable and thread-safe."""

    def __init__(self, words: Sequence[str], table: NDArray[np.int8], scales: Floats) -> None:
        self._rows = {word: row for row, word in enumerate(words)}
        self._table = table
        self._scales = scales

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, word: str) -> bool:
        return word in self._rows

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the row of each word; -1 for unknown ones."""
        rows = self._rows
        return np.array([rows.get(word, -1) for word in words], np.int64)

    def vector(self, words: Iterable[str]) -> Floats | None:
        """Return the vector of a text with these words, of length one; ``None`` if no word is known."""
        rows = self.rows(words)
        return _unit(self._sum(rows[rows >= 0]))

    def paper(self, title: NDArray[np.int64], other: NDArray[np.int64]) -> Floats | None:
        """Return the vector of a paper by the rows of the words of its title and of its other texts.

        It does not depend on the order of the rows, and is ``None`` if no word is known.
        """
        nowhere = np.zeros(1, np.int64)
        return _unit(self._papers(1, (nowhere.repeat(len(title)), title), (nowhere.repeat(len(other)), other))[0])

    def papers(self, size: int, titles: WordsOfPapers, others: WordsOfPapers) -> NDArray[np.int8]:
        """Return the rounded vectors of `size` papers, as `paper`; all zero if no word is known."""
        return rounded(self._papers(size, titles, others))

    def _papers(self, size: int, titles: WordsOfPapers, others: WordsOfPapers) -> Floats:
        keys = np.concatenate([_keys(*titles, in_title=True), _keys(*others, in_title=False)])
        keys.sort()
        words = keys >> 1
        first = np.ones(len(keys), bool)
        first[1:] = words[1:] != words[:-1]  # a word of the title counts as such, wherever else it is
        rows = words[first] & _ROW
        weights = self._scales[rows] * np.where(keys[first] & 1, np.float32(1), np.float32(1 + _TITLE))
        starts = np.searchsorted(words[first] >> _ROW_BITS, np.arange(size + 1)).tolist()
        table = self._table[rows].astype(np.float32)
        made = np.zeros((size, DIMENSIONS), np.float32)
        for place, (start, end) in enumerate(pairwise(starts)):
            if start < end:
                np.dot(weights[start:end], table[start:end], out=made[place])
        return made

    def _sum(self, rows: NDArray[np.int64]) -> Floats:
        total: Floats = self._scales[rows] @ self._table[rows].astype(np.float32)
        return total


def _keys(papers: NDArray[np.int64], rows: NDArray[np.int64], *, in_title: bool) -> NDArray[np.int64]:
    """Return paper, row and place of each known word in one number."""
    known = rows >= 0
    return (papers[known] << (_ROW_BITS + 1)) | (rows[known] << 1) | (not in_title)


def _unit(vector: Floats) -> Floats | None:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else None


def rounded(vectors: Floats) -> NDArray[np.int8]:
    """Return vectors in one byte per number, each with a scale that is not kept: only directions are compared."""
    most = np.abs(vectors).max(-1, keepdims=True).clip(1e-12)
    numbers: NDArray[np.int8] = np.rint(vectors * (127 / most)).astype(np.int8)
    return numbers


def signs(vectors: NDArray[np.int8] | Floats) -> tuple[NDArray[np.uint64], ...]:
    """Return the signs of vectors as columns of 64 bits each."""
    packed = np.packbits(vectors > 0, axis=1, bitorder="little")
    columns = np.ascontiguousarray(packed).view("<u8").astype(np.uint64)
    return tuple(np.ascontiguousarray(columns[:, place]) for place in range(SIGN_COLUMNS))


class _Header(NamedTuple):
    words: int
    dimensions: int
    letters: int


def write_vectors(path: Path, words: Sequence[str], table: Floats) -> None:
    """Write the vectors of `words`, one row of `table` each, in one byte per number with a scale per word."""
    scales = (np.abs(table).max(1).clip(1e-12) / 127).astype(np.float32)
    numbers = np.rint(table / scales[:, None]).astype(np.int8)
    letters = "\n".join(words).encode()
    header = json.dumps(_Header(len(words), table.shape[1], len(letters))._asdict()).encode() + b"\n"
    path.write_bytes(_MAGIC + header + letters + scales.tobytes() + numbers.tobytes())


def read_vectors(path: Path) -> WordVectors:
    """Read the file that `write_vectors` wrote; the numbers are mapped into memory.

    Raises:
        ValueError: the file is not one of vectors, or is not complete.
    """
    with path.open("rb") as file:
        if file.readline() != _MAGIC:
            raise ValueError(f"{path} does not hold word vectors.")
        header = _Header(**json.loads(file.readline()))
        letters = file.read(header.letters).decode()
        scales = np.frombuffer(file.read(4 * header.words), np.float32)
        # A plain array over the mapped file: indexing a `memmap` costs more than the sum of a title.
        table = np.asarray(np.memmap(path, np.int8, "r", file.tell(), (header.words, header.dimensions)))
    return WordVectors(letters.split("\n"), table, scales)


@cache
def word_vectors() -> WordVectors:
    """Return the vectors that papertui ships."""
    return read_vectors(Path(__file__).with_name("words.vectors"))
