"""The layout of the bookmark file: a JSON document for TinyDB in which one bookmark can change without the others.

Each row is on a separate line, so that unchanged rows are copied as bytes. The first line holds the table ``meta``: the
schema number, the name of the last journal entry, and a checksum of everything else. If the checksum matches, papertui
wrote the file and it is complete, and no row needs to be parsed to know that. Otherwise another program wrote it (stock
TinyDB writes a single line) or it is damaged, and the whole file is parsed.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.store.bookmark_rows import Row, bare_mark, bare_row, is_row, unite
from papertui.store.journal import Head, head_of
from papertui.store.salvage import SCHEMA_KEY, STEP_KEY, schema_of

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


class DamagedError(Exception):
    """The file cannot be read as bookmarks."""


class NewerError(Exception):
    """A newer papertui wrote the file."""

    def __init__(self, schema: int) -> None:
        super().__init__(schema)
        self.schema = schema


class Slot:
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


class Holding(NamedTuple):
    """The contents of a bookmark file. Immutable: a change makes a new one."""

    #: The rows by the id of their paper, in the order of the file.
    slots: dict[str, Slot]
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
    def head(self) -> Head | None:
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

    def without_abstracts(self) -> Holding:
        """The same contents without abstracts in the rows."""
        if not self.loose:
            return self
        bare = {id_: slot_of(self.slots[id_].number, bare_row(self.slots[id_].row)) for id_ in self.loose}
        return self._replace(slots={**self.slots, **bare}, loose=frozenset())

    def marks(self) -> Mapping[str, Bookmark]:
        """The bookmarks by id, parsed on access."""
        return _Marks(self.slots)

    def with_queries(self, queries: Mapping[str, str]) -> Holding:
        """The same contents with these saved queries."""
        table = {str(number): {"name": name, "query": queries[name]} for number, name in enumerate(queries, start=1)}
        others = {name: other for name, other in self.others.items() if name != _COLLECTIONS}
        return self._replace(others={**others, _COLLECTIONS: table} if table else others)

    def with_rows(self, rows: Mapping[str, Row | None], head: Head) -> Holding:
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
    def __init__(self, slots: Mapping[str, Slot]) -> None:
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
EMPTY = Holding({}, {}, {})


def slot_of(number: int, row: Row) -> Slot:
    """`row` as a line that begins with its id."""
    return Slot(number, b'"%d": %b' % (number, json.dumps({"id": row["id"], **row}).encode("ascii")))


def text_of(holding: Holding) -> bytes:
    """The bytes of the file."""
    meta = {number: {name: document[name] for name in document if name != _SUM}
            for number, document in holding.meta.items()}  # fmt: skip
    rest = b"".join(b"%b: %b,\n" % (_json(name), _json(table)) for name, table in holding.others.items())
    rest += _ROWS + b",\n".join([slot.line for slot in holding.slots.values()]) + _END
    signed = {number: {**document, _SUM: _sum(meta, rest)} if STEP_KEY in document else document
              for number, document in meta.items()}  # fmt: skip
    return b'{"meta": %b,\n%b' % (_json(signed), rest)


def holding_of(data: bytes, before: Holding = EMPTY) -> Holding:
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


def built(rows: Iterable[Row], others: Mapping[str, Any], head: Head | None) -> Holding:
    """The contents of a new file with these rows, one per paper."""
    slots = {row["id"]: slot_of(number, row) for number, row in enumerate(rows, start=1)}
    loose = frozenset(id_ for id_, slot in slots.items() if slot.row.get("abstract"))
    return Holding(slots, _meta({}, head), others, loose)


def _meta(meta: Mapping[str, Any], head: Head | None) -> dict[str, Any]:
    """The table ``meta`` with the current schema and the name of the last journal entry."""
    number = next((number for number, document in meta.items() if SCHEMA_KEY in document), "1")
    ours = {SCHEMA_KEY: SCHEMA, STEP_KEY: "" if head is None else str(head)}
    return {**meta, number: {**meta.get(number, {}), **ours}}


def _as_written(data: bytes, before: Holding) -> Holding | None:
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
        raise NewerError(schema)
    tables, _, rows = rest.partition(_ROWS)
    others = json.loads(b"{%b}" % tables.strip().removesuffix(b","))
    known = {slot.line: slot for slot in before.slots.values()}
    slots = {}
    for line in rows[: -len(_END)].split(b",\n"):
        if named := _ROW.match(line):
            id_ = named[2].decode() if b"\\" not in named[2] else json.loads(b'"%b"' % named[2])
            slots[id_] = known.get(line) or Slot(int(named[1]), line)
    return Holding(slots, meta, others)


def _parsed(data: bytes) -> Holding:
    """The contents of a file of any layout."""
    try:
        # json.loads also takes bytes, but it guesses encodings that TinyDB does not read.
        tables = json.loads(data.decode("utf-8"), object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise DamagedError from error
    if not isinstance(tables, dict):
        raise DamagedError
    if (schema := schema_of(tables)) > SCHEMA:
        raise NewerError(schema)
    rows, meta = tables.get(_BOOKMARKS, {}), tables.get(_META, {})
    for table in (rows, meta):
        if not isinstance(table, dict) or not all(number.isdecimal() and number.isascii() for number in table):
            raise DamagedError
    if not all(map(is_row, rows.values())) or not all(isinstance(document, dict) for document in meta.values()):
        raise DamagedError
    others = {name: table for name, table in tables.items() if name not in {_BOOKMARKS, _META}}
    numbered = _in_order(rows)
    united = unite(row for _, row in numbered)
    numbers: dict[str, int] = {}
    for number, row in numbered:
        numbers.setdefault(row["id"], number)
    slots = {id_: slot_of(numbers[id_], row) for id_, row in united.items()}
    return Holding(slots, meta, others, frozenset(id_ for id_, row in united.items() if row.get("abstract")))


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


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of `pairs`, without repeated keys: Python would keep the last value and drop the others."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise DamagedError
    return made


def _sum(meta: Mapping[str, Any], rest: bytes) -> str:
    return f"{zlib.crc32(rest, zlib.crc32(_json(meta))):08x}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode("ascii")
