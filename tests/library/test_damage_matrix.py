"""Some 150 kinds of damage to the bookmark file: each is reported once, and every intact row is there afterwards."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tinydb import TinyDB

from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
SIZE = 40
PAPERS = [
    Paper(
        f"2604.{number:05}",
        f"Paper number {number}",
        abstract="We show. ",
        authors=("Ada Lovelace", "Émile Borel"),
        url=f"https://arxiv.org/abs/2604.{number:05}",
        keywords=("cats",),
        upvotes=number,
    )
    for number in range(SIZE)
]
FIELDS = ("id", "title", "authors", "url", "added", "tags", "note", "state")
FIRST = PAPERS[0].id
Tables = dict[str, Any]


class Damage(NamedTuple):
    """One kind of damage."""

    name: str
    done: Callable[[bytes], bytes]
    #: Rows that are lost when there is neither a backup nor a journal.
    lost: int = 0
    #: Whether it is no damage, so that nothing is reported.
    harmless: bool = False


def _edited(work: Callable[[Tables], object]) -> Callable[[bytes], bytes]:
    def done(data: bytes) -> bytes:
        tables = json.loads(data)
        result = work(tables)
        return json.dumps(result if isinstance(result, list | dict | str) else tables).encode()

    return done


def _rows(tables: Tables) -> dict[str, Any]:
    rows: dict[str, Any] = tables["bookmarks"]
    return rows


def _with_field(name: str, value: object) -> Callable[[Tables], None]:
    def work(tables: Tables) -> None:
        _rows(tables)["1"][name] = value

    return work


def _without_field(name: str, number: int) -> Callable[[Tables], None]:
    def work(tables: Tables) -> None:
        for row in list(_rows(tables).values())[:number]:
            row.pop(name, None)

    return work


def _under(name: str) -> Callable[[Tables], None]:
    def work(tables: Tables) -> None:
        tables[name] = tables.pop("bookmarks")

    return work


def _with_row(number: str, row: object) -> Callable[[Tables], None]:
    return lambda tables: _rows(tables).update({number: row})


def _doubled(**changes: object) -> Callable[[Tables], None]:
    return lambda tables: _rows(tables).update({"900": {**_rows(tables)["1"], **changes}})


def _first_row(tables: Tables) -> Tables:
    return {"bookmarks": {"1": _rows(tables)["1"]}}


def _lines(data: bytes) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in _values(json.loads(data)))


def _values(tables: Tables) -> list[Any]:
    return list(_rows(tables).values())


_VALUES: dict[str, object] = {
    "a number": 5, "a fraction": 1.5, "true": True, "null": None, "a text": "text", "a list": [1, [2]],
    "an object": {"a": {"b": 1}},
}  # fmt: skip
#: The values that each field may have.
_FINE: dict[str, tuple[str, ...]] = {
    "title": ("a text",), "note": ("a text",), "state": ("a text",), "added": (), "authors": (), "tags": (),
    "url": ("null", "a text"), "abstract": ("null", "a text"), "published": ("null", "a text"),
    "doi": ("null", "a text"), "keywords": ("null",), "upvotes": ("null", "a number"), "rating": ("null", "a number"),
}  # fmt: skip


def _of_fields() -> list[Damage]:
    damages = []
    for field, fine in _FINE.items():
        for name, value in _VALUES.items():
            if name not in fine:
                damages.append(Damage(f"{field} is {name}", _edited(_with_field(field, value))))
    for field in FIELDS:
        damages.append(Damage(f"a row without {field}", _edited(_without_field(field, 1))))
        damages.append(Damage(f"no row has {field}", _edited(_without_field(field, SIZE))))
    for name, value in _VALUES.items():
        if name != "a text":
            damages.append(Damage(f"id is {name}", _edited(_with_field("id", value))))
    damages.append(Damage("id is empty", _edited(_with_field("id", ""))))
    damages.append(Damage("tags in tags", _edited(_with_field("tags", [["a"], 5, None]))))
    return damages


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def done(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return done


DAMAGES = [
    # The layout of the file.
    Damage("a list of rows on top", _edited(_values)),
    Damage("a list of all tables on top", _edited(lambda tables: [tables])),
    Damage("a list of pairs on top", _edited(lambda tables: [list(pair) for pair in _rows(tables).items()])),
    Damage("a list with other things on top", _edited(lambda tables: [5, None, "x", [], *_values(tables), {"a": 1}])),
    Damage("rows on top", _edited(_rows)),
    Damage("tables in an object", _edited(lambda tables: {"data": {"version": 1, "tables": tables}})),
    Damage("rows in an object", _edited(lambda tables: {"data": {"rows": _values(tables)}})),
    Damage("a text on top", _edited(json.dumps)),
    Damage("a table that is a list", _edited(lambda tables: tables | {"bookmarks": _values(tables)})),
    *(
        Damage(f"a table with the name {name!r}", _edited(_under(name)))
        for name in ("Bookmarks", "_default", "bookmark", "library", "bookmarks ", "BOOKMARKS", "")
    ),
    Damage("no meta table and another name", _edited(lambda tables: {"marks": _rows(tables)})),
    Damage("a meta table that is a list", _edited(lambda tables: tables | {"meta": []})),
    Damage("a meta table that is null", _edited(lambda tables: tables | {"meta": None})),
    Damage("a meta document that is a number", _edited(lambda tables: tables | {"meta": {"1": 5}})),
    Damage("saved queries that are a number", _edited(lambda tables: tables | {"collections": 5})),
    Damage("a saved query that is a number", _edited(lambda tables: tables | {"collections": {"1": 5}})),
    Damage("a saved query without a query", _edited(lambda tables: tables | {"collections": {"1": {"name": "a"}}})),
    # Nothing left.
    Damage("blanks", lambda data: b" " * len(data), SIZE),
    Damage("line ends", lambda _: b"\n" * 99, SIZE),
    Damage("blanks of all kinds", lambda _: b" \t\r\n" * 500, SIZE),
    Damage("NULs", lambda data: bytes(len(data)), SIZE),
    Damage("an empty list", lambda _: b"[]", SIZE),
    Damage("an empty object in a list", lambda _: b"[{}]", SIZE),
    Damage("null", lambda _: b"null", SIZE),
    Damage("words", lambda _: b"not JSON at all", SIZE),
    # Cut off, overwritten, doubled.
    Damage("the end cut off", lambda data: data[:-3]),
    Damage("half of it", lambda data: data[: len(data) // 2], SIZE // 2 + 1),
    Damage("the first half lost", lambda data: data[len(data) // 2 :], SIZE // 2 + 1),
    Damage("a block of NULs", lambda data: data[:3000] + bytes(512) + data[3512:], 3),
    Damage("NULs in front", lambda data: bytes(64) + data[64:]),
    Damage("NULs at the end", lambda data: data[:-64] + bytes(64), 1),
    Damage("NULs put in", lambda data: data[:3000] + bytes(100) + data[3000:], 1),
    Damage("NULs in front of it", lambda data: bytes(4096) + data),
    Damage("a sector of another file", lambda data: data[:4096] + b"#!/bin/sh\necho hello\n" * 40 + data[4936:], 4),
    Damage("two documents", lambda data: data + data),
    Damage("two documents on two lines", lambda data: data.strip() + b"\n\n" + data),
    Damage("half a document before it", lambda data: data[: len(data) // 2] + data),
    Damage("half a document behind it", lambda data: data + data[len(data) // 2 :]),
    Damage("an older document before it", lambda data: _edited(_first_row)(data) + data),
    Damage("brackets behind it", lambda data: data + b"}}"),
    Damage("a comment before it", lambda data: b"// my bookmarks\n" + data),
    Damage("marks of a merge", _replaced(b',\n"7": {', b',\n<<<<<<< HEAD\n"7": {')),
    Damage("a comma too many", _replaced(b',\n"7": {', b',,\n"7": {')),
    Damage("a comma too few", _replaced(b',\n"7": {', b'\n"7": {')),
    Damage("a quote lost", _replaced(b'"title": "Paper number 9"', b'"title": Paper number 9"')),
    Damage("lines of JSON", _lines),
    # Encodings.
    Damage("UTF-16", lambda data: data.decode().encode("utf-16")),
    Damage("UTF-16 without a mark", lambda data: data.decode().encode("utf-16-be")),
    Damage("UTF-32", lambda data: data.decode().encode("utf-32")),
    Damage("UTF-32 without a mark", lambda data: data.decode().encode("utf-32-le")),
    Damage("a byte order mark", lambda data: b"\xef\xbb\xbf" + data),
    Damage("two byte order marks", lambda data: b"\xef\xbb\xbf" * 2 + data),
    Damage("Latin-1", _replaced(b'"note": ""', b'"note": "caf\xe9"')),
    Damage("a broken name", _replaced(b'"keywords"', b'"key\xffwords"')),
    # Numbers and depth.
    Damage("5,000 digits", _replaced(b'"upvotes": 0', b'"upvotes": ' + b"9" * 5000)),
    Damage("500 digits in a text field", _replaced(b'"note": ""', b'"note": ' + b"9" * 500)),
    Damage("5,000 digits as a row number", _replaced(b'"5": {', b'"' + b"9" * 5000 + b'": {')),
    Damage("5,000 digits as a schema", _replaced(b'"schema": 2', b'"schema": ' + b"9" * 5000)),
    Damage("not a number", _replaced(b'"rating": null', b'"rating": NaN')),
    Damage("infinity", _replaced(b'"rating": null', b'"rating": -Infinity')),
    Damage("a number beyond counting", _replaced(b'"rating": null', b'"rating": 1e999')),
    Damage("deep lists", _replaced(b'"tags": []', b'"tags": ' + b"[" * 100_000 + b"]" * 100_000)),
    Damage("deep lists without an end", _replaced(b'"tags": []', b'"tags": ' + b"[" * 100_000)),
    Damage("deep objects", _replaced(b'"tags": []', b'"tags": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000)),
    # Rows.
    Damage("a row twice", _edited(_doubled())),
    Damage("a row twice, and different", _edited(_doubled(tags=["z"]))),
    Damage("a row number twice", _replaced(b'"5": {', b'"4": {')),
    Damage("a row number that is a word", _replaced(b'"5": {', b'"five": {')),
    Damage("a negative row number", _replaced(b'"5": {', b'"-5": {')),
    *(
        Damage(f"a row that is {name}", _edited(_with_row("900", value)))
        for name, value in _VALUES.items()
    ),
    Damage("an empty row", _edited(_with_row("900", {}))),
    *_of_fields(),
    # No damage.
    Damage("CRLF", lambda data: data.replace(b"\n", b"\r\n"), harmless=True),
    Damage("one line, as stock TinyDB writes it", _edited(lambda tables: tables), harmless=True),
    Damage("with indents", lambda data: json.dumps(json.loads(data), indent=4).encode(), harmless=True),
    Damage("no meta table", _edited(lambda tables: {"bookmarks": _rows(tables)}), harmless=True),
    Damage("more fields", _edited(_with_field("mood", {"fine": [1]})), harmless=True),
    Damage("optional fields missing", _edited(_without_field("upvotes", SIZE)), harmless=True),
]  # fmt: skip


def test_the_kinds_of_damage_are_many_and_have_unique_names() -> None:
    assert sum(not damage.harmless for damage in DAMAGES) >= 150
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was changed four times, so that the newest backup lacks some rows."""
    folder = tmp_path_factory.mktemp("home")
    library = _library(folder)
    for start in range(0, SIZE, 10):
        library.add(PAPERS[start : start + 10], AT)
    return folder


