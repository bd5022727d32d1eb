"""Import papers into the archive and bookmarks into the library."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.papers import UpsertResult
from papertui.errors import PaperNotFoundError, SourceError
from papertui.importers.batch import BadRecord, BadRecords, Batch, ImportedBookmark, OtherBadRecords
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.changes import ImportNote, JoinedRecord
from papertui.model.format import plural
from papertui.model.identity import identified, is_arxiv
from papertui.model.merge import merge_imported
from papertui.model.paper import Paper
from papertui.model.paper_ids import without_subject_class
from papertui.model.safe_text import one_line, safe
from papertui.model.works import NOTHING, same_work
from papertui.services.papers import PaperService
from papertui.services.types import Clock

#: The number of bad lines that are reported individually; the others are listed by reason.
_REPORTED = 20
_HEAD = 1 << 16
#: The papers of a large file that are written together. Other programs wait for a part of a second.
_TRANSACTION = 10_000


class ImportResult(NamedTuple):
    """The result of importing a file, or the progress so far."""

    added: int = 0  # New papers
    changed: int = 0  # Papers with new data
    same: int = 0  # Papers without new data
    bad: int = 0  # How many lines could not be read
    first_bad: tuple[BadRecord, ...] = ()  # Some of them
    other_bad: tuple[OtherBadRecords, ...] = ()  # The others, by reason
    partial: int = 0  # How many were read without a fact of a wrong type
    first_partial: tuple[BadRecord, ...] = ()
    other_partial: tuple[OtherBadRecords, ...] = ()
    done: int = 0  # Bytes read
    size: int = 0  # The file's size in bytes; 0 if unknown
    resumed: int = 0  # Lines imported by an earlier, interrupted run
    kept: tuple[ImportedBookmark, ...] = ()  # The bookmarks of the file; their papers are in the archive and have ids
    ids: tuple[str, ...] = ()  # Papers to bookmark for which the file contains only the id
    unit: str = "line"  # What `bad` counts: ``line`` or ``entry``
    notices: tuple[str, ...] = ()
    joined: tuple[JoinedRecord, ...] = ()  # Records that turned out to be the same work as another one
    origin: str = ""  # Under which the archive keeps what the bookmarks of the file say; see `Archive.withdraw`

    @property
    def papers(self) -> int:
        return self.added + self.changed + self.same


class Importer:
    """Imports files of papers into the archive; an interrupted import is resumed.

    Args:
        archive: the stored papers.
        now: the clock.
        library: the bookmarks, which records of a file may be the same works as.
    """

    def __init__(self, archive: Archive, now: Clock, library: Library | None = None) -> None:
        self._archive = archive
        self._now = now
        self._library = library

    def run(self, path: Path, progress: Callable[[ImportResult], None]) -> ImportResult:
        """Import a file in batches of some thousand papers; imported batches stay, whatever happens later.

        The data is as old as the file, so that it never replaces newer data from a source.

        Args:
            path: the file, or ``-`` for stdin.
            progress: called with the progress after each batch.

        Raises:
            UsageError: the file cannot be read, or its format is unknown.
            StoreError: the disk cannot be written; batches imported before that stay.
        """
        from papertui.importers.kinds import read_file  # noqa: PLC0415 - imports the parsers of all kinds

        size, at, key = _identity(path) or (0, self._now(), "")
        place, number = self._resumed(key)
        done = ImportResult(size=size, resumed=number)
        bad, partial = BadRecords(_REPORTED), BadRecords(_REPORTED)
        origin = os.urandom(6).hex()
        for batch in _large(read_file(path, place=place, number=number)):
            noting = (key, f"{batch.place} {batch.number}") if key and batch.place else None
            if batch.rows:
                taken = self._archive.remember_rows(batch.rows, at, noting=noting)
            else:
                taken = self._archive.remember(map(_identified, batch.papers), at, noting=noting)
            kept, also = self._keep(batch.kept, at, origin)
            bad.add(batch.bad)
            partial.add(batch.partial)
            done = done._replace(
                added=done.added + taken.added,
                changed=done.changed + taken.changed,
                same=done.same + taken.same,
                joined=done.joined + taken.joined + also.joined,
                origin=origin if kept else done.origin,
                bad=bad.count,
                partial=partial.count,
                done=batch.done,
                kept=done.kept + kept,
                ids=done.ids + batch.ids,
                unit=batch.unit,
                notices=done.notices + batch.notices,
            )
            progress(done)
        if key:
            self._archive.note(key, "")
        self._archive.close()  # with the memory of its connection
        return done._replace(
            first_bad=bad.first,
            other_bad=bad.others(),
            first_partial=partial.first,
            other_partial=partial.others(),
        )

    def _keep(
        self, kept: Sequence[ImportedBookmark], at: datetime, origin: str
    ) -> tuple[tuple[ImportedBookmark, ...], UpsertResult]:
        """Store the papers of bookmarks; returns the bookmarks with the ids by which their papers are known."""
        if not kept:
            return (), UpsertResult(0, 0, 0)
        self._store_bookmarks()
        taken = self._archive.remember((_identified(one.paper) for one in kept), at, origin=origin)
        with_ids = zip(kept, taken.ids, strict=True)
        return tuple(one._replace(paper=_identified(one.paper)._replace(id=id_)) for one, id_ in with_ids), taken

    def _store_bookmarks(self) -> None:
        """Store bookmarked papers that the archive does not have, since it may be deleted at any time."""
        library = self._library
        if library is None or not (ids := library.ids()):
            return
        if missing := ids - self._archive.known_ids(ids):
            first = min(mark.added for mark in library.all() if mark.paper.id in missing)
            self._archive.remember(library.whole(missing).values(), first)

    def _resumed(self, key: str) -> tuple[int, int]:
        """The offset and line at which an earlier import of the same file was interrupted."""
        place, _, number = (self._archive.recall(key) or "" if key else "").partition(" ")
        return (int(place), int(number)) if place.isdecimal() and number.isdecimal() else (0, 0)


def _large(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same papers in fewer batches: each is a transaction, which changes pages all over the indexes."""
    waiting: list[Batch] = []
    for batch in batches:
        waiting.append(batch)
        if not batch.rows or sum(len(one.rows) for one in waiting) >= _TRANSACTION:
            yield from _together(waiting)
            waiting = []
    yield from _together(waiting)


