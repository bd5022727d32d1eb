"""The search index on disk: kept in step with the archive, merged, checked and rebuilt."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from papertui.archive.database import Database
from papertui.archive.rows import COLUMNS, paper_of
from papertui.errors import StoreError
from papertui.files import make_private, why_unwritable
from papertui.model.paper import Paper
from papertui.search.builder import ArraySection, Builder, MergeSource, merged, whole
from papertui.search.index import Index, ReadPapers
from papertui.search.segment import Segment
from papertui.search.segment_file import (
    DamagedSegmentError,
    Manifest,
    ManifestEntry,
    SegmentFile,
    VerifiedFiles,
    open_segment,
    read_manifest,
    write_manifest,
    write_segment,
)

# --- papers to index ---------------------------------------------------------------------------------

_COLUMNS = ", ".join(COLUMNS)
#: Papers in one statement; other writers can proceed between two statements.
_PAGE = 4_000
_BATCH = 500


class IndexedUpTo(NamedTuple):
    """The state of an archive, for comparison with that of the index."""

    #: The random id of this archive file.
    archive: str
    #: The greatest row number ever used.
    row: int
    #: The number of the last change.
    change: int
    #: The number of papers.
    papers: int


class IndexUpdates:
    """Reads papers from the archive for the index.

    Every method raises `StoreError` when the archive cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_missing(self) -> bool:
        """Whether the stored papers cannot be read at all, so that there seem to be none."""
        return self._database.is_missing

    def up_to(self) -> IndexedUpTo:
        """The current state of the archive."""

        def read(connection: sqlite3.Connection) -> IndexedUpTo:
            return IndexedUpTo(
                *connection.execute(
                    "SELECT (SELECT value FROM state WHERE key = 'archive'), (SELECT last FROM totals), "
                    "(SELECT ifnull(max(change), 0) FROM changes), (SELECT papers FROM totals)"
                ).fetchone()
            )

        return self._database.read(read)

    def oldest_first(self, last: int) -> Iterator[Paper]:
        """The papers of rows up to `last`, ordered by date."""
        moment, id_ = -(2**63), ""
        while True:

            def read(connection: sqlite3.Connection, after: tuple[int, str] = (moment, id_)) -> list[tuple[Any, ...]]:
                return connection.execute(
                    f"SELECT moment, {_COLUMNS} FROM papers INDEXED BY papers_newest "  # noqa: S608
                    "WHERE (moment, id) > (?, ?) AND row <= ? ORDER BY moment, id LIMIT ?",
                    (*after, last, _PAGE),
                ).fetchall()

            rows = self._database.read(read)
            if not rows:
                return
            for row in rows:
                yield paper_of(row[1:])
            moment, id_ = rows[-1][:2]

    def added(self, row: int, last: int) -> Iterator[Paper]:
        """The papers of the rows after `row`, up to `last`."""
        for start in range(row, last, _PAGE):

            def read(connection: sqlite3.Connection, first: int = start) -> list[tuple[Any, ...]]:
                return connection.execute(
                    f"SELECT {_COLUMNS} FROM papers WHERE row > ? AND row <= ?",  # noqa: S608
                    (first, min(first + _PAGE, last)),
                ).fetchall()

            yield from map(paper_of, self._database.read(read))

    def changed(self, change: int, last: int, row: int) -> list[Paper]:
        """The papers of rows up to `row` that changed after `change`, up to `last`."""

        def read(connection: sqlite3.Connection) -> list[Paper]:
            rows = connection.execute(
                "SELECT DISTINCT paper FROM changes WHERE change > ? AND change <= ? AND paper <= ?",
                (change, last, row),
            )
            return list(_papers(connection, [number for (number,) in rows]))

        return self._database.read(read)

    def gone(self, change: int, last: int) -> list[str]:
        """The ids that were replaced by better ones after `change`, up to `last`."""
        return self._database.read(
            lambda connection: [
                id_
                for (id_,) in connection.execute(
                    "SELECT gone FROM changes WHERE change > ? AND change <= ? AND gone IS NOT NULL", (change, last)
                )
            ]
        )

    def forget_changes(self, change: int) -> None:
        """Delete the records of indexed changes; the last one stays, because numbering continues from it."""
        self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM changes WHERE change <= ? AND change < (SELECT max(change) FROM changes)", (change,)
            )
        )


def _papers(connection: sqlite3.Connection, rows: Sequence[int]) -> Iterator[Paper]:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        select = f"SELECT {_COLUMNS} FROM papers WHERE row IN ({marks})"  # noqa: S608
        yield from map(paper_of, connection.execute(select, tuple(batch)))


