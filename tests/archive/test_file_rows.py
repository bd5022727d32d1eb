"""Rows of a large file leave the same archive as their papers do, whatever is stored already."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.recorded import HAVE_RECORDED, RECORDED
from papertui.archive.archive import Archive
from papertui.archive.file_rows import FileRow, PackedRow, columns_of, file_papers
from papertui.archive.papers import UpsertResult
from papertui.archive.rows import list_text, row_of
from papertui.importers.json_lines import read_lines
from papertui.model.identity import title_number
from papertui.model.paper import Paper
from papertui.sqlite import micros

NOW = datetime(2026, 4, 30, tzinfo=UTC)


def _row(dice: random.Random, number: int) -> PackedRow:
    title = f"A long title about thing {dice.choice([number, number % 7])}"
    published = None if dice.random() < 0.2 else micros(NOW - timedelta(days=number))
    authors = ("Ada Made-Up", "Émile Zoë")[: dice.randint(0, 2)]
    doi = dice.choice([None, None, f"10.1000/X.{number}", f"10.1000/x.{number % 5}", "not a DOI"])
    return tuple(
        FileRow(
            title_number(title), f"2604.{number:05}", title, dice.choice(["", "An abstract."]), list_text(authors),
            published, list_text(("cs.LG",)), list_text(("file",)), doi, dice.choice([None, "Journal 7 (2007)"]),
        )
    )  # fmt: skip


def _known(dice: random.Random, number: int, *, with_made: bool) -> Paper:
    """A paper that is stored already: of a service, or a record without an arXiv id."""
    title = f"A long title about thing {number % 7}"
    if with_made and dice.random() < 0.4:
        id_ = dice.choice([f"doi:10.1000/x.{number % 5}", f"title/{number:016x}"])
        return Paper(id_, title, doi=id_[4:] if id_.startswith("doi:") else None, sources=("file",))
    votes = dice.choice([None, number])
    return Paper(f"2604.{number:05}", title, upvotes=votes, sources=(dice.choice(["huggingface", "arxiv", "file"]),))


def _dump(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    tables = ("papers", "totals", "votes", "other_ids", "accounts", "changes", "feed_rows")
    return archive.database.read(
        lambda connection: {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables
        }
    )


def _counts(result: UpsertResult) -> tuple[object, ...]:
    return result.added, result.changed, result.joined


@pytest.mark.parametrize("with_made", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_rows_leave_the_same_archive_as_papers(tmp_path: Path, seed: int, *, with_made: bool) -> None:
    one, other = Archive(tmp_path / "rows.db"), Archive(tmp_path / "papers.db")
    dice = random.Random(seed)
    known = [_known(dice, dice.randrange(60), with_made=with_made) for _ in range(25)]
    for archive in (one, other):
        archive.remember(known[:20], NOW)
        if with_made:
            archive.remember(known[20:], NOW, origin="an import")
    for turn in range(4):
        rows = [_row(dice, number) for number in dice.sample(range(60), 30)]
        rows += rows[:1] if turn == 3 else []
        at = NOW + timedelta(days=dice.choice([-3, 0, 2, 2]))
        assert _counts(one.remember_rows(rows, at)) == _counts(other.remember(file_papers(rows), at))
        again = one.remember_rows(rows, at), other.remember(file_papers(rows), at)
        assert _counts(again[0]) == _counts(again[1])
        assert _dump(one) == _dump(other)


def test_a_row_has_the_facts_of_its_paper() -> None:
    row = _row(random.Random(1), 3)
    (paper,) = file_papers([row])
    assert (paper.url, paper.pdf) == ("https://arxiv.org/abs/2604.00003", "https://arxiv.org/pdf/2604.00003")
    assert row_of(paper) == columns_of(row)


@pytest.mark.skipif(not HAVE_RECORDED, reason="needs the recorded responses")
def test_all_recorded_lines_leave_the_same_archive_as_their_papers(tmp_path: Path) -> None:
    lines = (RECORDED / "kaggle" / "arxiv-metadata-oai-snapshot.json").read_bytes().splitlines()
    read = read_lines(1, lines)
    one, other = Archive(tmp_path / "rows.db"), Archive(tmp_path / "papers.db")
    assert one.remember_rows(read.rows, NOW).added == other.remember(read.all_papers(), NOW).added == len(lines)
    assert _dump(one) == _dump(other)
    assert one.remember_rows(read.rows, NOW) == UpsertResult(0, 0, len(lines))
    assert _dump(one) == _dump(other)
