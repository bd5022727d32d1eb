"""Word vectors: what words mean, as numbers. The search by meaning compares the sums of the words of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DIMENSIONS = 256
#: The first bytes of a file of vectors.
_MAGIC = b"papertui vectors 1\n"

#: Function words: they have no meaning of their own in a search. Real ones only: not “use”, “new”, “method”.
SMALL_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am among an and another any
    anyone anything are around as at away be because been before behind being below beside besides between beyond both
    but by can cannot could did do does doing done down due during each either else enough etc even ever every few for
    from further had has have having he hence her here hers him his how however i if in indeed instead into is it its
    itself just least less like may me might mine more moreover most much must my near neither nevertheless no nor not
    nothing now of off often on once one ones only onto or other others otherwise our ours out over own per perhaps
    quite rather really same several shall she should since so some someone something sometimes somewhat still such
    than that the their theirs them themselves then there thereby therefore these they this those though through
    throughout thus to together too toward towards under unless until up upon us very via was we well were what whatever
    when where whereas whether which while who whole whom whose why will with within without would yet you your
    """.split()  # noqa: SIM905 - hundreds of quoted words are hard to read
)


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

    def vector(self, words: Iterable[str]) -> Floats | None:
        """Return the vector of a text with these words, of length one; ``None`` if no word is known."""
        rows = [row for word in words if (row := self._rows.get(word)) is not None]
        if not rows:
            return None
        vector: Floats = self._scales[rows] @ self._table[rows].astype(np.float32)
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length else None


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
        table = np.memmap(path, np.int8, "r", file.tell(), (header.words, header.dimensions))
    return WordVectors(letters.split("\n"), table, scales)


@cache
def word_vectors() -> WordVectors:
    """Return the vectors that papertui ships."""
    return read_vectors(Path(__file__).with_name("words.vectors"))