def _together(batches: Sequence[Batch]) -> Iterator[Batch]:
    """`batches`, of which all but the last one have rows and nothing else."""
    having, last = [one for one in batches if one.rows], batches[-1:]
    if having:
        yield having[-1]._replace(
            rows=tuple(row for one in having for row in one.rows),
            bad=tuple(bad for one in having for bad in one.bad),
            partial=tuple(partial for one in having for partial in one.partial),
        )
    yield from (one for one in last if not one.rows)


def _identified(paper: Paper) -> Paper:
    """The paper with an id; a missing one is derived from its DOI or title, which the archive can resolve."""
    return paper if paper.id else identified(paper)


def _identity(path: Path) -> tuple[int, datetime, str] | None:
    """The size of a file, its time and a key for its content; ``None`` for a pipe or a missing file."""
    try:
        if not path.is_file():
            return None
        status = path.stat()
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:  # the reader of the file reports it better
        return None
    # Without the inode, unlike `papertui.files.file_stamp`: a copy of the file is imported from the same place on.
    stamp = f"{status.st_size} {status.st_mtime_ns}".encode()
    at = datetime.fromtimestamp(status.st_mtime, UTC)
    return status.st_size, at, f"import {sha256(stamp + head).hexdigest()[:24]}"


class BookmarkImportResult(NamedTuple):
    """The result of importing bookmarks."""

    added: tuple[str, ...] = ()  # Ids of new bookmarks
    merged: tuple[str, ...] = ()  # Ids of bookmarks that were changed
    same: int = 0  # How many did not change
    missing: tuple[str, ...] = ()  # A sentence for each paper that could not be found
    joined: tuple[JoinedRecord, ...] = ()  # Records that became part of a bookmark with another id, or of another one


