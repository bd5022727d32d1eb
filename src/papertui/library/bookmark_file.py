"""The bookmark file: its lock, reading and replacing it, and its layout.

The file is a JSON document for TinyDB in which one bookmark can change without the others. Each row is on a separate
line, so that unchanged rows are copied as bytes. The first line holds the table ``meta``: the schema number, the name
of the last journal entry, and a checksum of everything else. If the checksum matches, papertui wrote the file and it is
complete, and no row needs to be parsed to know that. Otherwise another program wrote it (stock TinyDB writes a single
line) or it is damaged, and the whole file is parsed.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from papertui.errors import StoreError, UnwritableError
from papertui.files import SYSTEM, FileOperations, FileStamp, file_stamp, free_name_for_damaged, link, reason
from papertui.library import row_index
from papertui.library.backups import Backup, Backups
from papertui.library.journal import Abstracts, Journal, JournalEntry, JournalHead, head_of
from papertui.library.row_index import RowIndex
from papertui.library.rows import (
    Row,
    abstract_in,
    annotations_of,
    bare_row,
    bookmark_of,
    is_row,
    is_whole,
    merge_rows,
    recognized_row,
)
from papertui.locks import NO_LOCKS, ProcessLock
from papertui.model.bookmark import Bookmark
from papertui.model.record import iso

if TYPE_CHECKING:
    from papertui.library.storage import AtomicStorage

#: The schema of the rows. A file with a greater number is not touched. 2: abstracts are in a separate file.
SCHEMA = 2
#: The keys of the schema number and of the last journal entry in the table ``meta``.
SCHEMA_KEY, STEP_KEY = "schema", "step"
_META, _BOOKMARKS, _COLLECTIONS = "meta", "bookmarks", "collections"
#: Every file that papertui writes contains this.
_TABLE = b'"bookmarks"'
_FIRST = rb'\{"meta": (\{.*\}),'
_ROWS = b'"bookmarks": {\n'
_END = b"\n}}\n"
_ROW = rb'"([0-9]+)": \{"id": "((?:[^"\\]|\\.)*)"'
_SUM = "sum"
#: What follows the facts of the paper in a row. It cannot occur in a string of JSON, where quotes are escaped.
_OWN = b', "added": '
_OWN_NAMES = frozenset({"added", "tags", "note", "state", "rating"})
#: A time as papertui writes it, on a day that every month has; such times sort as text.
_ADDED = re.compile(rb', "added": "(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T[\d:.]{8,15})Z"')
#: The greatest number of digits in a row number.
_DIGITS = 18

_POLL_SECONDS = 0.002
_BACK = "Restore it with “papertui doctor --restore previous”."


class DamagedLibraryError(Exception):
    """The file cannot be read as bookmarks."""


class NewerSchemaError(Exception):
    """A newer papertui wrote the file."""

    def __init__(self, schema: int) -> None:
        super().__init__(schema)
        self.schema = schema

    def explain(self, path: Path) -> StoreError:
        return StoreError(
            f"The bookmarks in {path} were written by a newer papertui (schema {self.schema}, this papertui knows "
            f"{SCHEMA}). Update papertui; the file was not changed."
        )


class RowLine:
    """One row as its line in the file, parsed on first access."""

    __slots__ = ("_mark", "number", "text")

    def __init__(self, number: int, text: bytes) -> None:
        self.number = number
        self.text = text
        self._mark: Bookmark | None = None

    @property
    def row(self) -> Row:
        """The row, parsed on each access."""
        row: Row = json.loads(self.text[self.text.index(b"{") :])
        return row

    @property
    def mark(self) -> Bookmark:
        """The bookmark, without its abstract."""
        if self._mark is None:
            # JSON escapes control characters, and papertui escapes everything outside ASCII.
            row = self.row
            row.pop("abstract", None)
            self._mark = bookmark_of(row, is_plain=self._is_plain)
        return self._mark

    @property
    def _is_plain(self) -> bool:
        return b"\\" not in self.text and b"\x7f" not in self.text

    def annotations(self, id_: str) -> Bookmark:
        """The bookmark of the paper `id_`, without the facts of the paper if these need not be parsed."""
        if self._mark is None and (start := self.text.rfind(_OWN)) >= 0:
            with suppress(ValueError):
                own = json.loads(b"{" + self.text[start + 2 :])
                if own.keys() >= _OWN_NAMES:
                    return annotations_of(id_, own, is_plain=self._is_plain)
        return self.mark

    @property
    def added(self) -> bytes:
        """When the paper was bookmarked, as text that sorts by time."""
        match = _ADDED.search(self.text)
        return match[1] if match is not None else iso(self.mark.added)[:-1].encode()


def line_of(number: int, row: Row) -> RowLine:
    """`row` as a line that begins with its id."""
    return RowLine(number, b'"%d": %b' % (number, json.dumps({"id": row["id"], **row}).encode("ascii")))


class BookmarksById(Mapping[str, Bookmark]):
    """The bookmarks by the ids of their papers, parsed on access."""

    def __init__(self, lines: Mapping[str, RowLine]) -> None:
        self._lines = lines

    def __getitem__(self, id_: str) -> Bookmark:
        return self._lines[id_].mark

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._lines


class AnnotationsById(BookmarksById):
    """The bookmarks by the ids of their papers, perhaps without the facts of these: several times as fast to parse."""

    def __getitem__(self, id_: str) -> Bookmark:
        return self._lines[id_].annotations(id_)


class IndexedLines(Mapping[str, RowLine]):
    """The rows of a large file, read one by one."""

    def __init__(self, index: RowIndex) -> None:
        self.index = index
        self._lines: dict[str, RowLine] = {}

    def __getitem__(self, id_: str) -> RowLine:
        if (line := self._lines.get(id_)) is None:
            text = self.index.text(id_)
            line = self._lines[id_] = RowLine(int(text[1 : text.index(b'"', 1)]), text)
        return line

    def __iter__(self) -> Iterator[str]:
        return iter(self.index.ids)

    def __len__(self) -> int:
        return len(self.index.ids)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.index


class Snapshot(NamedTuple):
    """The contents of a bookmark file. Immutable: a change makes a new one."""

    lines: dict[str, RowLine]  # the rows by the ids of their papers, in the order of the file
    meta: Mapping[str, Any]  # the documents of the table ``meta``, without the checksum
    others: Mapping[str, Any]  # all other tables
    inline: frozenset[str] = frozenset()  # ids of papers with abstracts in their rows, written by an older papertui

    @property
    def head(self) -> JournalHead | None:
        """The last journal entry that this state includes."""
        for document in self.meta.values():
            if (head := head_of(document.get(STEP_KEY))) is not None:
                return head
        return None

    @property
    def queries(self) -> dict[str, str]:
        """The saved queries by name."""
        table = self.others.get(_COLLECTIONS)
        rows = table.values() if isinstance(table, dict) else ()
        pairs = ((row.get("name"), row.get("query")) for row in rows if isinstance(row, dict))
        return {name: query for name, query in pairs if isinstance(name, str) and isinstance(query, str)}

    def row(self, id_: str) -> Row | None:
        """A row without its abstract."""
        return bare_row(self.lines[id_].row) if id_ in self.lines else None

    def inline_abstracts(self) -> dict[str, str]:
        return {id_: abstract_in(self.lines[id_].row) for id_ in self.inline}

    def without_abstracts(self) -> Snapshot:
        """The same contents without abstracts in the rows."""
        bare = {id_: line_of(self.lines[id_].number, bare_row(self.lines[id_].row)) for id_ in self.inline}
        return self._replace(lines={**self.lines, **bare}, inline=frozenset())

    def with_queries(self, queries: Mapping[str, str]) -> Snapshot:
        """The same contents with these saved queries."""
        table = {str(number): {"name": name, "query": queries[name]} for number, name in enumerate(queries, start=1)}
        others = {name: other for name, other in self.others.items() if name != _COLLECTIONS}
        return self._replace(others={**others, _COLLECTIONS: table} if table else others)

    def with_rows(self, rows: Mapping[str, Row | None], head: JournalHead) -> Snapshot:
        """The same contents with these rows changed or removed (``None``), as of the journal entry `head`."""
        lines = dict(self.lines)
        # New rows get greater numbers than all others, so the last row in the file has the greatest one.
        last = lines[next(reversed(lines))].number if lines else 0
        for id_, row in rows.items():
            if row is None:
                lines.pop(id_, None)
            elif id_ in lines:
                lines[id_] = line_of(lines[id_].number, row)
            else:
                last += 1
                lines[id_] = line_of(last, row)
        return self._replace(lines=lines, meta=_meta(self.meta, head), inline=self.inline.intersection(lines))


#: The contents of a missing file.
EMPTY = Snapshot({}, {}, {})


def snapshot_of_rows(rows: Iterable[Row], others: Mapping[str, Any], head: JournalHead | None) -> Snapshot:
    """The contents of a new file with these rows, one per paper."""
    lines = {row["id"]: line_of(number, row) for number, row in enumerate(rows, start=1)}
    inline = frozenset(id_ for id_, line in lines.items() if line.row.get("abstract"))
    return Snapshot(lines, _meta({}, head), others, inline)


def _meta(meta: Mapping[str, Any], head: JournalHead | None) -> dict[str, Any]:
    """The table ``meta`` with the current schema and the name of the last journal entry."""
    number = "1"
    for key, document in meta.items():
        if SCHEMA_KEY in document:
            number = key
            break
    ours = {SCHEMA_KEY: SCHEMA, STEP_KEY: "" if head is None else str(head)}
    return {**meta, number: {**meta.get(number, {}), **ours}}


# --- layout ------------------------------------------------------------------------------------------


def text_of(snapshot: Snapshot) -> bytes:
    """The bytes of the file."""
    rest = b"".join([b"%b: %b,\n" % (_json(name), _json(table)) for name, table in snapshot.others.items()])
    rest += _ROWS + b",\n".join([line.text for line in snapshot.lines.values()]) + _END
    checksum = _checksum(snapshot.meta, rest)
    signed = {
        number: {**document, _SUM: checksum} if STEP_KEY in document else document
        for number, document in snapshot.meta.items()
    }
    return b'{"meta": %b,\n%b' % (_json(signed), rest)


def snapshot_of(data: bytes, before: Snapshot = EMPTY) -> Snapshot:
    """The contents of a file.

    Args:
        data: the file.
        before: its earlier contents; equal rows need not be parsed again.

    Raises:
        DamagedLibraryError: it cannot be read as bookmarks.
        NewerSchemaError: a newer papertui wrote it.
    """
    written = _as_written(data, before)
    return _as_json(data) if written is None else written


def schema_of(tables: Mapping[str, Any]) -> int:
    """The schema number in the table ``meta``; 0 if there is none."""
    meta = tables.get(_META)
    return max(map(schema_in, meta.values()), default=0) if isinstance(meta, dict) else 0


def schema_in(document: object) -> int:
    """The schema number in a document; 0 if there is none."""
    number = document.get(SCHEMA_KEY) if isinstance(document, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of `pairs`, without repeated keys: Python would keep the last value and drop the others."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is repeated")
    return made


def _as_written(data: bytes, before: Snapshot) -> Snapshot | None:
    """The contents of a file that papertui wrote; ``None`` for any other."""
    first, _, rest = data.partition(b"\n")
    match = re.fullmatch(_FIRST, first)
    if match is None or not rest.endswith(_END):
        return None
    try:
        meta = json.loads(match[1])
    except ValueError:
        return None
    sums = [document.pop(_SUM, None) for document in meta.values() if isinstance(document, dict)]
    if not any(sums) or _checksum(meta, rest) not in sums:
        return None
    if (schema := schema_of({_META: meta})) > SCHEMA:
        raise NewerSchemaError(schema)
    tables, _, rows = rest.partition(_ROWS)
    others = json.loads(b"{%b}" % tables.strip().removesuffix(b","))
    known = {line.text: line for line in before.lines.values()}
    lines = {}
    match_row = re.compile(_ROW).match
    for text in rows[: -len(_END)].split(b",\n"):
        if match := match_row(text):
            number, name = match.groups()
            id_ = name.decode() if b"\\" not in name else json.loads(b'"%b"' % name)
            # Without rows to compare with, their text need not be hashed.
            lines[id_] = (known.get(text) if known else None) or RowLine(int(number), text)
    return Snapshot(lines, meta, others)


def _as_json(data: bytes) -> Snapshot:
    """The contents of a file of any layout."""
    try:
        # json.loads also takes bytes, but it guesses encodings that TinyDB does not read.
        tables = json.loads(data.decode("utf-8"), object_pairs_hook=object_of)
    except (ValueError, RecursionError) as error:
        raise DamagedLibraryError from error
    if not isinstance(tables, dict):
        raise DamagedLibraryError
    if (schema := schema_of(tables)) > SCHEMA:
        raise NewerSchemaError(schema)
    if not _is_sound(tables):
        raise DamagedLibraryError
    rows, meta = tables.pop(_BOOKMARKS, {}), tables.pop(_META, {})
    for document in meta.values():
        document.pop(_SUM, None)
    numbered = _in_order(rows)
    merged_rows = merge_rows(row for _, row in numbered)
    numbers: dict[str, int] = {}
    for number, row in numbered:
        numbers.setdefault(row["id"], number)
    lines = {id_: line_of(numbers[id_], row) for id_, row in merged_rows.items()}
    return Snapshot(lines, meta, tables, frozenset(id_ for id_, row in merged_rows.items() if row.get("abstract")))


def _is_sound(tables: Mapping[str, Any]) -> bool:
    """Whether the tables hold what they should, so that nothing has to be recovered."""
    if _BOOKMARKS not in tables and any(map(_looks_like_rows, tables.values())):
        return False  # the table has another name, or it is deeper in the file
    rows, meta = tables.get(_BOOKMARKS, {}), tables.get(_META, {})
    for table in (rows, meta):
        if not isinstance(table, dict) or not all(map(_is_row_number, table)):
            return False
    if not all(is_row(row) and is_whole(row) for row in rows.values()):
        return False
    has_duplicates = len({row["id"] for row in rows.values()}) < len(rows)
    has_documents = all(isinstance(document, dict) for document in meta.values())
    return has_documents and not has_duplicates and is_collections(tables.get(_COLLECTIONS, {}))


def _is_row_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= _DIGITS


def is_collections(table: object) -> bool:
    """Whether `table` holds saved queries."""
    return isinstance(table, dict) and all(
        isinstance(row, dict) and isinstance(row.get("name"), str) and isinstance(row.get("query"), str)
        for row in table.values()
    )


def _looks_like_rows(value: object) -> bool:
    """Whether there are bookmarks in `value`, at any depth."""
    todo = [value]
    while todo:
        value = todo.pop()
        if recognized_row(value) is not None:
            return True
        todo += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return False


def _in_order(rows: Mapping[str, Row]) -> list[tuple[int, Row]]:
    """Rows by their numbers, each of which is used once (``7`` and ``07`` are two keys with one number).

    Rows with unreasonably long numbers are renumbered: Python itself refuses to parse thousands of digits.
    """
    digits = sorted(
        ((number.lstrip("0"), row) for number, row in rows.items()), key=lambda pair: (len(pair[0]), pair[0])
    )
    if len({number for number, _ in digits}) == len(digits) and all(len(number) <= _DIGITS for number, _ in digits):
        return [(int(number or 0), row) for number, row in digits]
    return list(enumerate((row for _, row in digits), start=1))


def _checksum(meta: Mapping[str, Any], rest: bytes) -> str:
    return f"{zlib.crc32(rest, zlib.crc32(_json(meta))):08x}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode("ascii")


# --- the file and the files beside it ----------------------------------------------------------------


class BookmarkFile:
    """The bookmark file, its lock, its backups, the journal of its changes and the abstracts.

    Args:
        path: the bookmark file. If it is a symbolic link, the other files are next to its target.
        backups: the folder of the backups.
        now: the clock.
        files: the operating system calls for writing.
        patience: how long to wait for the lock, in seconds.
    """

    def __init__(
        self,
        path: Path,
        backups: Path,
        now: Callable[[], datetime],
        files: FileOperations = SYSTEM,
        patience: float = 0,
    ) -> None:
        self._given = path
        self._backups_folder = backups
        self._now = now
        self._files = files
        self._patience = patience
        self._seen: tuple[FileStamp | None, Snapshot] | None = None
        self._indexed: IndexedLines | None = None
        self._notices: list[str] = []
        self._place(path)

    def _place(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path.with_name(f"{path.stem}.journal.jsonl"), self._files)
        self.abstracts = Abstracts(path.with_name(f"{path.stem}.abstracts.jsonl"), self._files)
        self.backups = Backups(self._backups_folder, path.name, self._files)
        self._lock_path = path.with_name(f"{path.name}.lock")
        self._rows_path = path.with_name(f"{path.stem}.rows")
        self._storage: AtomicStorage | None = None

    def _resolve(self) -> None:
        """Find the target of the link again, if the file is one."""
        path = Path(os.path.realpath(self._given))
        if path != self.path:
            self._place(path)

    def stamp(self) -> FileStamp | None:
        """A value that stays equal as long as the file does not change; ``None`` if there is no file."""
        return file_stamp(self._given)

    def is_missing(self) -> bool:
        """Whether the bookmark file is missing although there are backups of it."""
        return self.stamp() is None and bool(self.all_backups())

    def all_backups(self) -> tuple[Backup, ...]:
        """The backups, newest first."""
        self._resolve()
        return self.backups.all()

    def paths(self) -> tuple[Path, ...]:
        """All files and the folder of backups, whether they exist or not."""
        backups = (backup.path for backup in self.all_backups())
        return (
            self.path, self._lock_path, self.journal.path, self.abstracts.path, self._backups_folder, *backups,
        )  # fmt: skip

    def notify(self, sentence: str) -> None:
        """Add a message for the user."""
        if sentence not in self._notices:
            self._notices.append(sentence)

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    # --- reading ---------------------------------------------------------------------------------

    def read(self) -> Snapshot:
        """The current contents of the file; they are parsed only if it has changed.

        Raises:
            DamagedLibraryError: it cannot be read as bookmarks.
            StoreError: a newer papertui wrote it, or the disk reports an error.
        """
        stamp = file_stamp(self._given)
        if self._seen is not None and self._seen[0] == stamp:
            return self._seen[1]
        self._resolve()
        with self.reading():
            snapshot = self._parse(self._read_bytes())
        # The rows may be newer than the stamp, if the file was replaced in between, but not older.
        if stamp is not None or snapshot is EMPTY:
            self._seen = stamp, snapshot
        return snapshot

    def lines(self) -> IndexedLines | None:
        """The rows as they are in the file now, without reading all of it; ``None`` if that is not possible."""
        stamp = file_stamp(self._given)
        if stamp is None or (self._seen is not None and self._seen[0] == stamp):
            return None
        if self._indexed is None or self._indexed.index.stamp != stamp:
            self._resolve()
            index = row_index.load(self._rows_path, self.path, stamp)
            self._indexed = None if index is None else IndexedLines(index)
        return self._indexed

    def is_known(self) -> bool:
        """Whether the contents of the file are in memory as they are now."""
        return self._seen is not None and self._seen[0] == file_stamp(self._given)

    def keep_index(self, snapshot: Snapshot, newest: Sequence[str]) -> None:
        """Let other programs find the rows of `snapshot`, which was just read, without parsing all."""
        if len(snapshot.lines) >= row_index.LEAST and self._seen is not None and self._seen[0] is not None:
            texts = {id_: line.text for id_, line in snapshot.lines.items()}
            row_index.write(self._rows_path, self.path, self._seen[0], texts, newest)

    def history(self, head: JournalHead | None) -> Iterator[JournalEntry]:
        """The entries that led to `head`, newest first; a gap in them is reported as a notice.

        Raises:
            OSError: the journal cannot be read.
        """
        after = head
        for entry in self.journal.history(head):
            yield entry
            after = entry.after
        if after is not None:
            self.notify("The journal of changes is damaged or missing. Earlier changes cannot be undone.")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Translate OSError into StoreError."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"The bookmarks in {self._given} cannot be read: {error.strerror or error}. "
                "Check the file and its folder."
            ) from error

    def _read_bytes(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def _parse(self, data: bytes | None) -> Snapshot:
        if data is None:
            if self.backups.all():
                self.notify(f"The bookmark file {self.path} is missing, but there are backups of it. {_BACK}")
            return EMPTY
        if not data.strip():
            # TinyDB starts with an empty file. If there are blanks, or a backup or a change, something was lost.
            if data or self._had_bookmarks():
                raise DamagedLibraryError
            return EMPTY
        try:
            snapshot = snapshot_of(data, EMPTY if self._seen is None else self._seen[1])
        except NewerSchemaError as error:
            raise error.explain(self.path) from None
        # An emptied library still has its table; without one, another program overwrote the file.
        if not snapshot.lines and _TABLE not in data and self._had_bookmarks():
            raise DamagedLibraryError
        return snapshot

    def _had_bookmarks(self) -> bool:
        """Whether backups or journal show that there was a library before."""
        return bool(self.backups.all()) or next(self.journal.written(), None) is not None

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock. Errors of the disk become `UnwritableError`.

        Raises:
            UnwritableError: the disk reports an error.
            StoreError: another program holds the lock.
        """
        self._resolve()
        lock = ProcessLock(self._lock_path, _POLL_SECONDS)
        try:
            if not lock.acquire(self._patience):
                raise StoreError(
                    f"The bookmarks in {self.path} have been locked by another program for {self._patience:g} seconds. "
                    "Wait for it or stop it, then try again."
                )
            try:
                yield
            finally:
                lock.release()
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def replace(self, fresh: Snapshot, *, keep_backup: bool = True) -> None:
        """Replace the file, durably. The lock must be held, and the journal entry must be written.

        Raises:
            OSError: it cannot be written.
        """
        if self._storage is None:
            from papertui.library.storage import AtomicStorage  # noqa: PLC0415 - loads TinyDB, which readers do not need

            self._storage = AtomicStorage(self.path, self.backups, self._files, self._now)
        written = self._storage.replace(text_of(fresh), keep_backup=keep_backup)
        stamp = file_stamp(self._given)
        # A program that takes no lock may have written the file meanwhile.
        is_ours = stamp is not None and (stamp.inode, stamp.modified) == (written.inode, written.modified)
        self._seen = (stamp, fresh) if is_ours else None
        if self._notices:
            self._notices = [notice for notice in self._notices if not notice.endswith(_BACK)]

    def without_abstracts(self, snapshot: Snapshot) -> Snapshot:
        """`snapshot` without abstracts in its rows, which are stored durably first. The lock must be held.

        Raises:
            OSError: they cannot be written.
        """
        self.abstracts.keep(snapshot.inline_abstracts())
        return snapshot.without_abstracts()

    @contextmanager
    def damaged_kept(self) -> Iterator[str]:
        """Give the current file a second name, which later writes do not touch; yields the name.

        If the file is not replaced, it has only its old name again: each attempt would add another one.

        Raises:
            OSError: that is impossible.
        """
        kept = free_name_for_damaged(self.path, self._now())
        link(self.path, kept, self._files)
        try:
            yield kept.name
        except OSError:
            with suppress(OSError):
                self._files.unlink(kept)
            raise


def _unwritable(path: Path, error: OSError) -> UnwritableError:
    if error.errno in NO_LOCKS:
        return UnwritableError(
            f"The bookmarks in {path} are on a file system without locks. Move them elsewhere and set "
            "PAPERTUI_HOME to their folder."
        )
    return UnwritableError(
        f"The bookmarks in {path} cannot be written: {reason(error)}. "
        "Existing bookmarks are safe. Free some space or check the folder, then try again."
    )
