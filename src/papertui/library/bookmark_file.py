"""The bookmark file: its layout, and what can be read of a damaged one."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from papertui.library.journal import JournalHead, head_of
from papertui.library.rows import Row, bare_mark, bare_row, is_row, unite
from papertui.model.bookmark import Bookmark

# What can be read of a damaged bookmark file.

#: The keys of the schema number and of the last journal entry in the table ``meta``.
SCHEMA_KEY, STEP_KEY = "schema", "step"
#: No bookmark is nested deeper than this.
_DEEP = 900
#: Bytes examined at a time to detect the encoding.
_WINDOW = 512
_SPACE = re.compile(r"\s*")
#: The beginning of a non-empty object.
_OPENING = re.compile(r'\{\s*"')


@dataclass
class SalvageResult:
    """What could be read."""

    #: Every bookmark that could be read, in full or in part, one per paper.
    rows: list[Row] = field(default_factory=list)
    #: The other tables, if the file was still JSON.
    others: dict[str, Any] = field(default_factory=dict)
    #: The greatest schema number anywhere outside the bookmarks.
    schema: int = 0
    #: The last journal entry named in the file, if that could be read.
    head: JournalHead | None = None
    #: Whether the table of bookmarks and all its rows are complete, so that the file had no others.
    complete: bool = False


def salvage(data: bytes) -> SalvageResult:
    """Everything recognizable in `data`: in a file of another encoding, cut off, or with holes."""
    text, encoding = _text(data)
    found = _salvaged(text)
    if found.rows or encoding == "utf-8":
        return found
    # What looked like a mark of another encoding may be part of the damage.
    again = _salvaged(data.decode("utf-8", "replace"))
    return again if again.rows else found


def _salvaged(text: str) -> SalvageResult:
    try:
        tables = _STRICT.decode(text)
    except (ValueError, RecursionError):
        rows, documents, complete = _scan(text)
        schema = max(map(schema_in, documents), default=0)
        return SalvageResult(list(unite(rows).values()), {}, schema, _head(documents), complete)
    if not isinstance(tables, dict):
        items = tables if isinstance(tables, list) else []
        return SalvageResult(
            list(unite(filter(is_row, items)).values()), complete=bool(items) and all(map(is_row, items))
        )
    bookmarks = tables.get("bookmarks")
    if isinstance(bookmarks, dict):
        bookmarks = list(bookmarks.values())
    rows = list(filter(is_row, bookmarks)) if isinstance(bookmarks, list) else []
    others = {name: table for name, table in tables.items() if name != "bookmarks" and isinstance(table, dict)}
    meta = others.get("meta", {}).values()
    complete = bool(rows) and len(rows) == len(bookmarks or ())
    return SalvageResult(list(unite(rows).values()), others, schema_of(tables), _head(meta), complete)


def _salvage_each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is repeated")
    return made


_DECODER = json.JSONDecoder()
_STRICT = json.JSONDecoder(object_pairs_hook=_salvage_each_once)


def _head(documents: Iterable[object]) -> JournalHead | None:
    heads = (head_of(document.get(STEP_KEY)) for document in documents if isinstance(document, dict)
             and SCHEMA_KEY in document)  # fmt: skip
    return next((head for head in heads if head is not None), None)


def schema_of(tables: dict[str, Any]) -> int:
    """The schema number in the table ``meta``; 0 if there is none."""
    meta = tables.get("meta")
    return max(map(schema_in, meta.values()), default=0) if isinstance(meta, dict) else 0


def schema_in(document: object) -> int:
    """The schema number in a document; 0 if there is none."""
    number = document.get(SCHEMA_KEY) if isinstance(document, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def _text(data: bytes) -> tuple[str, str]:
    """The text in `data`, and its encoding."""
    if data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = _encoding(data)
    return data.decode(encoding, "replace"), encoding


def _encoding(data: bytes) -> str:
    """The encoding of text without a byte order mark: UTF-16 has zeros beside its ASCII letters."""
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
    rows: list[Row] = []
    others: list[dict[str, Any]] = []
    opening = _OPENING.search(text)
    while opening is not None:
        place = opening.start()
        members, end = _object(text, place)
        if is_row(members):
            rows.append(members)
        else:
            others.append(members)
            complete = complete or (end is not None and bool(members) and all(map(is_row, members.values())))
        # Only a complete row is finished; everything else, such as a table, may contain rows.
        done = end is not None and (is_row(members) or not members)
        opening = _OPENING.search(text, end if end is not None and done else place + 1)
    return rows, others, complete


def _object(text: str, place: int) -> tuple[dict[str, Any], int | None]:
    """The members of the object at `place`, as far as they can be read, and its end if it has one."""
    try:
        whole, end = _DECODER.raw_decode(text, place)
    except ValueError:
        return _members(text, place + 1), None
    except RecursionError:
        return {}, place + _DEEP
    return whole, end


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
    found = _SPACE.match(text, place)
    return place if found is None else found.end()


# The layout of the bookmark file: a JSON document for TinyDB in which one bookmark can change without the others.
#
# Each row is on a separate line, so that unchanged rows are copied as bytes. The first line holds the table ``meta``:
# the schema number, the name of the last journal entry, and a checksum of everything else. If the checksum matches,
# papertui wrote the file and it is complete, and no row needs to be parsed to know that. Otherwise another program
# wrote it (stock TinyDB writes a single line) or it is damaged, and the whole file is parsed.

#: The schema of the rows. A file with a greater number is not touched. 2: abstracts are in a separate file.
SCHEMA = 2
_META, _BOOKMARKS, _COLLECTIONS = "meta", "bookmarks", "collections"
_FIRST = re.compile(rb'\{"meta": (\{.*\}),')
_ROWS = b'"bookmarks": {\n'
_END = b"\n}}\n"
_ROW = re.compile(rb'"([0-9]+)": \{"id": "((?:[^"\\]|\\.)*)"')
_SUM = "sum"
#: The greatest number of digits in a row number.
_DIGITS = 18


class DamagedLibraryError(Exception):
    """The file cannot be read as bookmarks."""


class NewerSchemaError(Exception):
    """A newer papertui wrote the file."""

    def __init__(self, schema: int) -> None:
        super().__init__(schema)
        self.schema = schema


class RowSlice:
    """One row as its line in the file, parsed on first access."""

    __slots__ = ("_mark", "line", "number")

    def __init__(self, number: int, line: bytes) -> None:
        self.number = number
        self.line = line
        self._mark: Bookmark | None = None

    @property
    def row(self) -> Row:
        """The row, parsed on each access."""
        row: Row = json.loads(self.line[self.line.index(b"{") :])
        return row

    @property
    def mark(self) -> Bookmark:
        """The bookmark, without its abstract."""
        if self._mark is None:
            # JSON escapes control characters, and papertui escapes everything outside ASCII.
            is_plain = b"\\" not in self.line and b"\x7f" not in self.line
            self._mark = bare_mark(self.row, is_plain=is_plain)
        return self._mark


class Snapshot(NamedTuple):
    """The contents of a bookmark file. Immutable: a change makes a new one."""

    #: The rows by the id of their paper, in the order of the file.
    slots: dict[str, RowSlice]
    #: The documents of the table ``meta``.
    meta: Mapping[str, Any]
    #: All other tables.
    others: Mapping[str, Any]
    #: The ids of papers whose abstracts are in their rows, written by an older papertui.
    loose: frozenset[str] = frozenset()

    @property
    def last(self) -> int:
        """The greatest row number. New rows get greater ones, so the last row in the file has it."""
        id_ = next(reversed(self.slots), None)
        return 0 if id_ is None else self.slots[id_].number

    @property
    def head(self) -> JournalHead | None:
        """The last journal entry that this state includes."""
        heads = (head_of(document.get(STEP_KEY)) for document in self.meta.values())
        return next((head for head in heads if head is not None), None)

    @property
    def queries(self) -> dict[str, str]:
        """The saved queries by name."""
        table = self.others.get(_COLLECTIONS)
        rows = table.values() if isinstance(table, dict) else ()
        pairs = ((row.get("name"), row.get("query")) for row in rows if isinstance(row, dict))
        return {name: query for name, query in pairs if isinstance(name, str) and isinstance(query, str)}

    def without_abstracts(self) -> Snapshot:
        """The same contents without abstracts in the rows."""
        if not self.loose:
            return self
        bare = {id_: slot_of(self.slots[id_].number, bare_row(self.slots[id_].row)) for id_ in self.loose}
        return self._replace(slots={**self.slots, **bare}, loose=frozenset())

    def marks(self) -> Mapping[str, Bookmark]:
        """The bookmarks by id, parsed on access."""
        return _Marks(self.slots)

    def with_queries(self, queries: Mapping[str, str]) -> Snapshot:
        """The same contents with these saved queries."""
        table = {str(number): {"name": name, "query": queries[name]} for number, name in enumerate(queries, start=1)}
        others = {name: other for name, other in self.others.items() if name != _COLLECTIONS}
        return self._replace(others={**others, _COLLECTIONS: table} if table else others)

    def with_rows(self, rows: Mapping[str, Row | None], head: JournalHead) -> Snapshot:
        """The same contents with these rows changed or removed (``None``), as of the journal entry `head`."""
        slots = dict(self.slots)
        last = self.last
        for id_, row in rows.items():
            if row is None:
                slots.pop(id_, None)
            elif id_ in slots:
                slots[id_] = slot_of(slots[id_].number, row)
            else:
                last += 1
                slots[id_] = slot_of(last, row)
        return self._replace(slots=slots, meta=_meta(self.meta, head), loose=self.loose.intersection(slots))


class _Marks(Mapping[str, Bookmark]):
    def __init__(self, slots: Mapping[str, RowSlice]) -> None:
        self._slots = slots

    def __getitem__(self, id_: str) -> Bookmark:
        return self._slots[id_].mark

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._slots


#: The contents of a missing file.
EMPTY = Snapshot({}, {}, {})


def slot_of(number: int, row: Row) -> RowSlice:
    """`row` as a line that begins with its id."""
    return RowSlice(number, b'"%d": %b' % (number, json.dumps({"id": row["id"], **row}).encode("ascii")))


def text_of(holding: Snapshot) -> bytes:
    """The bytes of the file."""
    meta = {number: {name: document[name] for name in document if name != _SUM}
            for number, document in holding.meta.items()}  # fmt: skip
    rest = b"".join(b"%b: %b,\n" % (_json(name), _json(table)) for name, table in holding.others.items())
    rest += _ROWS + b",\n".join([slot.line for slot in holding.slots.values()]) + _END
    signed = {number: {**document, _SUM: _sum(meta, rest)} if STEP_KEY in document else document
              for number, document in meta.items()}  # fmt: skip
    return b'{"meta": %b,\n%b' % (_json(signed), rest)


def holding_of(data: bytes, before: Snapshot = EMPTY) -> Snapshot:
    """The contents of a file.

    Args:
        data: the file.
        before: its earlier contents; equal rows need not be parsed again.

    Raises:
        DamagedError: it cannot be read as bookmarks.
        NewerError: a newer papertui wrote it.
    """
    written = _as_written(data, before)
    return _parsed(data) if written is None else written


def built(rows: Iterable[Row], others: Mapping[str, Any], head: JournalHead | None) -> Snapshot:
    """The contents of a new file with these rows, one per paper."""
    slots = {row["id"]: slot_of(number, row) for number, row in enumerate(rows, start=1)}
    loose = frozenset(id_ for id_, slot in slots.items() if slot.row.get("abstract"))
    return Snapshot(slots, _meta({}, head), others, loose)


def _meta(meta: Mapping[str, Any], head: JournalHead | None) -> dict[str, Any]:
    """The table ``meta`` with the current schema and the name of the last journal entry."""
    number = next((number for number, document in meta.items() if SCHEMA_KEY in document), "1")
    ours = {SCHEMA_KEY: SCHEMA, STEP_KEY: "" if head is None else str(head)}
    return {**meta, number: {**meta.get(number, {}), **ours}}


def _as_written(data: bytes, before: Snapshot) -> Snapshot | None:
    """The contents of a file that papertui wrote; ``None`` for any other."""
    first, _, rest = data.partition(b"\n")
    found = _FIRST.fullmatch(first)
    if found is None or not rest.endswith(_END):
        return None
    try:
        meta = json.loads(found[1])
    except ValueError:
        return None
    sums = [document.pop(_SUM, None) for document in meta.values() if isinstance(document, dict)]
    if not any(sums) or _sum(meta, rest) not in sums:
        return None
    if (schema := schema_of({_META: meta})) > SCHEMA:
        raise NewerSchemaError(schema)
    tables, _, rows = rest.partition(_ROWS)
    others = json.loads(b"{%b}" % tables.strip().removesuffix(b","))
    known = {slot.line: slot for slot in before.slots.values()}
    slots = {}
    for line in rows[: -len(_END)].split(b",\n"):
        if named := _ROW.match(line):
            id_ = named[2].decode() if b"\\" not in named[2] else json.loads(b'"%b"' % named[2])
            slots[id_] = known.get(line) or RowSlice(int(named[1]), line)
    return Snapshot(slots, meta, others)


def _parsed(data: bytes) -> Snapshot:
    """The contents of a file of any layout."""
    try:
        # json.loads also takes bytes, but it guesses encodings that TinyDB does not read.
        tables = json.loads(data.decode("utf-8"), object_pairs_hook=_layout_each_once)
    except (ValueError, RecursionError) as error:
        raise DamagedLibraryError from error
    if not isinstance(tables, dict):
        raise DamagedLibraryError
    if (schema := schema_of(tables)) > SCHEMA:
        raise NewerSchemaError(schema)
    rows, meta = tables.get(_BOOKMARKS, {}), tables.get(_META, {})
    for table in (rows, meta):
        if not isinstance(table, dict) or not all(number.isdecimal() and number.isascii() for number in table):
            raise DamagedLibraryError
    if not all(map(is_row, rows.values())) or not all(isinstance(document, dict) for document in meta.values()):
        raise DamagedLibraryError
    others = {name: table for name, table in tables.items() if name not in {_BOOKMARKS, _META}}
    numbered = _in_order(rows)
    united = unite(row for _, row in numbered)
    numbers: dict[str, int] = {}
    for number, row in numbered:
        numbers.setdefault(row["id"], number)
    slots = {id_: slot_of(numbers[id_], row) for id_, row in united.items()}
    return Snapshot(slots, meta, others, frozenset(id_ for id_, row in united.items() if row.get("abstract")))


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


def _layout_each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of `pairs`, without repeated keys: Python would keep the last value and drop the others."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise DamagedLibraryError
    return made


def _sum(meta: Mapping[str, Any], rest: bytes) -> str:
    return f"{zlib.crc32(rest, zlib.crc32(_json(meta))):08x}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode("ascii")
