"""Where the rows of a large bookmark file are, so that a command that needs some of them does not parse all.

The index is a file beside the bookmarks that any reader writes and that may be deleted at any time. It is valid for
exactly one version of the bookmark file, which its stamp names.
"""

from __future__ import annotations

import json
import os
import re
import sys
import weakref
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError
from papertui.files import FileStamp, stamp_of, write_atomic

_VERSION = 1
#: A smaller file is parsed as fast.
LEAST = 1_000
#: Fields whose presence is known without parsing a row. The order gives the bit of each.
FACTS = ("upvotes", "comments", "github", "stars", "project", "tldr", "doi", "tags", "note", "rating")
_HELD = [(1 << bit, re.compile(rb'"%b": (?!null|\[\]|"")' % fact.encode()).search) for bit, fact in enumerate(FACTS)]
#: The bytes between two rows, and after the last one.
_BETWEEN, _TAIL = len(",\n"), len("\n}}\n")
#: Rows that are read one by one; if more are needed, the whole file is read.
_ONE_BY_ONE = 100


def facts_in(text: bytes) -> int:
    """The bits of the `FACTS` that may have a value in the text of a row."""
    return sum(bit for bit, holds in _HELD if holds(text))


class _Table(NamedTuple):
    """The index in memory; all but `newest` are in the order of the file."""

    ids: Sequence[str]
    newest: array[int]  # the places of the rows in the order of display
    starts: array[int]  # offsets in bytes
    sizes: array[int]
    facts: array[int]


class RowIndex:
    """The rows of one version of a bookmark file, read when they are needed.

    The file stays open, so that the rows remain readable after it was replaced.
    """

    def __init__(self, stamp: FileStamp, table: _Table, handle: int) -> None:
        self.stamp = stamp
        self._table = table
        self._handle = handle
        self._places = {id_: place for place, id_ in enumerate(table.ids)}
        self._read = 0
        self._all: bytes | None = None
        weakref.finalize(self, os.close, handle)

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the papers in the order of the file."""
        return self._table.ids

    def newest(self) -> tuple[str, ...]:
        """The ids of the papers in the order of display."""
        ids = self._table.ids
        return tuple([ids[place] for place in self._table.newest])

    def having(self, fact: str) -> Iterator[str]:
        """The ids of the rows that may have a value for one of `FACTS`."""
        bit = 1 << FACTS.index(fact)
        return (id_ for id_, facts in zip(self._table.ids, self._table.facts, strict=True) if facts & bit)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._places

    def text(self, id_: str) -> bytes:
        """The text of a row.

        Raises:
            KeyError: there is no row of this paper.
            StoreError: the file cannot be read, or was written over.
        """
        place = self._places[id_]
        start, size = self._table.starts[place], self._table.sizes[place]
        self._read += 1
        try:
            if self._all is None and self._read > _ONE_BY_ONE:
                self._all = os.pread(self._handle, self.stamp.size, 0)
            text = os.pread(self._handle, size, start) if self._all is None else self._all[start : start + size]
        except OSError as error:
            raise StoreError(f"The bookmarks cannot be read: {error.strerror or error}.") from error
        if len(text) != size or not text.endswith(b"}"):
            raise StoreError("The bookmark file was written over while it was read. Try again.")
        return text


def load(path: Path, bookmarks: Path, stamp: FileStamp) -> RowIndex | None:
    """The index at `path` if it is for the version `stamp` of the bookmark file."""
    try:
        data = path.read_bytes()
        head, _, body = data.partition(b"\n")
        facts = json.loads(head)
        if facts.get("of") != [_VERSION, sys.byteorder, *stamp] or zlib.crc32(body) != facts.get("sum"):
            return None
        table = _parsed(body, facts["rows"], facts["ids"])
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    with suppress(OSError):
        handle = os.open(bookmarks, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        if stamp_of(os.fstat(handle)) == stamp:
            return RowIndex(stamp, table, handle)
        os.close(handle)
    return None


def _parsed(body: bytes, rows: int, size: int) -> _Table:
    columns, at = [], size
    for kind in "IQIH":
        column = array(kind)
        end = at + rows * column.itemsize
        column.frombytes(body[at:end])
        columns.append(column)
        at = end
    ids = body[:size].decode().split("\n")
    if len(ids) != rows or any(len(column) != rows for column in columns):
        raise ValueError("the index is incomplete")
    return _Table(ids, *columns)


def write(path: Path, bookmarks: Path, stamp: FileStamp, rows: Mapping[str, bytes], newest: Sequence[str]) -> None:
    """Write the index of a file in which `rows` are one below the other; not if the file is laid out in another way.

    Nothing depends on it, so a full disk is not reported.
    """
    starts, sizes = array("Q"), array("I", map(len, rows.values()))
    start = stamp.size - _TAIL - sum(sizes) - _BETWEEN * (len(rows) - 1)
    for size in sizes:
        starts.append(max(0, start))
        start += size + _BETWEEN
    with suppress(OSError, OverflowError):
        texts = list(rows.values())
        with bookmarks.open("rb") as file:
            if stamp_of(os.fstat(file.fileno())) != stamp:
                return
            for place in (0, len(texts) // 2, len(texts) - 1):
                if os.pread(file.fileno(), sizes[place], starts[place]) != texts[place]:
                    return
        places = {id_: place for place, id_ in enumerate(rows)}
        columns = (array("I", [places[id_] for id_ in newest]), starts, sizes, array("H", map(facts_in, texts)))
        names = "\n".join(rows).encode()
        body = names + b"".join(column.tobytes() for column in columns)
        of = [_VERSION, sys.byteorder, *stamp]
        head = {"of": of, "rows": len(rows), "ids": len(names), "sum": zlib.crc32(body)}
        write_atomic(path, json.dumps(head).encode() + b"\n" + body, durable=False)
