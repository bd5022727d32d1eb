"""Word rows on disk: a file for each segment of the index, checked, rebuilt, and deleted with its segment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from papertui.files import make_private
from papertui.recommend.rows import Corpus, CorpusPart, WordRows, people_keys, row_arrays
from papertui.search.builder import whole
from papertui.search.disk import IndexPart, SearchIndex
from papertui.search.segment_file import DamagedSegmentError, SegmentFile, VerifiedFiles, open_arrays, write_segment
from papertui.search.updates import Progress

#: The names of the authors and of the organisation of papers, by id.
ReadPeople = Callable[[Sequence[str]], Mapping[str, tuple[Sequence[str], str | None]]]
#: Part of the name of each file; incremented when the arrays change.
_ENDING = ".rows1"
_PAGE = 4_000


class RowsFolder:
    """The word rows of everything in the index. They can be deleted at any time.

    Any number of threads and processes may use them.

    Args:
        folder: usually ``index/rows``; created (0700) if it does not exist.
        index: the index, which is brought up to date first.
        read_people: reads authors and organisations.
    """

    def __init__(self, folder: Path, index: SearchIndex, read_people: ReadPeople) -> None:
        self._folder = folder
        self._index = index
        self._read_people = read_people
        self._checked = VerifiedFiles(folder)
        self._lock = Lock()
        self._parts: list[IndexPart] = []
        self._corpus: Corpus | None = None
        self._open: dict[str, WordRows] = {}

    def corpus(self, progress: Progress | None = None) -> Corpus:
        """The rows of everything stored now. The same object as before if nothing changed.

        Raises:
            StoreError: the archive cannot be read.
        """
        parts = self._index.parts(progress)
        with self._lock:
            if self._corpus is not None and _same(parts, self._parts):
                return self._corpus
            opened = [self._rows(part) for part in parts]
            self._open = {part.file: rows for part, rows in zip(parts, opened, strict=True) if part.file}
            self._corpus = Corpus(
                [CorpusPart(part.segment, rows, part.dead) for part, rows in zip(parts, opened, strict=True)]
            )
            self._parts = parts
            return self._corpus

    def _rows(self, part: IndexPart) -> WordRows:
        known = self._open.get(part.file)
        if known is not None and known.size == part.segment.size:
            return known
        return self._stored(part) or self._made(part)

    def _stored(self, part: IndexPart) -> WordRows | None:
        """The rows in the file for a segment; ``None`` if there is none that is sound."""
        if not part.file:
            return None
        with suppress(OSError):
            for path in self._folder.glob(f"{Path(part.file).stem}-*{_ENDING}"):
                try:
                    size, seal = map(int, path.stem.split("-")[-2:])
                    self._checked.check(path, SegmentFile(size, seal))
                    rows = WordRows(open_arrays(path, SegmentFile(size, seal)))
                except (DamagedSegmentError, ValueError, KeyError):
                    path.unlink(missing_ok=True)
                    continue
                if rows.size == part.segment.size:
                    return rows
        return None

    def _made(self, part: IndexPart) -> WordRows:
        ids = list(part.segment.ids)
        people = []
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            names = self._read_people(page)
            people += [people_keys(*names[id_]) if id_ in names else [] for id_ in page]
        arrays = row_arrays(part.segment, people)
        if part.file:
            with suppress(OSError):  # a full or read-only disk: the rows are in memory, and made again next time
                make_private(self._folder)
                self._sweep()
                written_to = self._folder / f".{os.urandom(6).hex()}.part"
                written = write_segment(written_to, whole(arrays))
                path = self._folder / f"{Path(part.file).stem}-{written.size}-{written.seal}{_ENDING}"
                written_to.replace(path)
                self._checked.note(path)
                return WordRows(open_arrays(path, written))
        return WordRows(arrays)

    def _sweep(self) -> None:
        """Delete rows of merged segments, of older versions, and of killed processes."""
        for path in [*self._folder.glob("*.rows*"), *self._folder.glob(".*.part")]:
            segment = self._folder.parent / f"{path.name.partition('-')[0]}.segment"
            if path.suffix != _ENDING or not segment.exists():
                path.unlink(missing_ok=True)


def _same(parts: Sequence[IndexPart], others: Sequence[IndexPart]) -> bool:
    return len(parts) == len(others) and all(
        one.segment is other.segment and one.dead.tobytes() == other.dead.tobytes()
        for one, other in zip(parts, others, strict=True)
    )