# --- the index ---------------------------------------------------------------------------------------

#: Called with the number of indexed papers and their total.
Progress = Callable[[int, int], None]
#: Abstracts are indexed for this many of the newest papers, and for older ones only if they were featured.
ABSTRACTS = 200_000
#: Papers indexed in memory at a time; larger archives are indexed in parts that are merged afterwards.
_CHUNK = 150_000
#: A segment is merged with the later ones once these hold at least 1/`_PART` of its papers.
_PART = 8
#: Above this number segments are merged during a search; fewer are merged by `patient` calls.
_FEW = 6
#: Merging more papers than this is slow and left to `patient` calls.
_LONG = 100_000
#: An index with a larger fraction of dead papers is rebuilt.
_DEAD = 0.25
#: With more new or dead papers than this, and than the fractions above, the index is rebuilt in date order.
_MANY = 20_000
_LOCK_SECONDS = 2.0
_ATTEMPTS = 3
_ENDING = ".segment"
#: The file with the words of tags and notes: its name holds the version of the library, its size and its checksum.
_NOTES, _NOTES_ENDING = "notes-", ".words"


class IndexPart(NamedTuple):
    """A segment of the index."""

    #: The name of its file, which never changes; empty for a segment in memory.
    file: str
    segment: Segment
    #: Those of its papers that are gone, or are in a later segment.
    dead: NDArray[np.uint32]


