"""Properties of the search for any papers and any query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.properties import at_most
from kit.steps import steps
from papertui.model.paper import Paper
from papertui.search.index import index_over
from papertui.search.query import parse

_WORD = st.text("abcdeé散мо2", min_size=1, max_size=9)
_TEXT = st.lists(_WORD, max_size=8).map(" ".join)
_PAPER = st.builds(
    Paper,
    id=st.from_regex(r"\A\d{4}\.\d{5}\Z"),
    title=_TEXT,
    abstract=_TEXT,
    authors=st.lists(_TEXT, max_size=3).map(tuple),
    keywords=st.lists(_TEXT, max_size=3).map(tuple),
    upvotes=st.none() | st.integers(-5, 10**6),
    published=st.none() | st.datetimes(),
)
_PAPERS = st.lists(_PAPER, max_size=12)
_ANYTHING = st.one_of(st.text(st.characters()), _TEXT, st.text(st.sampled_from("a-./:\"' 2é散🙂\u202e\u200d\0\n")))

STOCK = [
    Paper(str(place), f"Sparse model {place} of diffusion in Łódź 扩散", abstract="the " * 50) for place in range(300)
]


@pytest.mark.slow
@at_most(50)
@given(_PAPERS, _ANYTHING, st.none() | st.integers(0, 20))
def test_any_query_has_ordered_results(papers: list[Paper], query: str, limit: int | None) -> None:
    results = index_over(papers).search(query, limit)
    places = [match.place for match in results.matches]
    count = results.total + results.similar
    assert len(places) == len(set(places)) == (count if limit is None else min(limit, count))
    assert all(0 <= place < len(papers) for place in places)
    assert results.typed == (results.total if limit is None else min(limit, results.total))
    assert [match.similar for match in results.matches] == sorted(match.similar for match in results.matches)
    for similar in (False, True):
        scores = [match.score for match in results.matches if match.similar is similar]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
    # A result of an exclusion only (“-survey”) has no matching field.
    assert all(match.fields for match in results.matches) or not parse(query).words


@pytest.mark.slow
@at_most(50)
@given(st.data(), st.lists(_PAPER, min_size=1, max_size=12))
def test_title_words_always_find_the_paper(data: st.DataObject, papers: list[Paper]) -> None:
    index = index_over(papers)
    place = data.draw(st.integers(0, len(papers) - 1))
    chosen = data.draw(st.permutations(papers[place].title.split()[:6]))
    query = " ".join(chosen)
    for end in range(1, len(query) + 1):
        assert place in [match.place for match in index.search(query[:end]).matches], query[:end]


@pytest.mark.slow
@at_most(50)
@given(_PAPERS, _TEXT)
def test_search_is_deterministic(papers: list[Paper], query: str) -> None:
    index = index_over(papers)
    first = index.search(query)
    for end in range(len(query)):
        index.search(query[:end])
    assert index.search(query) == first == index_over(papers).search(query)


@pytest.mark.slow
@at_most(50)
@given(_PAPERS, _PAPER, _TEXT)
def test_case_and_accents_do_not_matter(papers: list[Paper], one: Paper, query: str) -> None:
    index = index_over([*papers, one])
    # A single letter alone is a word if it is a capital, else the beginning of one.
    query = " ".join(word for word in query.split() if len(word) > 1)
    assert index.search(query) == index.search(query.upper()) == index.search(query.replace("é", "e\u0301"))


_STOCK_INDEX = index_over(STOCK)


@at_most(40)
@given(st.text(st.characters(), max_size=10_000) | st.text("ab- ", min_size=5000, max_size=10_000))
def test_strange_queries_do_not_fail(query: str) -> None:
    _STOCK_INDEX.search(query)


_SIGNS = (
    "a",
    "a ",
    "a-",
    "ab.",
    "é",
    "扩",
    "🙂",
    "\u202eabc",
    "/",
    "(",
    " ",
    "\ud800",
    "1.",
    "\0",
    "e\u0301",
    "hep-th/",
)


@pytest.mark.parametrize("end", ["", "/1234567"])
@pytest.mark.parametrize("sign", _SIGNS)
def test_the_work_for_a_query_has_a_limit(sign: str, end: str) -> None:
    long, longer = (steps(_STOCK_INDEX.search, sign * size + end) for size in (5_000, 10_000))
    # The garbage collector may run a few lines, too, which is much for a query without words.
    assert longer <= 1.1 * long + 50
    assert long < 50_000