def _library(folder: Path) -> Library:
    return Library(folder / "bookmarks.json", folder / "backups", now=lambda: AT)


def _expected() -> dict[str, Bookmark]:
    return {paper.id: Bookmark(paper._replace(abstract=""), AT) for paper in PAPERS}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_damage_is_reported_once_and_every_row_is_back(home: Path, tmp_path: Path, damage: Damage) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    data = damage.done((home / "bookmarks.json").read_bytes())
    (tmp_path / "bookmarks.json").write_bytes(data)
    library = _library(tmp_path)
    found = {mark.paper.id: mark for mark in library.all()}
    notices = library.take_notices()
    kept = list(tmp_path.glob("*.damaged-*"))
    expected = _expected()
    if damage.harmless:
        assert (notices, kept) == ((), [])
        assert found.keys() == expected.keys()
        return
    (notice,) = notices
    assert f"{SIZE} bookmarks were recovered" in notice
    assert found.keys() == expected.keys()
    different = {id_ for id_, mark in found.items() if mark != expected[id_]}
    assert different <= {FIRST}, "what is damaged comes back from the backup or the journal"
    (copy,) = kept
    assert copy.name in notice
    assert copy.read_bytes() == data
    again = _library(tmp_path)
    assert {mark.paper.id: mark for mark in again.all()} == found
    assert again.take_notices() == ()
    assert len(again.whole(found)) == SIZE
    with TinyDB(tmp_path / "bookmarks.json") as database:
        assert len(database.table("bookmarks")) == SIZE
        assert all(
            {"id", "title", "authors", "url", "added", "tags", "note", "state"} <= row.keys()
            for row in database.table("bookmarks")
        )
    with TinyDB(tmp_path / "bookmarks.json") as database:  # stock TinyDB writes it again
        database.table("bookmarks").update({"mood": "fine"}, doc_ids=[1])
    last = _library(tmp_path)
    assert len(last.all()) == SIZE
    assert last.take_notices() == ()


@pytest.mark.slow
@pytest.mark.parametrize("damage", [one for one in DAMAGES if not one.harmless], ids=lambda damage: damage.name)
def test_every_intact_row_is_back_without_backup_and_journal(home: Path, tmp_path: Path, damage: Damage) -> None:
    path = tmp_path / "bookmarks.json"
    data = damage.done((home / "bookmarks.json").read_bytes())
    path.write_bytes(data)
    library = _library(tmp_path)
    found = {mark.paper.id: mark for mark in library.all()}
    assert len(library.take_notices()) == 1
    (copy,) = tmp_path.glob("*.damaged-*")
    assert copy.read_bytes() == data
    expected = _expected()
    back = expected.keys() & found.keys()
    assert len(back) >= SIZE - damage.lost
    if damage.name.startswith("no row has"):
        return
    assert sum(found[id_] != expected[id_] for id_ in back) <= 2, "the other rows are as they were"
    assert _library(tmp_path).all() == library.all()
    assert _library(tmp_path).take_notices() == ()
