"""Bibliographies in the style of 22 programs: what goes in comes out, in every format."""

from pathlib import Path

import pytest

from kit.parsers import by_citeproc, by_csv, by_pybtex, by_rispy, by_schema
from kit.round_trips import DIALECTS, round_trip, tally

#: What the formats leave out, by the format and the field: the list of papers in Markdown has no abstracts and, beside
#: the link to arXiv, no categories; BibLaTeX has no names for parts of a month.
LEFT_OUT = {("markdown", "abstract"), ("markdown", "primaryclass"), ("biblatex", "month")}

UNKNOWN_TO_CITEPROC = {"custom"}


@pytest.mark.slow
@pytest.mark.parametrize("source", DIALECTS, ids=lambda source: source.stem)
def test_every_field_comes_out(source: Path, tmp_path: Path) -> None:
    exported = round_trip(source, tmp_path / "home")
    tallies = tally(source, exported)
    losses = [(form, loss) for form, one in tallies.items() for loss in one.losses]
    assert [loss for loss in losses if (loss[0], loss[1].field) not in LEFT_OUT] == []
    assert all(one.all > 10 for one in tallies.values())
    # All of them are valid for programs that read them.
    assert len(by_pybtex(exported["bibtex"])) == len(by_rispy(exported["ris"])) == len(by_csv(exported["csv"])) - 1
    items = by_schema(exported["csl-json"])
    # citeproc-py is older than ``custom``, and warns of every variable that it does not know.
    by_citeproc([{name: value for name, value in item.items() if name not in UNKNOWN_TO_CITEPROC} for item in items])


@pytest.mark.slow
@pytest.mark.parametrize("source", DIALECTS, ids=lambda source: source.stem)
@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_what_came_out_goes_in_and_comes_out_the_same(form: str, source: Path, tmp_path: Path) -> None:
    first = round_trip(source, tmp_path / "first")[form]  # type: ignore[index]
    again = tmp_path / source.name
    again.write_text(first, encoding="utf-8")
    assert round_trip(again, tmp_path / "second")[form] == first  # type: ignore[index]