class SearchIndex:
    """The search index in one folder, which can be deleted at any time.

    Any number of threads and processes may use it. One at a time changes it, and the others use what is published.

    Args:
        folder: usually ``index``; created (0700) if it does not exist.
        updates: the papers to index.
        papers: reads papers by their ids.
    """

    def __init__(self, folder: Path, updates: IndexUpdates, papers: ReadPapers) -> None:
        self._folder = folder
        self._updates = updates
        self._papers = papers
        self._checked = VerifiedFiles(folder)
        self._notices: list[str] = []
        self._lock = threading.Lock()
        self._open: tuple[Manifest, Index] | None = None

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user, such as that a damaged index was rebuilt; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    def current(self) -> Index | None:
        """The last published index, even if it is outdated; ``None`` if there is no valid one.

        Takes some milliseconds, whatever its size.
        """
        with self._lock:
            with suppress(DamagedSegmentError, OSError):
                manifest = read_manifest(self._folder)
                if manifest is not None:
                    return self._opened(manifest)
            return None

    def fresh(self, progress: Progress | None = None, *, patient: bool = False) -> Index:
        """The index of everything in the archive; it is created, updated or rebuilt as necessary.

        Args:
            progress: called during a rebuild.
            patient: whether to merge segments even if that is slow.

        Raises:
            StoreError: the archive cannot be read, or the index can neither be written nor be held in memory.
        """
        with self._lock:
            target = self._updates.up_to()
            if self._updates.is_missing:  # the index on disk is still that of the papers that cannot be read now
                return self._in_memory(target, None, None)
            manifest = self._read()
            index = None if manifest is None else self._open_or_none(manifest)
            if manifest is not None and index is not None and _same(manifest, target) and not patient:
                return index
            if index is None:
                manifest = None
            try:
                return self._opened(self._update(target, patient=patient, progress=progress))
            except Timeout:
                pass  # another process is updating the index
            except DamagedSegmentError as error:
                raise StoreError(
                    f"The search index {self._folder} cannot be read: {error}. Delete it; papertui builds a new one."
                ) from error
            except OSError as error:
                if not why_unwritable(self._folder):  # else that is reported for everything stored
                    self._notices.append(
                        f"The search index cannot be written: {error.strerror or error}. The search works without it; "
                        f"check the disk and the folder {self._folder}."
                    )
            return self._in_memory(target, manifest, index)

    def parts(self, progress: Progress | None = None) -> list[IndexPart]:
        """The segments of the index of everything in the archive, see `fresh`; the one with the oldest papers first.

        Raises:
            StoreError: as of `fresh`.
        """
        index = self.fresh(progress)
        with self._lock:
            files: list[str] = []
            if self._open is not None and self._open[1] is index:
                files = [one.file for one in self._open[0].segments]
        segments, dead = index.contents()
        files = files or [""] * len(segments)
        return [IndexPart(*part) for part in zip(files, segments, dead, strict=True)]

    def annotations(self, stamp: object, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Segment:
        """The words of tags and notes as of `stamp`, which are kept in a file until they change.

        Args:
            stamp: identifies the version of the library.
            make: returns the arrays of the segment.
        """
        start = f"{_NOTES}{hashlib.sha256(repr(stamp).encode()).hexdigest()[:24]}"
        with suppress(OSError, DamagedSegmentError, ValueError):
            for path in self._folder.glob(f"{start}*{_NOTES_ENDING}"):
                size, seal = map(int, path.stem.split("-")[-2:])
                self._checked.check(path, SegmentFile(size, seal))
                return open_segment(path, SegmentFile(size, seal))
        arrays = make()
        with suppress(OSError):
            part = self._folder / f".{os.urandom(6).hex()}.tmp"
            written = write_segment(part, whole(dict(arrays)))
            for old in self._folder.glob(f"{_NOTES}*{_NOTES_ENDING}"):
                old.unlink(missing_ok=True)
            path = self._folder / f"{start}-{written.size}-{written.seal}{_NOTES_ENDING}"
            part.replace(path)
            self._checked.note(path)
        return Segment(arrays)

    # --- reading ---------------------------------------------------------------------------------

    def _read(self) -> Manifest | None:
        try:
            return read_manifest(self._folder)
        except DamagedSegmentError:
            self._report_damage()
        except OSError:
            pass  # reported if it cannot be written either
        return None

    def _open_or_none(self, manifest: Manifest) -> Index | None:
        try:
            return self._opened(manifest)
        except (DamagedSegmentError, OSError):
            self._report_damage()
            return None

    def _report_damage(self) -> None:
        self._notices.append("The search index was damaged and is rebuilt. Nothing else is affected.")

    def _opened(self, manifest: Manifest) -> Index:
        if self._open is not None and self._open[0] is manifest:
            return self._open[1]
        if self._open is not None and _segments(self._open[0]) == _segments(manifest):
            return self._open[1]
        manifest, segments = self._mapped(manifest)
        index = Index(segments, dead=[one.dead for one in manifest.segments], papers=self._papers)
        self._open = manifest, index
        return index

    def _mapped(self, manifest: Manifest) -> tuple[Manifest, list[Segment]]:
        """The segments of a manifest, or of the one that has replaced it."""
        for _ in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                return manifest, [self._segment(one) for one in manifest.segments]
            # Another process has published a new manifest and deleted the files that only this one needed.
            manifest = read_manifest(self._folder) or manifest
        return manifest, [self._segment(one) for one in manifest.segments]

    def _segment(self, one: ManifestEntry) -> Segment:
        path = self._folder / one.file
        self._checked.check(path, one.written)
        return open_segment(path, one.written)

    # --- writing ---------------------------------------------------------------------------------

    def _update(self, target: IndexedUpTo, *, patient: bool, progress: Progress | None) -> Manifest:
        make_private(self._folder)
        with FileLock(self._folder / "lock", timeout=_LOCK_SECONDS, mode=0o600):
            manifest = self._trusted()
            self._sweep(manifest)
            if manifest is None or _is_stale(manifest, target):
                manifest = self._rebuilt(target, progress)
            elif not _same(manifest, target):
                manifest = self._added(manifest, target)
            manifest = self._tidied(manifest, patient=patient)
            self._sweep(manifest)
        with suppress(StoreError):
            self._updates.forget_changes(manifest.change)
        return manifest

    def _trusted(self) -> Manifest | None:
        """The manifest on disk, if all its segments are valid."""
        try:
            manifest = read_manifest(self._folder)
            if manifest is not None:
                self._opened(manifest)
        except (DamagedSegmentError, OSError):
            return None
        return manifest

    def _rebuilt(self, target: IndexedUpTo, progress: Progress | None) -> Manifest:
        builder = Builder()
        parts: list[ManifestEntry] = []
        done, abstracts_from = 0, target.papers - ABSTRACTS
        for done, paper in enumerate(self._updates.oldest_first(target.row), 1):
            builder.add(paper, abstract=done > abstracts_from or paper.featured is not None)
            if progress is not None and (not done % 1000 or done == target.papers):
                progress(done, max(done, target.papers))
            if len(builder) >= _CHUNK:
                parts.append(self._written(whole(builder.arrays(neighbours=False)), len(builder)))
                builder = Builder()
        if not parts:
            parts = [self._written(whole(builder.arrays()), len(builder))] if len(builder) else []
        else:
            if len(builder):
                parts.append(self._written(whole(builder.arrays(neighbours=False)), len(builder)))
            parts = [self._joined(parts)]
        return self._published(Manifest(target.archive, target.row, target.change, tuple(parts)))

    def _added(self, manifest: Manifest, target: IndexedUpTo) -> Manifest:
        changed = self._updates.changed(manifest.change, target.change, manifest.row)
        ids = self._left(manifest, target, changed)
        segments = [one._replace(dead=_dead(one, self._segment(one), ids)) for one in manifest.segments]
        builder = Builder()
        for paper in sorted([*changed, *self._updates.added(manifest.row, target.row)], key=_newest_last):
            builder.add(paper)
        if len(builder):
            segments.append(self._written(whole(builder.arrays()), len(builder)))
        return self._published(Manifest(target.archive, target.row, target.change, tuple(segments)))

    def _left(self, manifest: Manifest, target: IndexedUpTo, changed: Sequence[Paper]) -> list[str]:
        """The ids whose indexed entries are outdated."""
        return [*(paper.id for paper in changed), *self._updates.gone(manifest.change, target.change)]

    def _tidied(self, manifest: Manifest, *, patient: bool) -> Manifest:
        """The same papers in fewer segments, if there are many small ones."""
        segments = manifest.segments
        first, papers = len(segments) - 1, sum(one.papers for one in segments[-1:])
        while first > 0 and segments[first - 1].papers <= _PART * papers:
            first -= 1
            papers += segments[first].papers
        if first >= len(segments) - 1 or not (patient or (len(segments) > _FEW and papers <= _LONG)):
            return manifest
        return self._published(manifest._replace(segments=(*segments[:first], self._joined(segments[first:]))))

    def _joined(self, parts: Sequence[ManifestEntry]) -> ManifestEntry:
        sources = [MergeSource(open_segment(self._folder / one.file, one.written), one.dead) for one in parts]
        return self._written(merged(sources), sum(one.papers - len(one.dead) for one in parts))

    def _written(self, sections: Iterable[ArraySection], papers: int) -> ManifestEntry:
        path = self._folder / f"{os.urandom(6).hex()}{_ENDING}"
        written = write_segment(path, sections)
        self._checked.note(path)
        return ManifestEntry(path.name, written, papers, np.empty(0, np.uint32))

    def _published(self, manifest: Manifest) -> Manifest:
        write_manifest(self._folder, manifest)
        return manifest

    def _sweep(self, manifest: Manifest | None) -> None:
        """Delete files that no manifest needs: merged segments, and those of killed processes."""
        needed = {one.file for one in manifest.segments} if manifest is not None else set()
        for path in [*self._folder.glob(f"*{_ENDING}"), *self._folder.glob(".*.tmp")]:
            if path.name not in needed:
                path.unlink(missing_ok=True)

    # --- without writing --------------------------------------------------------------------------

    def _in_memory(self, target: IndexedUpTo, manifest: Manifest | None, index: Index | None) -> Index:
        """The published index, with newer papers in memory."""
        if manifest is None or index is None or _is_stale(manifest, target):
            manifest, segments, dead = None, [], []
            papers: Iterator[Paper] | list[Paper] = self._updates.oldest_first(target.row)
        else:
            segments = [self._segment(one) for one in manifest.segments]
            changed = self._updates.changed(manifest.change, target.change, manifest.row)
            ids = self._left(manifest, target, changed)
            dead = [_dead(one, segment, ids) for one, segment in zip(manifest.segments, segments, strict=True)]
            papers = [*changed, *self._updates.added(manifest.row, target.row)]
        builder = Builder()
        for number, paper in enumerate(papers):
            builder.add(paper, abstract=number < ABSTRACTS)
        return Index([*segments, builder.segment()], dead=dead, papers=self._papers)


def _segments(manifest: Manifest) -> list[tuple[str, SegmentFile, int, bytes]]:
    return [(one.file, one.written, one.papers, one.dead.tobytes()) for one in manifest.segments]


def _same(manifest: Manifest, target: IndexedUpTo) -> bool:
    return (manifest.archive, manifest.row, manifest.change) == (target.archive, target.row, target.change)


def _is_stale(manifest: Manifest, target: IndexedUpTo) -> bool:
    """Whether rebuilding the index is better than adding to it."""
    if manifest.archive != target.archive or manifest.row > target.row or manifest.change > target.change:
        return True
    papers = sum(one.papers for one in manifest.segments)
    dead = sum(len(one.dead) for one in manifest.segments)
    return target.row - manifest.row > max(_MANY, papers) or dead > max(_MANY, _DEAD * papers)


def _dead(one: ManifestEntry, segment: Segment, ids: Sequence[str]) -> NDArray[np.uint32]:
    docs = {doc for id_ in ids if (doc := segment.doc(id_)) is not None}
    return np.array(sorted(docs.union(one.dead.tolist())), np.uint32)


def _newest_last(paper: Paper) -> tuple[int, str]:
    moment = paper.featured or paper.published
    return (0 if moment is None else moment.toordinal()), paper.id
