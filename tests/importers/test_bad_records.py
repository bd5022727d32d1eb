"""Every line or entry that cannot be read is named by its number, and those around it are imported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.test_papers import snapshot
from papertui.errors import UsageError
from papertui.importers.batch import BadRecord, BadRecords, Batch
from papertui.importers.files import LONGEST
from papertui.importers.json_records import JsonEntries, JsonEntry
from papertui.importers.kinds import read_file

Record = dict[str, Any]


def _daily(number: int, **changes: Any) -> Record:
    paper = {"id": f"2604.{number:05}", "title": f"Paper {number}", "summary": "We show.", "upvotes": number}
    return {"paper": {**paper, "authors": [{"name": "Ada"}], **changes}, "numComments": 1}


def _own(number: int, **changes: Any) -> Record:
    paper = {"id": f"2604.{number:05}", "title": f"Paper {number}", "authors": ["Ada"], "abstract": "We show."}
    mark = {"added": "2026-04-30T00:00:00Z", "tags": ["todo"], "note": "", "state": "to read"}
    return {**paper, "bookmark": mark, **changes}


def _as_lines(pieces: list[bytes]) -> bytes:
    return b"\n".join(pieces) + b"\n"


def _as_array(pieces: list[bytes]) -> bytes:
    return b"[\n" + b",\n".join(pieces) + b"\n]\n"


#: The formats: how a record is made, and how records become a file.
FORMATS: dict[str, tuple[Callable[..., Record], Callable[[list[bytes]], bytes]]] = {
    "snapshot lines": (snapshot, _as_lines),
    "daily lines": (_daily, _as_lines),
    "daily array": (_daily, _as_array),
    "own lines": (_own, _as_lines),
    "own array": (_own, _as_array),
}
Bytes = Callable[[Callable[..., Record]], bytes]


def _with(**changes: Any) -> Bytes:
    return lambda make: json.dumps(make(50, **changes)).encode()


def _deep(make: Callable[..., Record]) -> bytes:
    deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    return json.dumps(make(50, comment="DEEP")).encode().replace(b'"DEEP"', deep)


def _digits(make: Callable[..., Record]) -> bytes:
    return json.dumps(make(50, comments="DIGITS", id="DIGITS")).encode().replace(b'"DIGITS"', b"7" * 5_000)


#: Kinds of damage: the bytes of a record, and a word of the reason.
KINDS: dict[str, tuple[Bytes, str]] = {
    "object as title": (_with(title={"en": "A title"}), "the title is an object"),
    "number as title": (_with(title=7), "the title is a number"),
    "no title": (_with(title=None), "no title"),
    "blank title": (_with(title=" \n"), "the title is empty"),
    "title of nothing that is safe": (_with(title="\x1b\x07"), "title"),
    "no id": (_with(id=None), "no"),
    "empty id": (_with(id=""), "no"),
    "list as id": (_with(id=["2604.00050"]), "the id is a list"),
    "number as id": (_with(id=2604.00050), "the id is a number"),
    "another id": (_with(id="../../etc/passwd"), "is not an arXiv id"),
    "array in place of an object": (lambda _: b'["2604.00050", "A title"]', "not a JSON object"),
    "null in place of an object": (lambda _: b"null", "not a JSON object"),
    "text in place of an object": (lambda _: b'"2604.00050"', "not a JSON object"),
    "half of it": (lambda make: json.dumps(make(50)).encode()[:60], "not valid JSON"),
    "words": (lambda _: b"Rate exceeded.", "not valid JSON"),
    "NUL": (lambda make: json.dumps(make(50)).encode().replace(b"a", b"\0"), "not valid JSON"),
    "deep nesting": (_deep, "nested too deep"),
    "5,000 digits": (_digits, "too many digits"),
    "10 MB": (_with(title="x" * (10 << 20)), ""),
}  # fmt: skip
#: What is imported, but not completely.
PARTIAL: dict[str, tuple[str, Any]] = {
    "snapshot lines": ("abstract", {"p": "We show."}),
    "daily lines": ("upvotes", "many"),
    "daily array": ("summary", 7),
    "own lines": ("authors", {"name": "Ada"}),
    "own array": ("upvotes", [7]),
}


class _Content:
    """What was read from a file."""

    def __init__(self, path: Path) -> None:
        batches: list[Batch] = list(read_file(path))
        self.ids = [
            *(paper.id for batch in batches for paper in batch.all_papers()),
            *(mark.paper.id for batch in batches for mark in batch.kept),
        ]
        self.bad = [bad for batch in batches for bad in batch.bad]
        self.partial = [bad for batch in batches for bad in batch.partial]
        self.units = {batch.unit for batch in batches}


def _file(path: Path, name: str, *damaged: Bytes) -> tuple[Path, list[str]]:
    """Write a file of good records with `damaged` ones between them; return it with the ids of the good ones."""
    make, join = FORMATS[name]
    good = [make(number) for number in range(1, len(damaged) + 2)]
    pieces = [json.dumps(good[0]).encode()]
    for one, record in zip(damaged, good[1:], strict=True):
        pieces += [one(make), json.dumps(record).encode()]
    path.write_bytes(join(pieces))
    return path, [record["id"] if "id" in record else record["paper"]["id"] for record in good]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_bad_record_is_named_and_the_others_are_read(name: str, kind: str, tmp_path: Path) -> None:
    damaged, why = KINDS[kind]
    path, good = _file(tmp_path / "file", name, damaged)
    content = _Content(path)
    is_long = kind == "10 MB" and not name.endswith("lines")  # of an array, a long title is just long
    assert [id_ for id_ in content.ids if not (is_long and id_.endswith("50"))] == good
    if not is_long or content.bad:
        assert [bad.number for bad in content.bad] == [2]
        assert why in content.bad[0].why


@pytest.mark.parametrize("name", FORMATS)
def test_all_kinds_in_one_file_have_their_numbers(name: str, tmp_path: Path) -> None:
    kinds = [damaged for kind, (damaged, _) in KINDS.items() if kind not in {"half of it", "10 MB", "NUL", "words"}]
    path, good = _file(tmp_path / "file", name, *kinds)
    content = _Content(path)
    assert content.ids == good
    assert [bad.number for bad in content.bad] == list(range(2, 2 * len(kinds) + 1, 2))
    assert content.units == {"line" if name.endswith("lines") else "entry"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_fact_of_a_wrong_type_is_left_out_and_named(name: str, tmp_path: Path) -> None:
    field, value = PARTIAL[name]
    path, good = _file(tmp_path / "file", name, _with(**{field: value}))
    content = _Content(path)
    assert len(content.ids) == len(good) + 1
    assert not content.bad
    ((number, why),) = content.partial
    assert number == 2
    assert field in why
    assert "left out" in why


@pytest.mark.parametrize("name", FORMATS)
def test_text_that_is_not_utf_8_is_named(name: str, tmp_path: Path) -> None:
    path, good = _file(tmp_path / "file", name, lambda make: json.dumps(make(50)).encode().replace(b"show", b"sh\xf6w"))
    path.write_bytes(
        path.read_bytes().replace(b"abstract", b"abstr\xe4ct") if name.startswith("snapshot") else path.read_bytes()
    )
    content = _Content(path)
    assert set(good) >= set(content.ids) - {"2604.00050"}
    assert all("not UTF-8" in bad.why for bad in (*content.bad, *content.partial))
    assert content.bad or content.partial


@pytest.mark.parametrize("name", ["snapshot lines", "daily lines", "own lines"])
def test_blank_lines_count_and_a_byte_order_mark_does_not(name: str, tmp_path: Path) -> None:
    make, _ = FORMATS[name]
    lines = [b"", json.dumps(make(1)).encode(), b"  ", b"x", b"\xef\xbb\xbf" + json.dumps(make(2)).encode(), b"\r"]
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    content = _Content(path)
    assert len(content.ids) == 2
    assert [bad.number for bad in content.bad] == [4]


@pytest.mark.parametrize("name", ["daily array", "own array"])
@pytest.mark.parametrize("cut", [1, 3, 40, 100])
def test_a_truncated_array_is_read_up_to_its_end(name: str, cut: int, tmp_path: Path) -> None:
    make, join = FORMATS[name]
    whole = join([json.dumps(make(number)).encode() for number in range(1, 5)])
    path = tmp_path / "file"
    path.write_bytes(whole[:-1][:-cut])
    content = _Content(path)
    assert len(content.ids) >= 3
    assert len(content.bad) == 1
    assert content.bad[0].number == len(content.ids) + 1


def test_objects_printed_over_several_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("\n".join(json.dumps(_own(number), indent=2) for number in (1, 2)), encoding="utf-8")
    assert _Content(path).ids == ["2604.00001", "2604.00002"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        (
            ["2604.26951", "no id", "https://journal.example/1", "\udcff\udcfe", "x" * 2_000_000, "half a l"],
            [2, 3, 4, 5, 6],
        ),
        (["# papers", "no id", "neither", "2604.26951", "math/0309136", "nor this", "or that"], [2, 3, 6, 7]),
    ],
)
def test_a_list_of_ids_may_have_more_bad_lines_than_good_ones(lines: list[str], bad: list[int], tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogateescape")
    (batch,) = read_file(path)
    assert [one.number for one in batch.bad] == bad
    assert "2604.26951" in batch.ids


def test_a_text_that_mentions_an_id_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(
        "Dear all,\nplease read 2604.26951\nuntil Monday.\nYours\n\n2604.26951\nP.S. Thanks\nAda\n", encoding="utf-8"
    )
    with pytest.raises(UsageError, match="unknown format"):
        list(read_file(path))


def test_lines_of_ids_with_a_problem_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(
        "\ufeff# my list\n\narXiv:2604.26951 [cs.CL]\n- https://hf-mirror.com/papers/2604.26952v2, good\n"
        "2604.26953 2604.26954\n2613.00001\n1299.1234 EUR\nattention\n2604.26955\0\n"
        "Paper #3: hep-th/9711200 # why not\n"
        "math.GT/0309136\n#2604.00001\n" + "x" * 1_000_000 + "\n2604.26956",
        encoding="utf-8",
    )
    (batch,) = read_file(path)
    assert batch.ids == (
        "2604.26951", "2604.26952", "2604.26955", "hep-th/9711200", "math/0309136", "2604.26956"
    )  # fmt: skip
    assert [bad.number for bad in batch.bad] == [5, 6, 7, 8, 13]
    assert "2604.26953 and 2604.26954" in batch.bad[0].why
    assert "“13” is not a month" in batch.bad[1].why


def _atom(*entries: str) -> bytes:
    head = (
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
    )
    return f"{head}{''.join(entries)}</feed>\n".encode()


def _atom_entry(number: int, title: str = "A title") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/2604.{number:05}v1</id><title>{title}</title><summary>We.</summary></entry>"
    )


@pytest.mark.parametrize(
    "bad",
    [
        _atom_entry(50).replace("</entry>", ""),
        _atom_entry(50, "a < b"),
        _atom_entry(50, "a &nosuch; b"),
        _atom_entry(50, "a\0b"),
        "<entry><title>No id</title></entry>",
    ],
)
def test_entries_around_a_broken_one_of_atom_are_read(bad: str, tmp_path: Path) -> None:
    path = tmp_path / "query.atom"
    path.write_bytes(_atom(_atom_entry(1), bad, _atom_entry(2), _atom_entry(3)))
    content = _Content(path)
    assert content.ids == ["2604.00001", "2604.00002", "2604.00003"]
    assert [bad.number for bad in content.bad] == [2]
    assert content.units == {"entry"}


def test_a_truncated_atom_file_is_read_up_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "query.atom"
    path.write_bytes(_atom(*map(_atom_entry, range(1, 5)))[:-60])
    content = _Content(path)
    assert content.ids == ["2604.00001", "2604.00002", "2604.00003"]
    assert [bad.number for bad in content.bad] == [4]
    path.write_bytes(_atom(*map(_atom_entry, range(1, 5)))[:-4])
    content = _Content(path)
    assert len(content.ids) == 4
    assert [bad.number for bad in content.bad] == [5]


# --- JSON values one at a time -----------------------------------------------------------------------


def _values(data: bytes) -> list[object]:
    return [entry.value if entry.is_read else entry.problem for entry in JsonEntries(data)]


@given(
    st.lists(
        st.dictionaries(
            st.text(), st.integers(-(10**9), 10**9) | st.text() | st.lists(st.text(), max_size=3), max_size=4
        )
    )
)
def test_the_values_of_an_array_are_its_values(values: list[Record]) -> None:
    assert _values(json.dumps(values, indent=1).encode()) == values
    assert _values(b"\n".join(json.dumps(value).encode() for value in values)) == values


@pytest.mark.slow
@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes) -> None:
    for entry in JsonEntries(b"[" + data):
        assert isinstance(entry, JsonEntry)


def test_values_longer_than_a_window() -> None:
    long = [{"id": "2604.00001", "title": "x" * 3_000_000}, {"id": "2604.00002", "title": "y"}] * 2
    assert _values(json.dumps(long).encode()) == long
    too_long = [{"id": "1", "title": "x" * (2 * LONGEST)}, {"id": "2604.00002", "title": "y"}]
    assert _values(json.dumps(too_long).encode()) == ["longer than 4 MB", too_long[1]]


# --- the report --------------------------------------------------------------------------------------


def test_the_first_records_are_kept_and_the_others_listed_by_reason() -> None:
    records = BadRecords(2)
    records.add(BadRecord(number, "odd" if number % 2 else "no title") for number in (1, 2, 3, 5, 8, 10, 12))
    records.add(BadRecord(number, "no title") for number in range(13, 21))
    assert records.count == 15
    assert [bad.number for bad in records.first] == [1, 2]
    assert [(some.why, some.numbers, some.total, some.left) for some in records.others()] == [
        ("odd", "3, 5", 2, 0),
        ("no title", "8, 10, 12-20", 11, 0),
    ]


def test_the_report_of_a_file_without_a_good_line_is_bounded() -> None:
    records = BadRecords(20)
    records.add(BadRecord(number, f"reason {number}") for number in range(1, 50_001))
    records.add(BadRecord(number, "no title") for number in range(50_001, 200_001, 3))
    others = records.others()
    assert records.count == 100_000
    assert sum(some.total for some in others) == 100_000 - 20
    assert sum(len(some.numbers) for some in others) < 30_000
