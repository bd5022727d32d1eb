"""The recovery of a damaged bookmark file, and the checks and repairs of ``papertui doctor``.

A damaged file is rebuilt from what can be read of it, the newest backup, and the journal. The backup holds an earlier
state, and the journal the changes since. Together they give the state of the damaged file, so that no removed bookmark
returns and no new one is lost.
"""

from __future__ import annotations

import codecs
import json
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from papertui.files import PRIVATE_FILE, PRIVATE_FOLDER
from papertui.library.backups import Backup
from papertui.library.bookmark_file import (
    EMPTY,
    SCHEMA,
    SCHEMA_KEY,
    STEP_KEY,
    BookmarkFile,
    DamagedLibraryError,
    NewerSchemaError,
    Snapshot,
    is_collections,
    object_of,
    schema_in,
    schema_of,
    snapshot_of,
    snapshot_of_rows,
)
from papertui.library.journal import Journal, JournalEntry, JournalHead, head_of, replay
from papertui.library.rows import Row, is_row, mended_row, merge_rows, recognized_row, whole_row
from papertui.model.format import plural
from papertui.model.paper import Paper

#: Looks up papers by their ids in the archive.
PaperLookup = Callable[[Collection[str]], Mapping[str, Paper]]

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
#: No bookmark is nested deeper than this.
_DEEP = 900
#: Objects that are nested deeper and examined one by one.
_MOST_DEEP = 1_000
_TABLE, _COLLECTIONS = "bookmarks", "collections"
#: A longer integer is damage.
_DIGITS = 18
#: Bytes examined at a time to detect the encoding.
_WINDOW = 512
_SPACE = re.compile(r"\s*")
#: The beginning of a non-empty object.
_OPENING = re.compile(r'\{\s*"')


class SalvageResult(NamedTuple):
    """What could be read."""

    rows: list[Row]  # every bookmark that could be read, in full or in part, one per paper
    others: dict[str, Any]  # the other tables, if the file was still JSON
    schema: int  # the greatest schema number anywhere outside the bookmarks
    head: JournalHead | None  # the last journal entry named in the file, if that could be read
    is_complete: bool  # whether the table of bookmarks is complete, so that the file had no other rows

    @property
    def tables(self) -> dict[str, Any]:
        """The other tables without ``meta``."""
        return {name: table for name, table in self.others.items() if name != "meta"}


def salvage(data: bytes) -> SalvageResult:
    """Everything recognizable in `data`: in a file of another encoding, cut off, or with holes."""
    text, encoding = _text(data)
    result = _salvaged(text)
    if result.rows or encoding == "utf-8":
        return result
    # What looked like a mark of another encoding may be part of the damage.
    again = _salvaged(data.decode("utf-8", "replace"))
    return again if again.rows else result


def _salvaged(text: str) -> SalvageResult:
    try:
        value = _STRICT.decode(text)
    except (ValueError, RecursionError):
        rows, documents, complete = _scan(text)
        schema = max(map(schema_in, documents), default=0)
        return SalvageResult(list(merge_rows(rows).values()), {}, schema, _head(documents), complete)
    tables = next((found for found in _within(value) if isinstance(found, dict) and _is_table(found.get(_TABLE))), None)
    if tables is not None:
        return _of_tables(tables)
    rows = [row for found in _within(value) if (row := recognized_row(found)) is not None]
    if not rows and isinstance(value, str):  # a file in a string
        return _salvaged(value)
    others = value if isinstance(value, dict) else {}
    # What is a bookmark now does not stay in a separate table.
    kept = {
        name: table
        for name, table in others.items()
        if isinstance(table, dict) and not any(recognized_row(found) is not None for found in _within(table))
    }
    return SalvageResult(
        list(merge_rows(rows).values()),
        kept,
        schema_of(others),
        _head(kept.get("meta", {}).values()),
        is_complete=False,
    )


