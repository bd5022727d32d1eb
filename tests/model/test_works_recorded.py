"""Records made of recorded papers, many of them with one title: none is joined wrongly, hardly one is missed."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kit.recorded import RECORDED
from papertui.importers.bibtex import read_bibtex
from papertui.model.identity import identified
from papertui.model.works import Facts, works

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))


@pytest.mark.slow
@pytest.mark.recorded
def test_no_wrong_joins_and_few_missed_ones() -> None:
    benchmark: Any = import_module("identity")
    titles = RECORDED / "titles" / "titles-100k.tsv.gz"
    given = benchmark.records(titles, sorted((RECORDED / "hf_daily").glob("*.json"))[:20], 4_000, 7)
    text = "\n".join(benchmark.entry(work, number, place) for place, (work, number) in enumerate(given))
    kept = read_bibtex(text.encode()).kept
    groups = works([Facts(identified(one.paper)) for one in kept])
    found = benchmark.figures([frozenset(kept[place].tags[0] for place in group) for group in groups], given)
    assert found["works without a bookmark"] == 0
    assert found["wrong joins"] == 0
    assert found["missed joins, %"] <= 0.5
    assert found["works with the title of another"] > 300
