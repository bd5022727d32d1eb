"""The search index on disk: kept in step with the archive, merged, checked and rebuilt."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from papertui.errors import StoreError
from papertui.files import make_private, why_unwritable
from papertui.model.paper import Paper
from papertui.search.builder import ArraySection, Builder, MergeSource, merged, whole
from papertui.search.index import Index, ReadPapers
from papertui.search.parts import PART, PartBuilder, PartPlan
from papertui.search.segment import Segment
from papertui.search.segment_file import (
    UNFINISHED,
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
from papertui.search.updates import IndexedUpTo, IndexUpdates, Progress

# --- the index ---------------------------------------------------------------------------------------

#: Abstracts are indexed for this many of the newest papers, and for older ones only if they were featured.
ABSTRACTS = 200_000
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
        part: the number of papers in a part; a larger archive is indexed in parts.
    """

    def __init__(self, folder: Path, updates: IndexUpdates, papers: ReadPapers, *, part: int = PART) -> None:
        self._part = part
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
                raise self._unreadable(error) from error
            except OSError as error:
                if not why_unwritable(self._folder):  # else that is reported for everything stored
                    self._notices.append(
                        f"The search index cannot be written: {error.strerror or error}. The search works without it; "
                        f"check the disk and the folder {self._folder}."
                    )
            return self._in_memory(target, manifest, index)

    def update(self, progress: Progress | None = None) -> None:
        """Bring the index on disk up to date, unless another process is doing that.

        Raises:
            StoreError: the archive cannot be read, or the index cannot be written.
        """
        with self._lock:
            target = self._updates.up_to()
            manifest = self._read()
            if self._updates.is_missing or (manifest is not None and _same(manifest, target)):
                return
            try:
                with suppress(Timeout):
                    self._update(target, patient=False, progress=progress)
            except DamagedSegmentError as error:
                raise self._unreadable(error) from error
            except OSError as error:
                raise StoreError(
                    f"The search index {self._folder} cannot be written: {error.strerror or error}. The search works "
                    "without it. Check the disk and the folder."
                ) from error

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

    def _unreadable(self, error: DamagedSegmentError) -> StoreError:
        return StoreError(
            f"The search index {self._folder} cannot be read: {error}. Delete it; papertui builds a new one."
        )

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
            is_stale = manifest is None or _is_stale(manifest, target)
            self._sweep(manifest, self._unfinished(target) if is_stale else None)
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
        if target.papers > self._part:
            done = self._unfinished(target) or Manifest(target.archive, target.row, target.change)
            parts = self._built(done, target.papers, progress)
            # Papers that were added since an interrupted attempt are not in it; they follow as an addition.
            return self._published(done._replace(segments=(self._joined(parts),)))
        builder = Builder()
        for number, paper in enumerate(self._updates.oldest_first(target.row), 1):
            builder.add(paper)
            if progress is not None and (not number % 1000 or number == target.papers):
                progress(number, max(number, target.papers))
        parts = [self._written(whole(builder.arrays()), len(builder))] if len(builder) else []
        return self._published(Manifest(target.archive, target.row, target.change, tuple(parts)))

    def _built(self, done: Manifest, papers: int, progress: Progress | None) -> list[ManifestEntry]:
        """The parts of a new index, which other processes build; each is saved when it is complete."""
        parts = list(done.segments)
        plain = papers - ABSTRACTS
        plan = [
            PartPlan(self._folder, self._updates.path, done.row, after, self._part, plain - number * self._part)
            for number, after in enumerate(self._updates.positions(done.row, self._part))
        ][len(parts) :]
        with PartBuilder(plan) as building:
            for part in building.parts(len(parts) * self._part, papers, progress):
                if part.papers:
                    self._checked.note(self._folder / part.file)
                    parts.append(ManifestEntry(part.file, part.written, part.papers, np.empty(0, np.uint32)))
                    write_manifest(self._folder, done._replace(segments=tuple(parts)), UNFINISHED)
        return parts

    def _unfinished(self, target: IndexedUpTo) -> Manifest | None:
        """The parts of an index that an interrupted process has built, if they are still those of this archive."""
        with suppress(DamagedSegmentError, OSError):
            manifest = read_manifest(self._folder, UNFINISHED)
            if (
                manifest is not None
                and (manifest.archive, manifest.change) == (target.archive, target.change)
                and target.row - manifest.row <= _MANY
                and manifest.row <= target.row
            ):
                # The next part begins where these end, which only whole ones say.
                parts = tuple(takewhile(lambda one: one.papers == self._part, manifest.segments))
                for one in parts:
                    self._checked.check(self._folder / one.file, one.written)
                return manifest._replace(segments=parts)
        return None

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

    def _sweep(self, manifest: Manifest | None, unfinished: Manifest | None = None) -> None:
        """Delete files that no manifest needs: merged segments, and those of killed processes."""
        needed = {one.file for part in (manifest, unfinished) if part is not None for one in part.segments}
        if unfinished is None:
            (self._folder / UNFINISHED).unlink(missing_ok=True)
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
