"""Keeps the search index up to date: adds new papers at once, merges segments, and rebuilds a damaged index."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from papertui.core.paper import Paper
from papertui.core.search.building import Builder
from papertui.core.search.index import Index, ReadPapers
from papertui.core.search.merging import Section, Source, merged, whole
from papertui.core.search.segment import Segment
from papertui.errors import StoreError
from papertui.folders import make_private
from papertui.store.index.checked import Checked
from papertui.store.index.intake import Intake, Standing
from papertui.store.index.manifest import Listed, Manifest, read_manifest, write_manifest
from papertui.store.index.segmentfile import DamagedError, Written, open_segment, write_segment

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


class SearchIndex:
    """The search index in one folder, which can be deleted at any time.

    Any number of threads and processes may use it. One at a time changes it, and the others use what is published.

    Args:
        folder: usually ``index``; created (0700) if it does not exist.
        intake: the papers to index.
        papers: reads papers by their ids.
    """

    def __init__(self, folder: Path, intake: Intake, papers: ReadPapers) -> None:
        self._folder = folder
        self._intake = intake
        self._papers = papers
        self._checked = Checked(folder)
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
            with suppress(DamagedError, OSError):
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
            standing = self._intake.standing()
            manifest = self._read()
            index = None if manifest is None else self._open_or_none(manifest)
            if manifest is not None and index is not None and _same(manifest, standing) and not patient:
                return index
            if index is None:
                manifest = None
            try:
                return self._opened(self._update(standing, patient=patient, progress=progress))
            except Timeout:
                pass  # another process is updating the index
            except DamagedError as error:
                raise StoreError(
                    f"The search index {self._folder} cannot be read: {error}. Delete it; papertui builds a new one."
                ) from error
            except OSError as error:
                self._notices.append(
                    f"The search index cannot be written: {error.strerror or error}. The search works without it; "
                    f"check the disk and the folder {self._folder}."
                )
            return self._in_memory(standing, manifest, index)

    # --- reading ---------------------------------------------------------------------------------

    def _read(self) -> Manifest | None:
        try:
            return read_manifest(self._folder)
        except DamagedError:
            self._tell_damage()
        except OSError:
            pass  # reported if it cannot be written either
        return None

    def _open_or_none(self, manifest: Manifest) -> Index | None:
        try:
            return self._opened(manifest)
        except (DamagedError, OSError):
            self._tell_damage()
            return None

    def _tell_damage(self) -> None:
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

    def _segment(self, one: Listed) -> Segment:
        path = self._folder / one.file
        self._checked.check(path, one.written)
        return open_segment(path, one.written)

    # --- writing ---------------------------------------------------------------------------------

    def _update(self, standing: Standing, *, patient: bool, progress: Progress | None) -> Manifest:
        make_private(self._folder)
        with FileLock(self._folder / "lock", timeout=_LOCK_SECONDS, mode=0o600):
            manifest = self._trusted()
            self._sweep(manifest)
            if manifest is None or _is_stale(manifest, standing):
                manifest = self._anew(standing, progress)
            elif not _same(manifest, standing):
                manifest = self._added(manifest, standing)
            manifest = self._tidied(manifest, patient=patient)
            self._sweep(manifest)
        with suppress(StoreError):
            self._intake.forget_changes(manifest.change)
        return manifest

    def _trusted(self) -> Manifest | None:
        """The manifest on disk, if all its segments are valid."""
        try:
            manifest = read_manifest(self._folder)
            if manifest is not None:
                self._opened(manifest)
        except (DamagedError, OSError):
            return None
        return manifest

    def _anew(self, standing: Standing, progress: Progress | None) -> Manifest:
        builder = Builder()
        parts: list[Listed] = []
        done, abstracts_from = 0, standing.papers - ABSTRACTS
        for done, paper in enumerate(self._intake.oldest_first(), 1):
            builder.add(paper, abstract=done > abstracts_from or paper.featured is not None)
            if progress is not None and (not done % 1000 or done == standing.papers):
                progress(done, max(done, standing.papers))
            if len(builder) >= _CHUNK:
                parts.append(self._written(whole(builder.arrays(neighbours=False)), len(builder)))
                builder = Builder()
        if not parts:
            parts = [self._written(whole(builder.arrays()), len(builder))] if len(builder) else []
        else:
            if len(builder):
                parts.append(self._written(whole(builder.arrays(neighbours=False)), len(builder)))
            parts = [self._joined(parts)]
        return self._published(Manifest(standing.archive, standing.row, standing.change, tuple(parts)))

    def _added(self, manifest: Manifest, standing: Standing) -> Manifest:
        changed = self._intake.changed(manifest.change, standing.change, manifest.row)
        ids = self._left(manifest, standing, changed)
        segments = [one._replace(dead=_dead(one, self._segment(one), ids)) for one in manifest.segments]
        builder = Builder()
        for paper in sorted([*changed, *self._intake.added(manifest.row, standing.row)], key=_newest_last):
            builder.add(paper)
        if len(builder):
            segments.append(self._written(whole(builder.arrays()), len(builder)))
        return self._published(Manifest(standing.archive, standing.row, standing.change, tuple(segments)))

    def _left(self, manifest: Manifest, standing: Standing, changed: Sequence[Paper]) -> list[str]:
        """The ids whose indexed entries are outdated."""
        return [*(paper.id for paper in changed), *self._intake.gone(manifest.change, standing.change)]

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

    def _joined(self, parts: Sequence[Listed]) -> Listed:
        sources = [Source(open_segment(self._folder / one.file, one.written), one.dead) for one in parts]
        return self._written(merged(sources), sum(one.papers - len(one.dead) for one in parts))

    def _written(self, sections: Iterable[Section], papers: int) -> Listed:
        path = self._folder / f"{os.urandom(6).hex()}{_ENDING}"
        written = write_segment(path, sections)
        self._checked.note(path)
        return Listed(path.name, written, papers, np.empty(0, np.uint32))

    def _published(self, manifest: Manifest) -> Manifest:
        write_manifest(self._folder, manifest)
        return manifest

    def _sweep(self, manifest: Manifest | None) -> None:
        """Delete files that no manifest needs: merged segments, and those of killed processes."""
        needed = {one.file for one in manifest.segments} if manifest is not None else set()
        for path in [*self._folder.glob(f"*{_ENDING}"), *self._folder.glob(".segments-*")]:
            if path.name not in needed:
                path.unlink(missing_ok=True)

    # --- without writing --------------------------------------------------------------------------

    def _in_memory(self, standing: Standing, manifest: Manifest | None, index: Index | None) -> Index:
        """The published index, with newer papers in memory."""
        if manifest is None or index is None or _is_stale(manifest, standing):
            manifest, segments, dead = None, [], []
            papers: Iterator[Paper] | list[Paper] = self._intake.oldest_first()
        else:
            segments = [self._segment(one) for one in manifest.segments]
            changed = self._intake.changed(manifest.change, standing.change, manifest.row)
            ids = self._left(manifest, standing, changed)
            dead = [_dead(one, segment, ids) for one, segment in zip(manifest.segments, segments, strict=True)]
            papers = [*changed, *self._intake.added(manifest.row, standing.row)]
        builder = Builder()
        for number, paper in enumerate(papers):
            builder.add(paper, abstract=number < ABSTRACTS)
        return Index([*segments, Segment(builder.arrays())], dead=dead, papers=self._papers)


def _segments(manifest: Manifest) -> list[tuple[str, Written, int, bytes]]:
    return [(one.file, one.written, one.papers, one.dead.tobytes()) for one in manifest.segments]


def _same(manifest: Manifest, standing: Standing) -> bool:
    return (manifest.archive, manifest.row, manifest.change) == (standing.archive, standing.row, standing.change)


def _is_stale(manifest: Manifest, standing: Standing) -> bool:
    """Whether rebuilding the index is better than adding to it."""
    if manifest.archive != standing.archive or manifest.row > standing.row or manifest.change > standing.change:
        return True
    papers = sum(one.papers for one in manifest.segments)
    dead = sum(len(one.dead) for one in manifest.segments)
    return standing.row - manifest.row > max(_MANY, papers) or dead > max(_MANY, _DEAD * papers)


def _dead(one: Listed, segment: Segment, ids: Sequence[str]) -> NDArray[np.uint32]:
    found = {doc for id_ in ids if (doc := segment.doc(id_)) is not None}
    return np.array(sorted(found.union(one.dead.tolist())), np.uint32)


def _newest_last(paper: Paper) -> tuple[int, str]:
    moment = paper.featured or paper.published
    return (0 if moment is None else moment.toordinal()), paper.id
