"""Known papers are found from half-remembered words; with the recorded papers."""

import pytest

from kit.known_items import KINDS, asking, hits, items, recorded_papers
from papertui.model.paper import Paper
from papertui.search.index import Index, index_over

pytestmark = pytest.mark.slow

#: Slightly below the measured values. Two of three surnames with a word of the title match only one paper; the others
#: are a draw, as are acronyms: three hundred papers have "large language model" in their titles.
FLOORS = {
    "in order": (0.95, 0.98),
    "shuffled": (0.94, 0.98),
    "misspelt": (0.92, 0.97),
    "surname and word": (0.65, 0.90),
    "abstract": (0.82, 0.96),
    "acronym": (0.25, 0.54),
    "acronym and word": (0.77, 0.94),
    "expansion": (0.73, 0.93),
    "phrase": (0.95, 0.96),
    "joined": (0.85, 0.90),
    "split": (0.93, 0.98),
    "inside": (0.91, 0.97),
}


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    return recorded_papers()


@pytest.fixture(scope="module")
def index(papers: list[Paper]) -> Index:
    return index_over(papers)


@pytest.mark.recorded
@pytest.mark.parametrize("kind", KINDS)
def test_known_papers_are_found(kind: str, papers: list[Paper], index: Index) -> None:
    sought = items(kind, papers, 200, seed=5)
    assert len(sought) == 200
    first, ten = hits(asking(index), sought)
    assert (first >= FLOORS[kind][0], ten >= FLOORS[kind][1]) == (True, True), (first, ten)


@pytest.mark.recorded
def test_paper_stays_visible_while_its_title_is_typed(papers: list[Paper], index: Index) -> None:
    for query, place in items("in order", papers, 25, seed=6):
        for end in range(1, len(query) + 1):
            assert place in {match.place for match in index.search(query[:end]).matches}, query[:end]