class BookmarkImporter:
    """Imports bookmarks as one step."""

    def __init__(self, archive: Archive, library: Library, papers: PaperService, now: Clock) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._now = now

    async def take_in(
        self,
        kept: Sequence[ImportedBookmark],
        ids: Sequence[str] = (),
        *,
        offline: bool = False,
        files: Sequence[ImportResult] = (),
    ) -> BookmarkImportResult:
        """Import bookmarks, merging them with existing ones.

        Args:
            kept: bookmarks with their papers, which are in the archive (`papertui.importers.service`).
            ids: papers to bookmark by their id; those that are not stored are fetched.
            offline: do not fetch anything.
            files: the results of the files that the bookmarks come from.

        Raises:
            StoreError: the disk cannot be read or written; then no bookmark is imported.
        """
        found, missing = await self._found(ids, offline=offline)
        return await asyncio.to_thread(self._take_in, [*kept, *found], len(kept), missing, files)

    async def _found(self, ids: Sequence[str], *, offline: bool) -> tuple[list[ImportedBookmark], tuple[str, ...]]:
        found: list[ImportedBookmark] = []
        missing: list[str] = []
        for id_ in dict.fromkeys(ids):
            try:
                found.append(ImportedBookmark(await self._papers.find(id_, offline=offline), whole=True))
            except PaperNotFoundError as problem:
                missing.append(str(problem))
            except SourceError as problem:
                # After a failure do not request the other papers; those that are stored are still imported.
                missing.append(f"{id_}: {problem}")
                offline = True
        return found, tuple(missing)

    def _take_in(
        self,
        kept: Sequence[ImportedBookmark],
        written: int,
        missing: tuple[str, ...],
        files: Sequence[ImportResult],
    ) -> BookmarkImportResult:
        """Import bookmarks, of which the first `written` are records of a file, and the others only ids."""
        if not kept:
            return BookmarkImportResult(missing=missing)
        now = self._now()
        stored = self._archive.papers([one.paper.id for one in kept if not one.whole])
        marks = [
            Bookmark(
                one.paper if one.whole else stored.get(one.paper.id, one.paper),
                one.added or now, one.tags, one.note, one.state, one.rating, one.entry and _safe_entry(one.entry),
                one.highlights,
            )
            for one in kept
        ]  # fmt: skip
        library = self._library
        stored_ids = self._stored_ids([mark.paper.id for mark in marks])
        targets = [stored_ids.get(mark.paper.id, mark.paper.id) for mark in marks]
        abstracts = library.whole(set(targets))
        added: list[str] = []
        merged: list[str] = []
        new_abstracts: list[tuple[str, str]] = []

        def work(before: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            after: dict[str, Bookmark | None] = {}
            for id_, mark in zip(targets, marks, strict=True):
                existing = after.get(id_) or before.get(id_)
                after[id_] = mark if existing is None else _united(existing, mark, abstracts.get(id_))
            # Of bookmarks added at the same time the last one is listed first: that should be the file's first.
            changed = {id_: mark for id_, mark in reversed(after.items()) if mark != before.get(id_)}
            added[:] = [id_ for id_ in changed if id_ not in before]
            merged[:] = [id_ for id_ in changed if id_ in before]
            new_abstracts[:] = [
                (id_, mark.paper.abstract)
                for id_, mark in changed.items()
                if mark is not None and mark.paper.abstract and id_ in abstracts and not abstracts[id_].abstract
            ]
            return changed

        reasons = {one.id: one.why for file in files for one in file.joined}
        origins = tuple(file.origin for file in files if file.origin)

        def note() -> ImportNote:
            records = [one.paper for one in kept[:written]]
            joined = _joined(records, targets[:written], {*added, *merged}, reasons)
            return ImportNote(joined, origins, tuple(new_abstracts))

        step = library.change(work, f"import {plural(len(marks), 'bookmark')}", now, imported=note)
        joined = () if step is None else step.imported.joined
        return BookmarkImportResult(
            tuple(added), tuple(merged), len(set(targets)) - len(added) - len(merged), missing, joined
        )

    def _stored_ids(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The id under which each paper is bookmarked, if it is bookmarked."""
        kept = self._library.ids()
        made = [id_ for id_ in {*kept, *ids} if not is_arxiv(id_)]
        better = {id_: without_subject_class(id_) for id_ in kept}
        better |= self._archive.better_ids(made) if made else {}
        bearers = {better.get(id_, id_): id_ for id_ in kept}
        return {id_: bearer for id_ in ids if (bearer := bearers.get(better.get(id_, id_))) is not None}


def _safe_entry(entry: CitationEntry) -> CitationEntry:
    """Make the texts of an entry from outside safe; many of its fields are kept as they are in the file."""
    fields = tuple((one_line(name), safe(value)) for name, value in entry.fields)
    return CitationEntry(one_line(entry.type), one_line(entry.key), fields).sorted()


def _united(existing: Bookmark, mark: Bookmark, whole: Paper | None) -> Bookmark:
    """Merge two bookmarks. A stored abstract stays, even if `existing` comes without it."""
    both = merge_imported(existing, mark)
    if whole is not None and whole.abstract and not existing.paper.abstract:
        return both._replace(paper=both.paper._replace(abstract=""))
    return both


def _joined(
    records: Sequence[Paper], targets: Sequence[str], changed: Collection[str], reasons: Mapping[str, str]
) -> tuple[JoinedRecord, ...]:
    """The records that became part of a changed bookmark with another id, or of that of another record."""
    of: dict[str, list[Paper]] = {}
    for record, into in zip(records, targets, strict=True):
        of.setdefault(into, []).append(record)
    own: set[str] = set()
    joined = []
    for record, into in zip(records, targets, strict=True):
        if into not in changed:
            continue
        if record.id == into and into not in own:
            own.add(into)
        else:
            levels = (same_work(record, other) for other in of[into] if other is not record)
            why = max(levels, default=None)
            words = why.why if why and why.rank > NOTHING else reasons.get(record.id, "")
            joined.append(JoinedRecord(record.id, record.title, into, words))
    return tuple(joined)