def _of_tables(tables: Mapping[str, Any]) -> SalvageResult:
    """The rows and tables of a file whose table of bookmarks can be read."""
    bookmarks = tables[_TABLE]
    values = list(bookmarks.values() if isinstance(bookmarks, dict) else bookmarks)
    rows = [row for value in values if (row := value if is_row(value) else recognized_row(value)) is not None]
    others = {name: table for name, table in tables.items() if name != _TABLE and isinstance(table, dict)}
    if not is_collections(collections := others.get(_COLLECTIONS, {})):
        others[_COLLECTIONS] = {name: row for name, row in collections.items() if is_collections({name: row})}
        if not others[_COLLECTIONS]:
            del others[_COLLECTIONS]
    complete = bool(rows) and len(rows) == len(values)
    meta = others.get("meta", {}).values()
    return SalvageResult(list(merge_rows(rows).values()), others, schema_of(tables), _head(meta), complete)


def _is_table(value: object) -> bool:
    return isinstance(value, dict | list)


def _within(value: object) -> Iterator[object]:
    """`value` and everything in it, in the order of the file; what is in a row is not looked into."""
    todo = [value]
    while todo:
        found = todo.pop()
        yield found
        if recognized_row(found) is None:
            inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
            todo += reversed(list(inner))


def _number(text: str) -> int | None:
    """An integer; ``None`` for one of unreasonable length, which Python refuses to parse."""
    return int(text) if len(text) <= _DIGITS else None


_DECODER = json.JSONDecoder(parse_int=_number)
_STRICT = json.JSONDecoder(parse_int=_number, object_pairs_hook=object_of)


def _head(documents: Iterable[object]) -> JournalHead | None:
    ours = (document for document in documents if isinstance(document, dict) and SCHEMA_KEY in document)
    heads = (head_of(document.get(STEP_KEY)) for document in ours)
    # Of two files in one, the newer one counts.
    return max((head for head in heads if head is not None), key=lambda head: head.number, default=None)


def _text(data: bytes) -> tuple[str, str]:
    """The text in `data`, and its encoding."""
    if data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        encoding = "utf-32"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = _encoding(data)
    return data.decode(encoding, "replace"), encoding


