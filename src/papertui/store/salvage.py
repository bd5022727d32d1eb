"""What can be read of a damaged bookmark file."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from papertui.store.bookmark_rows import Row, is_row, unite
from papertui.store.journal import Head, head_of

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
class Salvaged:
    """What could be read."""

    #: Every bookmark that could be read, in full or in part, one per paper.
    rows: list[Row] = field(default_factory=list)
    #: The other tables, if the file was still JSON.
    others: dict[str, Any] = field(default_factory=dict)
    #: The greatest schema number anywhere outside the bookmarks.
    schema: int = 0
    #: The last journal entry named in the file, if that could be read.
    head: Head | None = None
    #: Whether the table of bookmarks and all its rows are complete, so that the file had no others.
    complete: bool = False


def salvage(data: bytes) -> Salvaged:
    """Everything recognizable in `data`: in a file of another encoding, cut off, or with holes."""
    text, encoding = _text(data)
    found = _salvaged(text)
    if found.rows or encoding == "utf-8":
        return found
    # What looked like a mark of another encoding may be part of the damage.
    again = _salvaged(data.decode("utf-8", "replace"))
    return again if again.rows else found


def _salvaged(text: str) -> Salvaged:
    try:
        tables = _STRICT.decode(text)
    except (ValueError, RecursionError):
        rows, documents, complete = _scan(text)
        schema = max(map(schema_in, documents), default=0)
        return Salvaged(list(unite(rows).values()), {}, schema, _head(documents), complete)
    if not isinstance(tables, dict):
        items = tables if isinstance(tables, list) else []
        return Salvaged(list(unite(filter(is_row, items)).values()), complete=bool(items) and all(map(is_row, items)))
    bookmarks = tables.get("bookmarks")
    if isinstance(bookmarks, dict):
        bookmarks = list(bookmarks.values())
    rows = list(filter(is_row, bookmarks)) if isinstance(bookmarks, list) else []
    others = {name: table for name, table in tables.items() if name != "bookmarks" and isinstance(table, dict)}
    meta = others.get("meta", {}).values()
    complete = bool(rows) and len(rows) == len(bookmarks or ())
    return Salvaged(list(unite(rows).values()), others, schema_of(tables), _head(meta), complete)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is repeated")
    return made


_DECODER = json.JSONDecoder()
_STRICT = json.JSONDecoder(object_pairs_hook=_each_once)


def _head(documents: Iterable[object]) -> Head | None:
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
