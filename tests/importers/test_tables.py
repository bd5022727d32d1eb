"""Tables in CSV: papertui's own, as spreadsheets save it, and others."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from kit.exports import citations, cited, cleaned
from kit.papers import plain
from kit.properties import at_most
from papertui.citations.model import CitedPaper
from papertui.citations.tables import COLUMNS, csv_table, unquoted
from papertui.importers.batch import Batch
from papertui.importers.kinds import read_file
from papertui.model.bookmark import STATES, Bookmark, CitationEntry
from papertui.model.paper import Paper

AT = datetime(2026, 5, 1, 6, 12, tzinfo=UTC)


def _read(path: Path, data: str | bytes) -> Batch:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    batches = list(read_file(path))
    return batches[0] if len(batches) == 1 else _joined(batches)


def _joined(batches: Sequence[Batch]) -> Batch:
    return batches[-1]._replace(
        papers=tuple(paper for batch in batches for paper in batch.papers),
        kept=tuple(kept for batch in batches for kept in batch.kept),
        bad=tuple(bad for batch in batches for bad in batch.bad),
    )


def _again(batch: Batch, key: str) -> list[CitedPaper]:
    """What an export after the import would write, in the order of bookmarks and papers."""
    marks = [
        CitedPaper(
            one.paper,
            Bookmark(one.paper, one.added or AT, one.tags, one.note, one.state, one.rating, one.entry),
            one.entry.key if one.entry else key,
        )
        for one in batch.kept
    ]
    return [*marks, *(CitedPaper(paper, None, key) for paper in batch.papers)]


@at_most(200)
@given(cited().map(cleaned))
def test_export_import_export_is_the_identity(tmp_path_factory: pytest.TempPathFactory, one: CitedPaper) -> None:
    table = csv_table([one])
    batch = _read(tmp_path_factory.getbasetemp() / "x", table)
    assert batch.bad == ()
    assert csv_table(_again(batch, one.key)) == table


def test_own_table_keeps_the_bookmark(tmp_path: Path) -> None:
    cites = citations([plain(1), plain(2)], note="A\n\nnote", tags=("x", "y z"))
    cites = [one._replace(bookmark=one.bookmark and one.bookmark._replace(state="reading", rating=4)) for one in cites]
    cites.append(CitedPaper(plain(3), None, "k"))
    batch = _read(tmp_path / "x", csv_table(cites))
    first = batch.kept[0]
    assert first.paper.title == plain(1).title
    assert first.paper.authors == plain(1).authors
    assert first[1:6] == (datetime(2026, 5, 1, 6, 12, tzinfo=UTC), ("x", "y z"), "A\n\nnote", "reading", 4)
    assert [paper.id for paper in batch.papers] == ["2604.00003"]


def test_entries_come_back(tmp_path: Path) -> None:
    names = (
        "author",
        "date",
        "year",
        "journal",
        "notes",
        "status",
        "link",
        "keyword",
        "title",
        "type",
        "Odd Name",
        "x",
    )
    entry = CitationEntry("inbook", "key1", tuple((name, f"value of {name}") for name in names))
    paper = Paper("2604.26951", "A title", authors=("Ada Lovelace",))
    first = CitedPaper(paper, Bookmark(paper, AT, entry=entry), "key1")
    second = CitedPaper(paper, Bookmark(paper, AT, entry=CitationEntry("book", "k2", (("z", "=1"), ("x", "5")))), "k2")
    table = csv_table([first, second, first._replace(bookmark=Bookmark(paper, AT), key="own")])
    batch = _read(tmp_path / "x", table)
    assert [kept.entry and (kept.entry[:2], dict(kept.entry.fields)) for kept in batch.kept] == [
        (("inbook", "key1"), dict(entry.fields)),
        (("book", "k2"), {"z": "=1", "x": "5"}),
        None,
    ]
    assert {kept.paper.authors for kept in batch.kept} == {("Ada Lovelace",)}


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "''=1+1", "-1", "'", "it's", "'quoted'", "", "+49", "@home", "＝1"])
def test_quotes_before_formulas_are_removed_again(cell: str) -> None:
    paper = Paper("2604.26951", "T", journal_ref=cell)
    row = csv_table([CitedPaper(paper, None, "k")]).splitlines()[1].split(",")
    assert unquoted(row[COLUMNS.index("journal_ref")]) == cell


TABLE = csv_table(
    [
        CitedPaper(
            Paper("2604.26950", "A title; with, signs", "We note.", ("Ada Lovelace", "Émile Borel"),
                  datetime(2026, 4, 1, tzinfo=UTC), precision="month", url="https://arxiv.org/abs/2604.26950"),
            Bookmark(Paper("2604.26950", ""), datetime(2026, 5, 1, 6, 12, tzinfo=UTC), ("a", "b"), "One\nTwo", "read"),
            "k",
        )
    ]
)  # fmt: skip


def _as_spreadsheet(delimiter: str, table: str = TABLE) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerows(
        csv.reader(io.StringIO(table, newline=""))
    )
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        b"\xef\xbb\xbf" + _as_spreadsheet(";").encode(),
        _as_spreadsheet(";").encode("cp1252"),
        _as_spreadsheet("\t").encode("utf-16"),
        b"sep=;\r\n" + _as_spreadsheet(";").encode(),
        TABLE.replace("\r\n", "\n").encode(),
        TABLE.replace("\r\n2604.26950,", "\r\n2604.2695,").encode(),
        _as_spreadsheet(";").replace("\r\n2604.26950;", "\r\n2604,2695;").encode(),
        TABLE.replace("2026-05-01T06:12:00Z", "01.05.2026 06:12").encode(),
        TABLE.replace("id,title", "ID,Title").encode(),
    ],
)
def test_as_spreadsheets_save_it(data: bytes, tmp_path: Path) -> None:
    (one,) = _read(tmp_path / "x", data).kept
    assert (one.paper.id, one.paper.title) == ("2604.26950", "A title; with, signs")
    assert (one.paper.authors, str(one.paper.published_date)) == (("Ada Lovelace", "Émile Borel"), "2026-04")
    assert (one.tags, one.state, one.added) == (("a", "b"), "read", datetime(2026, 5, 1, 6, 12, tzinfo=UTC))
    assert one.note.splitlines() == ["One", "Two"]


def test_reordered_and_missing_columns(tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", "note,authors,colour,title\nMine,A. One; B. Two,red,First\n,,,Second\n")
    assert [(one.paper.title, one.paper.authors, one.note) for one in batch.kept] == [
        ("First", ("A. One", "B. Two"), "Mine"),
        ("Second", (), ""),
    ]
    assert batch.notices == ("Columns that papertui does not know were skipped: colour.",)


def test_authors_of_other_programs(tmp_path: Path) -> None:
    table = '"Key","Publication Year","Author","Title","DOI"\n'
    table += '"X1","1998","Lovelace, Ada; de la Cruz, Ana","A","10.1234/x"\n'
    (one,) = _read(tmp_path / "x", table).kept
    assert one.paper.authors == ("Ada Lovelace", "Ana de la Cruz")
    assert (str(one.paper.published_date), one.paper.doi) == ("1998", "10.1234/x")


def test_a_bad_row_affects_no_other(tmp_path: Path) -> None:
    table = 'id,title,note\n2604.00001,One,\n2604.00002,"Two,\n'
    table += '2604.00003,Three,"x"y\n2604.00004,,\n\n2604.00005,Five,"a\nb"\n'
    batch = _read(tmp_path / "x", table)
    assert [one.paper.title for one in batch.kept] == ["One", "Five"]
    assert [(bad.number, bad.why) for bad in batch.bad] == [
        (2, "its quotes do not match"),
        (3, "its quotes do not match"),
        (4, "it has no title"),
    ]


def test_quotes_that_never_match_end_the_reading(tmp_path: Path) -> None:
    batch = _read(tmp_path / "x", "id,title\n" + '1,"a"b\n' * 100_000)
    assert (len(batch.bad), batch.kept) == (102, ())


@pytest.mark.parametrize("state", STATES)
def test_states(state: str, tmp_path: Path) -> None:
    (one,) = _read(tmp_path / "x", f"title,doi,state\nA title,,{state}\n").kept
    assert one.state == state
