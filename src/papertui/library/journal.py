"""The journal of changes and the abstracts, in append-only files of checksummed lines."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from papertui.files import SYSTEM, FileOperations, append, make_private, sweep, write_atomic
from papertui.library.rows import Row, bare_mark
from papertui.model.bookmark import Bookmark
from papertui.model.changes import ORIGINS, Change, ChangeSet, ImportNote, JoinedRecord, Origin, QueryChange
from papertui.model.record import iso, moment_from
from papertui.model.safe_text import safe

if TYPE_CHECKING:
    from mmap import mmap

_BLOCK = 1 << 16
_BEGIN = b'{"sum": "'
_SUM = 8
#: The number of bytes of a line before its first key.
_PREFIX = len(_BEGIN) + _SUM + len(b'", ')


class JsonLinesLog:
    """An append-only file of JSON objects, one per line, each with a checksum; created (0600) on the first write.

    Written lines are never touched again, so a kill or a full disk can only damage the line being written. A line that
    was cut off or damaged later is recognized by its checksum and skipped. Writers need a lock.

    Args:
        path: the file.
        files: the operating system calls.
    """

    def __init__(self, path: Path, files: FileOperations = SYSTEM) -> None:
        self.path = path
        self._files = files

    def append(self, records: Sequence[dict[str, Any]]) -> None:
        """Append `records`; on return they survive a power failure.

        Raises:
            OSError: they cannot be written.
        """
        if not records:
            return
        lines = b"".join(map(_line, records))
        try:
            with self.path.open("rb") as file:
                # After a line that was cut off, a new line begins.
                if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                    lines = b"\n" + lines
        except FileNotFoundError:
            make_private(self.path.parent, self._files)
        append(self.path, lines, self._files)

    def rewrite(self, records: Iterable[dict[str, Any]]) -> None:
        """Replace all lines by `records`, durably and atomically.

        Raises:
            OSError: they cannot be written.
        """
        sweep(self.path, self._files)
        write_atomic(self.path, b"".join(map(_line, records)), files=self._files)

    def records(self) -> Iterator[dict[str, Any]]:
        """The contents of the intact lines, first to last.

        Raises:
            OSError: the file cannot be read.
        """
        return (record for line in self.lines() if (record := record_of(line)) is not None)

    def damaged(self) -> int:
        """The number of damaged lines.

        Raises:
            OSError: the file cannot be read.
        """
        return sum(record_of(line) is None for line in self.lines())

    def lines(self) -> Iterator[bytes]:
        """The lines without their line feeds, intact or not. A line without an end is left out.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for text in file:
                if not text.endswith(b"\n"):
                    return
                if text != b"\n":
                    yield text[:-1]

    def newest_first(self) -> Iterator[bytes]:
        """The lines from last to first, intact or not; the file is read only as far as they are consumed.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            place = file.seek(0, os.SEEK_END)
            rest, block = b"", _BLOCK
            while place:
                size = min(block, place)
                place -= size
                file.seek(place)
                rest = file.read(size) + rest
                first = rest.find(b"\n")
                if first < 0 and place:
                    block *= 2  # a long line, which is not to be joined from many small blocks
                    continue
                head, *lines = rest.split(b"\n") if not place else (rest[:first], *rest[first + 1 :].split(b"\n"))
                yield from filter(None, reversed(lines))
                rest = head + b"\n" if place else head
            if rest:
                yield rest.removesuffix(b"\n")


def record_of(text: bytes) -> dict[str, Any] | None:
    """The object in a line; ``None`` if the line is damaged."""
    if not text.startswith(_BEGIN):
        return None
    body = b"{" + text[_PREFIX:]
    if text[len(_BEGIN) : _PREFIX] != b'%08x", ' % zlib.crc32(body):
        return None
    record: dict[str, Any] = json.loads(body)
    return record


def _line(record: dict[str, Any]) -> bytes:
    body = json.dumps(record).encode("ascii")
    return b'%b%08x", %b\n' % (_BEGIN, zlib.crc32(body), body[1:])


_ID, _ABSTRACT = b'"id": ', b', "abstract": '
#: Above this number of papers, one pass over the file is faster than a search for each.
_FEW = 8


class Abstracts(JsonLinesLog):
    """Abstracts by the id of their paper. Writers need the library's lock; readers do not.

    They are separate because they are large, never change, and are rarely needed. An abstract is written once, before
    its bookmark, and stays when the bookmark is removed, because that may be undone. The file is not kept in memory. It
    is memory-mapped and searched: from its end for a few papers, in full for many.
    """

    def keep(self, abstracts: Mapping[str, str]) -> None:
        """Store abstracts durably; those already stored are not written again.

        Raises:
            OSError: they cannot be written.
        """
        if abstracts:
            stored = self.get(abstracts)
            self.append(
                [{"id": id_, "abstract": text} for id_, text in abstracts.items() if text and stored.get(id_) != text]
            )

    def clear(self, abstracts: Mapping[str, str]) -> None:
        """Store no abstract for the papers that have the one given here, durably.

        Raises:
            OSError: they cannot be written.
        """
        stored = self.get(abstracts)
        self.append([{"id": id_, "abstract": ""} for id_, text in abstracts.items() if stored.get(id_) == text])

    def get(self, ids: Iterable[str]) -> dict[str, str]:
        """The abstracts of papers, as far as they are stored and undamaged.

        Raises:
            OSError: the file cannot be read.
        """
        from mmap import ACCESS_READ, mmap  # noqa: PLC0415 - not needed to read bookmarks

        wanted = {b"%b%b%b" % (_ID, json.dumps(id_).encode("ascii"), _ABSTRACT): id_ for id_ in ids}
        if not wanted:
            return {}
        try:
            with self.path.open("rb") as file:
                if not os.fstat(file.fileno()).st_size:  # an empty file cannot be mapped
                    return {}
                with mmap(file.fileno(), 0, access=ACCESS_READ) as text:
                    return _abstracts(text, wanted)
        except FileNotFoundError:
            return {}

    def missing(self, ids: Collection[str]) -> frozenset[str]:
        """The ids whose abstracts are missing or damaged.

        Raises:
            OSError: the file cannot be read.
        """
        return frozenset(ids).difference(self.get(ids))

    def compact(self, fresh: Mapping[str, str]) -> None:
        """Reduce the file to the last intact line of each paper, and add `fresh`.

        Raises:
            OSError: the file cannot be read or written.
        """
        records = {str(record.get("id")): record for record in self.records()}
        added = {id_: {"id": id_, "abstract": text} for id_, text in fresh.items()}
        self.rewrite({**records, **added}.values())


def _abstracts(text: mmap, wanted: Mapping[bytes, str]) -> dict[str, str]:
    """The last intact abstract of each paper, whose id is given by how its line goes on after the checksum."""
    abstracts: dict[str, str] = {}
    places = _places(text) if len(wanted) > _FEW else None
    for name, id_ in wanted.items():
        place = text.rfind(name) if places is None else places.get(name, -1)
        while place >= 0:
            if (abstract := _abstract(text, place)) is not None:
                abstracts[id_] = safe(abstract)
                break
            place = text.rfind(name, 0, place)  # an older line may be intact
    return abstracts


def _places(text: mmap) -> dict[bytes, int]:
    """The position of the last line of each paper."""
    places: dict[bytes, int] = {}
    line = 0
    while True:
        begin = line + _PREFIX
        end = text.find(_ABSTRACT, begin) + len(_ABSTRACT)
        if end < begin:
            return places
        places[text[begin:end]] = begin
        line = text.find(b"\n", end) + 1
        if not line:
            return places


def _abstract(text: mmap, place: int) -> str | None:
    """The abstract in the line whose id is at `place`."""
    begin, end = place - _PREFIX, text.find(b"\n", place)
    if begin < 0 or end < 0:
        return None
    record = record_of(text[begin:end])
    abstract = None if record is None else record.get("abstract")
    return abstract if isinstance(abstract, str) else None


_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class JournalHead(NamedTuple):
    """The name of an entry: the number of its step, and a unique key."""

    number: int
    key: str

    def __str__(self) -> str:
        return f"{self.number}.{self.key}"


class RowChange(NamedTuple):
    """The change of one row, before and after; ``None`` where it does not exist."""

    id: str
    before: Row | None
    after: Row | None


class JournalEntry(NamedTuple):
    """One durable change. A step is one entry, or several consecutive ones with the same number."""

    head: JournalHead
    after: JournalHead | None  # its predecessor; ``None`` for the first entry
    at: datetime  # UTC
    what: str  # a short description of the step
    rows: tuple[RowChange, ...]
    undoes: int | None = None  # the number of the step that was undone
    redoes: int | None = None  # the number of the step that was redone
    queries: tuple[QueryChange, ...] = ()
    origin: Origin = "here"
    imported: ImportNote = ImportNote()


class Journal(JsonLinesLog):
    """All changes to the library, for undo and for the recovery of a damaged file. Writers need the library's lock.

    Each entry has a unique key and names its predecessor, and the bookmark file names its last entry. The history is
    what can be reached from there. An entry that was written just before the program was killed, and that the file does
    not name, is not part of it; after a backup is restored, the history is that of the backup.
    """

    def add(self, entry: JournalEntry) -> None:
        """Append an entry, durably. It becomes history when the bookmark file names it.

        Raises:
            OSError: it cannot be written.
        """
        self.append([_record(entry)])

    def history(self, head: JournalHead | None) -> Iterator[JournalEntry]:
        """The entries from the one named `head` back to the first; ends early at a damaged or missing one.

        Raises:
            OSError: the file cannot be read.
        """
        if head is None:
            return
        wanted: JournalHead | None = head
        for entry in self.written():
            if entry.head == wanted:
                yield entry
                wanted = entry.after
                if wanted is None:
                    return

    def written(self) -> Iterator[JournalEntry]:
        """Every intact entry, last written first, whether it became history or not.

        Raises:
            OSError: the file cannot be read.
        """
        for line in self.newest_first():
            if (record := record_of(line)) is not None and (entry := _entry(record)) is not None:
                yield entry

    def close_gap(self, head: JournalHead | None) -> int:
        """Reduce the file to the history of `head` after its last gap; returns the number of entries.

        Raises:
            OSError: the file cannot be read or written.
        """
        entries = list(self.history(head))[::-1]
        if entries:
            entries[0] = entries[0]._replace(after=None)
        self.rewrite(map(_record, entries))
        return len(entries)


def steps_of(entries: Iterable[JournalEntry]) -> Iterator[ChangeSet]:
    """The steps made of `entries`; both are newest first."""
    for number, group in groupby(entries, key=lambda entry: entry.head.number):
        newest, *older = group
        rows: dict[str, RowChange] = {}
        queries: dict[str, QueryChange] = {}
        for entry in reversed([newest, *older]):
            for row in entry.rows:
                rows[row.id] = RowChange(row.id, rows[row.id].before if row.id in rows else row.before, row.after)
            for query in entry.queries:
                first = queries.get(query.name, query)
                queries[query.name] = QueryChange(query.name, first.before, query.after)
        changes = (Change(row.id, _bookmark(row.before), _bookmark(row.after)) for row in rows.values())
        yield ChangeSet(
            number=number,
            at=newest.at,
            what=newest.what,
            changes=tuple(change for change in changes if change.before != change.after),
            undoes=newest.undoes,
            redoes=newest.redoes,
            queries=tuple(query for query in queries.values() if query.before != query.after),
            origin=newest.origin,
            imported=newest.imported,
        )


def replay(rows: dict[str, Row], queries: dict[str, str], oldest_first: Iterable[JournalEntry]) -> None:
    """Apply the changes of `oldest_first` to rows and saved queries, whatever their state."""
    for entry in oldest_first:
        for change in entry.rows:
            if change.after is None:
                rows.pop(change.id, None)
            else:
                rows[change.id] = change.after
        for query in entry.queries:
            if query.after is None:
                queries.pop(query.name, None)
            else:
                queries[query.name] = query.after


def head_of(text: object) -> JournalHead | None:
    """The head that `text` names; ``None`` if it names none."""
    number, _, key = text.partition(".") if isinstance(text, str) else ("", "", "")
    return JournalHead(int(number), key) if number.isascii() and number.isdigit() and key else None


def _bookmark(row: Row | None) -> Bookmark | None:
    return None if row is None else bare_mark(row)


def _record(entry: JournalEntry) -> dict[str, Any]:
    joined, origins, abstracts = entry.imported
    imported = {"joined": list(map(list, joined)), "origins": list(origins), "abstracts": dict(abstracts)}
    return {
        "head": str(entry.head),
        "after": None if entry.after is None else str(entry.after),
        "at": iso(entry.at),
        "what": entry.what,
        "undoes": entry.undoes,
        "redoes": entry.redoes,
        "origin": entry.origin,
        "rows": list(map(_row_record, entry.rows)),
        "queries": list(map(list, entry.queries)),
        **({"imported": imported} if any(entry.imported) else {}),
    }


def _row_record(change: RowChange) -> dict[str, Any]:
    before, after = change.before, change.after
    if before is None or after is None:
        return {"id": change.id, "before": before, "after": after}
    # Equal fields are written once.
    was = {name: before.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}
    return {"id": change.id, "after": after, "was": was}


def _row_change(record: dict[str, Any]) -> RowChange:
    after = record["after"]
    before = {**after, **record["was"]} if "was" in record else record["before"]
    return RowChange(record["id"], before, after)


def _entry(record: dict[str, Any]) -> JournalEntry | None:
    """The entry in a record; ``None`` if a newer papertui wrote something else."""
    head = head_of(record.get("head"))
    if head is None:
        return None
    return JournalEntry(
        head=head,
        after=head_of(record["after"]),
        at=moment_from(record["at"]) or _UNKNOWN,
        what=record["what"],
        rows=tuple(map(_row_change, record["rows"])),
        undoes=record["undoes"],
        redoes=record["redoes"],
        queries=tuple(QueryChange(*query) for query in record["queries"]),
        origin=_origin(record),
        imported=_import_note(record.get("imported")),
    )


def _import_note(record: dict[str, Any] | None) -> ImportNote:
    if record is None:
        return ImportNote()
    return ImportNote(
        tuple(JoinedRecord(*one) for one in record["joined"]),
        tuple(record["origins"]),
        tuple(record.get("abstracts", {}).items()),
    )


def _origin(record: dict[str, Any]) -> Origin:
    if "origin" in record:
        return next((origin for origin in ORIGINS if origin == record["origin"]), "here")
    # Entries of older versions say it only in their description.
    is_sync = record["what"].startswith("sync ") and record["undoes"] is None and record["redoes"] is None
    return "sync" if is_sync else "here"