def _encoding(data: bytes) -> str:
    """The encoding of text without a byte order mark: UTF-16 and UTF-32 have zeros beside their ASCII letters."""
    first = data[: _WINDOW // 4 * 4]
    for place, encoding in ((0, "utf-32-le"), (3, "utf-32-be")):
        if first.count(b"\0") * 4 == 3 * len(first) and b"\0" not in first[place::4]:
            return encoding
    for start in range(0, len(data), _WINDOW):
        window = data[start : start + _WINDOW]
        if b"\0\0\0" in window:  # a hole, which says nothing about the encoding
            continue
        for zeros, encoding in ((window[1::2], "utf-16-le"), (window[::2], "utf-16-be")):
            if zeros.count(b"\0") * 3 > 2 * len(zeros):
                return encoding
        break
    return "utf-8"


def _scan(text: str) -> tuple[list[Row], list[dict[str, Any]], bool]:
    """The rows in `text`, all other objects, both as far as readable, and whether a complete table is among them."""
    complete = False
    deep = 0
    rows: list[Row] = []
    others: list[dict[str, Any]] = []
    opening = _OPENING.search(text)
    while opening is not None:
        place = opening.start()
        end: int | None = None
        step = 1
        try:
            members, end = _DECODER.raw_decode(text, place)
        except ValueError:
            members = _members(text, place + 1)
        except RecursionError:
            members = _members(text, place + 1)
            deep += 1
            # Millions of nested objects are passed in leaps, because each of them is decoded to the limit.
            step = 1 if deep <= _MOST_DEEP else _DEEP
        if is_row(members):
            rows.append(members)
        else:
            others.append(members)
            complete = complete or (end is not None and bool(members) and all(map(is_row, members.values())))
        # Only a complete row is finished; everything else, such as a table, may contain rows.
        is_finished = end is not None and (is_row(members) or not members)
        opening = _OPENING.search(text, end if end is not None and is_finished else place + step)
    return rows, others, complete


def _members(text: str, place: int) -> dict[str, Any]:
    """The complete members at the beginning of an object that was cut off."""
    members: dict[str, Any] = {}
    try:
        while True:
            name, place = _DECODER.raw_decode(text, _after_space(text, place))
            place = _after_space(text, place)
            if not isinstance(name, str) or text[place : place + 1] != ":":
                return members
            value, place = _DECODER.raw_decode(text, _after_space(text, place + 1))
            place = _after_space(text, place)
            if text[place : place + 1] not in (",", "}"):
                # The value may be cut off, as 12 may be the beginning of 123.
                return members
            members[name] = value
            if text[place] == "}":
                return members
            place += 1
    except (ValueError, RecursionError):
        return members


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return place if match is None else match.end()


# --- rebuilding --------------------------------------------------------------------------------------


def rebuild(file: BookmarkFile) -> Snapshot:
    """Replace a damaged file by what can be recovered, and keep it under another name. The lock must be held.

    Raises:
        OSError: the files cannot be read or written.
        StoreError: a newer papertui wrote the file.
    """
    recovered, words = _recovered(file)
    with file.damaged_kept() as kept:
        fresh = file.without_abstracts(recovered) if recovered.inline else recovered
        # A damaged file must not replace the backup.
        file.replace(fresh, keep_backup=False)
    file.notify(f"The bookmark file was damaged; {words}. The damaged file is now {kept}.")
    return fresh


def recovered_in_memory(file: BookmarkFile) -> Snapshot:
    """What can be recovered of a damaged file that cannot be replaced.

    Raises:
        OSError: the files cannot be read.
        StoreError: a newer papertui wrote the file.
    """
    recovered, words = _recovered(file)
    file.notify(f"The bookmark file {file.path} is damaged; {words}. It cannot be replaced now and is unchanged.")
    return recovered


def _recovered(file: BookmarkFile) -> tuple[Snapshot, str]:
    """What can be recovered of a damaged file, and how many bookmarks that are."""
    salvaged = salvage(file.path.read_bytes())
    if salvaged.schema > SCHEMA:
        raise NewerSchemaError(salvaged.schema).explain(file.path)
    recovered = recover(salvaged, file.backups.all(), file.journal)
    total = len(recovered.lines)
    added = total - len(salvaged.rows)
    words = f"{total} bookmark{' was' if total == 1 else 's were'} recovered"
    return recovered, words + (f", {added} of them from the backup" if added else "")


def recover(damaged: SalvageResult, backups: Iterable[Backup], journal: Journal) -> Snapshot:
    """Everything that could be recovered of a damaged file.

    Raises:
        OSError: backups or journal cannot be read.
    """
    rows, others, head = _before(backups)
    queries = EMPTY._replace(others=others).queries
    since = _since(journal, head, damaged.head)
    replay(rows, queries, since)
    head = since[-1].head if since else head
    # A damaged row has its gaps filled; a whole one stays as it is.
    salvaged = {row["id"]: mended_row(row, rows.get(row["id"], {})) for row in damaged.rows}
    # In a complete table a missing bookmark may have been removed by a program that writes no journal.
    rows = salvaged if damaged.is_complete else {**rows, **salvaged}
    snapshot = snapshot_of_rows(map(whole_row, rows.values()), {**others, **damaged.tables}, damaged.head or head)
    return snapshot if "collections" in damaged.others else snapshot.with_queries(queries)


def restore(backup: Backup) -> Snapshot:
    """The contents of a backup, or what can be salvaged of a damaged one.

    Raises:
        OSError: it cannot be read.
    """
    data = backup.path.read_bytes()
    try:
        return snapshot_of(data)
    except (DamagedLibraryError, NewerSchemaError):
        salvaged = salvage(data)
        return snapshot_of_rows(map(whole_row, salvaged.rows), salvaged.tables, salvaged.head)


def _before(backups: Iterable[Backup]) -> tuple[dict[str, Row], Mapping[str, Any], JournalHead | None]:
    """The contents of the newest intact backup, or what can be salvaged of the newest if none is intact."""
    newest: SalvageResult | None = None
    for backup in backups:
        data = backup.path.read_bytes()
        try:
            snapshot = snapshot_of(data)
        except (DamagedLibraryError, NewerSchemaError):
            salvaged = salvage(data)
            newest = newest or salvaged
            if salvaged.is_complete:  # only some of its fields are damaged
                return {row["id"]: row for row in salvaged.rows}, salvaged.tables, salvaged.head
            continue
        if snapshot.lines or snapshot.head is not None:
            return {id_: line.row for id_, line in snapshot.lines.items()}, snapshot.others, snapshot.head
    if newest is None:
        return {}, {}, None
    return {row["id"]: row for row in newest.rows}, newest.tables, newest.head


def _since(journal: Journal, head: JournalHead | None, last: JournalHead | None) -> list[JournalEntry]:
    """The entries after the one named `head`, oldest first, up to the one named `last` or the last written.

    Empty if the journal does not lead from there back to `head`, because then it does not describe that state.
    """
    if last is None:
        newest = next(journal.written(), None)
        last = None if newest is None else newest.head
    entries: list[JournalEntry] = []
    if last == head:
        return entries
    for entry in journal.history(last):
        entries.append(entry)
        if entry.after == head:
            return entries[::-1]
    return []


# --- checks and repairs ------------------------------------------------------------------------------


def problems(file: BookmarkFile, snapshot: Snapshot) -> tuple[str, ...]:
    """Problems of the files beside the bookmarks, one sentence each.

    Raises:
        StoreError: the files cannot be read.
    """
    sentences = []
    if file.is_missing():
        sentences.append("The bookmark file is missing, but there are backups of it. Restore one with --restore.")
    with file.reading():
        if damaged := file.abstracts.damaged():
            sentences.append(f"{plural(damaged, 'line')} in the file of abstracts cannot be read.")
        if _has_gap(file, snapshot):
            sentences.append("The journal of changes has a gap. Changes before it cannot be undone.")
        if public := _public(file):
            sentences.append(f"Others on this machine can read {', '.join(path.name for path in public)}.")
    return tuple(sentences)


def repair(file: BookmarkFile, snapshot: Snapshot, known: PaperLookup) -> tuple[str, ...]:
    """Repair what can be repaired; returns what was done, one sentence each. The lock must be held.

    Args:
        file: the bookmarks.
        snapshot: its contents.
        known: looks up lost abstracts.

    Raises:
        OSError: the files cannot be read or written.
    """
    done = []
    if snapshot.inline:
        file.replace(file.without_abstracts(snapshot))
        done.append(f"Moved {plural(len(snapshot.inline), 'abstract')} out of the bookmark file.")
    missing = file.abstracts.missing(snapshot.lines)
    papers = known(missing) if missing else {}
    restored = {id_: paper.abstract for id_, paper in papers.items() if paper.abstract}
    if damaged := file.abstracts.damaged():
        file.abstracts.compact(restored)
        done.append(f"Removed {plural(damaged, 'unreadable line')} from the file of abstracts.")
    else:
        file.abstracts.keep(restored)
    if restored:
        done.append(f"Restored {plural(len(restored), 'abstract')} from the archive.")
    if _has_gap(file, snapshot):
        steps = file.journal.close_gap(snapshot.head)
        done.append(f"Removed the gap in the journal, which now begins with the last {plural(steps, 'change')}.")
    for path in _public(file):
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)
        done.append(f"Made {path.name} private.")
    return tuple(done)


def _has_gap(file: BookmarkFile, snapshot: Snapshot) -> bool:
    """Whether the history does not lead back to the first entry."""
    after = snapshot.head
    for entry in file.journal.history(snapshot.head):
        after = entry.after
    return after is not None


def _public(file: BookmarkFile) -> list[Path]:
    """The files that others on this machine can read."""
    return [path for path in file.paths() if path.exists() and stat.S_IMODE(path.stat().st_mode) & _OTHERS]
