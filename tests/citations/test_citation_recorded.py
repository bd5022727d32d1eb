"""The recorded papers in every format, read by third-party parsers.

These tests are slow, so they use a part of the papers. `benchmarks/citations.py` checks all of them, also with biber.
"""

import json
from pathlib import Path

import pytest

from kit.exports import citations
from kit.parsers import by_bibtex, by_bibtexparser, by_citeproc, by_csv, by_pybtex, by_rispy, by_schema
from kit.recorded import recorded_papers
from papertui.citations.formats import FORMATS
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.obsidian import obsidian_name, obsidian_note
from papertui.importers.bibtex import read_bibtex
from papertui.importers.own_json import read_own
from papertui.importers.ris import read_ris
from papertui.model.paper import Paper

pytestmark = [pytest.mark.recorded, pytest.mark.slow]
EVERYTHING = ExportOptions(abstracts=True, notes=True)


@pytest.fixture(scope="module")
def cites() -> list[CitedPaper]:
    papers = recorded_papers()
    assert len(papers) > 1_390
    return citations(papers, note="Mine.", tags=("to do",))


def test_keys_are_readable_and_unique(cites: list[CitedPaper]) -> None:
    keys = [one.key for one in cites]
    assert len({key.lower() for key in keys}) == len(cites)
    assert max(map(len, keys)) < 40


def test_bibtex(cites: list[CitedPaper], tmp_path: Path) -> None:
    text = FORMATS["bibtex"].render(cites, EVERYTHING)
    assert list(by_bibtexparser(text)) == list(by_pybtex(text)) == [one.key for one in cites]
    read = read_bibtex(text.encode())
    for one, back in zip(cites, read.kept, strict=True):
        paper = one.paper
        assert (back.paper.id, back.paper.title, back.paper.authors) == (paper.id, paper.title, paper.authors)
        assert (back.paper.abstract, back.tags, back.note) == (paper.abstract, ("to do",), "Mine.")
        assert paper.published is not None
        assert back.paper.published is not None
        assert (back.paper.published.year, back.paper.published.month) == (paper.published.year, paper.published.month)
    by_bibtex(text, tmp_path, styles=("alpha",))


def test_biblatex(cites: list[CitedPaper]) -> None:
    text = FORMATS["biblatex"].render(cites, EVERYTHING)
    assert list(by_bibtexparser(text)) == [one.key for one in cites]
    _same_with_days(cites, [kept.paper for kept in read_bibtex(text.encode()).kept])


def test_ris(cites: list[CitedPaper]) -> None:
    text = FORMATS["ris"].render(cites, EVERYTHING)
    assert [record["id"] for record in by_rispy(text)] == [one.key for one in cites]
    _same_with_days(cites, [kept.paper for kept in read_ris(text.encode()).kept])


def test_csl_json(cites: list[CitedPaper]) -> None:
    items = by_schema(FORMATS["csl-json"].render(cites, EVERYTHING))
    assert [item["id"] for item in items] == [one.key for one in cites]
    by_citeproc(items[::30])


def test_table(cites: list[CitedPaper]) -> None:
    rows = by_csv(FORMATS["csv"].render(cites, EVERYTHING))
    assert [row[0] for row in rows[1:]] == [one.paper.id for one in cites]


def test_json_round_trip_is_lossless(cites: list[CitedPaper]) -> None:
    papers, kept, bad = read_own(json.loads(FORMATS["json"].render(cites, EVERYTHING)))
    assert (papers, bad) == ((), ())
    assert [mark.paper for mark in kept] == [one.paper for one in cites]
    assert {mark[2:] for mark in kept} == {(("to do",), "Mine.", "to read", None, True, None, ())}
    assert [mark.added for mark in kept] == [one.bookmark.added for one in cites if one.bookmark is not None]


def test_notes(cites: list[CitedPaper]) -> None:
    assert len({obsidian_name(one.paper.id).lower() for one in cites}) == len(cites)
    for one in cites[::5]:
        text = obsidian_note(one)
        assert text is not None
        assert obsidian_note(one, text) == text


def _same_with_days(cites: list[CitedPaper], papers: list[Paper]) -> None:
    for one, back in zip(cites, papers, strict=True):
        paper = one.paper
        assert (back.id, back.title, back.authors, back.abstract) == (
            paper.id,
            paper.title,
            paper.authors,
            paper.abstract,
        )
        assert paper.published is not None
        assert back.published is not None
        assert back.published.date() == paper.published.date()
