"""Filters, fields, phrases and exclusions over an index, compared with their definition for each paper."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.search import LONG_AGO
from kit.simple_filters import passes
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.paper import Paper
from papertui.search.builder import Builder, build
from papertui.search.index import Index, index_over
from papertui.search.query import parse
from papertui.search.results import ReaderMarks
from papertui.search.segment import Segment

TODAY = date(2026, 4, 30)
_CATEGORIES = ("cs.CL", "cs.LG", "cs.CV", "stat.ML", "hep-th", "math.AG")


def _stock(count: int) -> list[Paper]:
    dice = random.Random(3)
    return [
        Paper(
            id=f"2604.{number:05}",
            title=f"Paper {number} about agents",
            abstract="Some words." if number % 3 else "",
            published=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(120)) if number % 7 else None,
            featured=date(2026, 4, 1) + timedelta(days=number % 29) if number % 4 == 0 else None,
            upvotes=dice.choice([None, 0, 3, 20, 21, 50, 90]),
            stars=dice.choice([None, 0, 100, 101, 5000]),
            comments=dice.choice([None, 1, 5]),
            github="https://github.com/a/b" if number % 2 else None,
            doi="10.1/x" if number % 5 == 0 else None,
            tldr="Short." if number % 6 == 0 else None,
            project="https://example.org" if number % 8 == 0 else None,
            categories=tuple(dice.sample(_CATEGORIES, dice.randrange(3))),
            sources=(dice.choice(["huggingface", "arxiv", "file"]),),
        )
        for number in range(count)
    ]


STOCK = _stock(120)
MARKS = ReaderMarks(
    {
        paper.id: Bookmark(
            paper,
            LONG_AGO,
            ("todo", "ΔX") if place % 2 else (),
            "A note." if place % 3 == 0 else "",
            STATES[place % 3],
            (None, 1, 3, 4, 5)[place % 5],
        )
        for place, paper in enumerate(STOCK[::10])
    },
    frozenset(paper.id for paper in STOCK[::4]),
)
ONE = index_over(STOCK, MARKS)


def _apart() -> Index:
    """The same papers in three segments; some of the first one are deleted and are in the last one again."""
    segments = []
    for papers in (STOCK[:50], STOCK[50:110], [*STOCK[110:], *STOCK[5:9]]):
        builder = Builder()
        for paper in papers:
            builder.add(paper)
        segments.append(Segment(builder.arrays()))
    dead = [segments[0].days[:0].astype("uint32"), *([segments[0].days[:0].astype("uint32")] * 2)]
    dead[0] = dead[0].__class__(4, "uint32")
    dead[0][:] = [5, 6, 7, 8]
    return Index(segments, dead=dead, papers=lambda ids: {p.id: p for p in STOCK if p.id in ids}, marks=MARKS)


THREE = _apart()
_FILTERS = (
    "cat:cs", "cat:cs.CL", "cat:CS.cl,hep-th", "-cat:cs", "is:unread", "is:read", "is:bookmarked", "-is:bookmarked",
    "tag:todo", "tag:δx", "tag:nothing", "has:code", "has:note",
    "state:reading", "state:to-read,read", "-state:read", "rating:4", "rating:=3", "rating:1..3", "-rating:1",
    "has:tag",    "-has:tag", "has:rating", "has:note,code", "has:abstract,doi", "-has:tldr", "has:project",
    "votes:20", "votes:>20", "votes:<20", "votes:<=20", "votes:=0", "votes:3..50", "stars:>100", "comments:5",
    "since:2026-03", "until:2026-03", "since:7d", "since:2026-04-10", "until:2026-01-15", "source:arxiv",
    "source:arxiv,file", "-source:file", "year:2026", "-year:2026", "year:<2026", "year:2020..2026",
)  # fmt: skip


def _ids(index: Index, query: str) -> list[str]:
    return list(index.ids(match.place for match in index.search(query, today=TODAY).matches))


@given(st.lists(st.sampled_from(_FILTERS), min_size=1, max_size=3, unique=True), st.booleans())
def test_filters_match_their_definition(filters: list[str], words: bool) -> None:
    query = " ".join([*filters, *(["agents "] if words else [""])])
    asked = parse(query, TODAY)
    meant = {paper.id for paper in STOCK if all(passes(one, paper, MARKS) for one in asked.filters)}
    for index in (ONE, THREE):
        found = _ids(index, query)
        assert set(found) == meant
        assert len(found) == len(meant)
        assert index.search(query, today=TODAY).total == len(meant)


def test_filters_alone_sort_by_date() -> None:
    found = _ids(THREE, "has:code ")
    days = {paper.id: (paper.featured or (paper.published.date() if paper.published else date.min)) for paper in STOCK}
    assert [days[id_] for id_ in found] == sorted((days[id_] for id_ in found), reverse=True)


def test_invalid_filter_is_ignored_and_explained() -> None:
    results = ONE.search("agents is:redd ", today=TODAY)
    assert results.total == len(STOCK)
    assert len(results.problems) == 1
    assert ONE.search("agents votes:>20 ", today=TODAY).filters == "votes > 20"


WORKS = [
    Paper("1", "Sparse mixture of experts for speech", "We train experts.", ("Li Chen", "Ann Sparse")),
    Paper("2", "Experts of a mixture", "The mixture of experts is old.", ("Chen Li",)),
    Paper("3", "Chen's theorem", "Nothing else.", ("Bo Wang",), keywords=("sparse attention",)),
    Paper("4", "A survey of sparse attention", "Sparse attention, everywhere.", ("Wei Zhang",)),
]
FEW = index_over(WORKS)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('"mixture of experts" ', ["1", "2"]),
        ('"experts of a mixture" ', ["2"]),
        ('"of experts mixture" ', []),
        ('title:"mixture of experts" ', ["1"]),
        ('abstract:"mixture of experts" ', ["2"]),
        ('author:"li chen" ', ["1"]),
        ("author:chen ", ["1", "2"]),
        ("author:chne ", ["1", "2"]),
        ("title:chen ", ["3"]),
        ("keyword:sparse ", ["3"]),
        ("sparse -survey ", ["1", "3"]),
        ("sparse -author:chen ", ["3", "4"]),
        ('sparse -"sparse attention" ', ["1"]),
        ("-sparse ", ["2"]),
        ("-sparse -experts ", []),
        ('"experts" ', ["1", "2"]),
        ('"expert" ', []),
        ("author:sparse title:sparse ", ["1"]),
    ],
)
def test_fields_phrases_and_exclusions(query: str, ids: list[str]) -> None:
    assert sorted(_ids(FEW, query)) == ids


def test_phrase_in_an_abstract_among_many_with_its_words() -> None:
    many = [Paper(f"{n:05}", f"Paper {n}", "experts in a mixture of things") for n in range(500)]
    index = index_over([*many, Paper("x", "Paper x", "a mixture of experts")])
    assert _ids(index, '"mixture of experts"') == ["x"]


def test_similar_papers() -> None:
    like = FEW.like(WORKS[3], 10)
    assert FEW.ids(match.place for match in like.matches)[0] == "3"
    assert WORKS[3].id not in FEW.ids(match.place for match in like.matches)
    stranger = Paper("9", "Experts and mixtures of speech")
    assert FEW.ids([FEW.like(stranger, 1).matches[0].place]) == ["1"]
    assert FEW.like(Paper("9", "Zebra"), 10).total == 0


def test_acronyms_from_papers_work_both_ways() -> None:
    works = [
        Paper("1", "Gated frobnication networks", "We propose gated frobnication networks (GFN) for speech."),
        Paper("2", "Deep gated frobnication networks", "Nothing is explained here."),
        Paper("3", "A survey of GFN", "Nothing."),
        Paper("4", "Gated recurrent networks", "Nothing."),
        Paper("5", "Training large language models", "Nothing."),
        Paper("6", "LLM agents", "Nothing."),
    ]
    index = index_over(works)
    assert set(_ids(index, "gfn ")) == {"1", "2", "3"}
    assert _ids(index, "gfn ")[0] == "3"
    assert set(_ids(index, "gated frobnication networks ")) >= {"1", "2", "3"}
    assert set(_ids(index, "llm ")) == {"5", "6"}
    assert set(_ids(index, "large language models ")) == {"5", "6"}
    spans = index.spans("gfn", "Deep gated frobnication networks")
    assert [("Deep gated frobnication networks")[a:b] for a, b in spans] == ["gated", "frobnication", "networks"]


def test_corrections_are_reported_for_unknown_words_only() -> None:
    assert FEW.search("sprase atention ").corrected == (("sprase", "sparse"), ("atention", "attention"))
    assert FEW.search("sparse atten").corrected == ()
    assert FEW.search("zzzzz").corrected == ()


def test_bookmarked_papers_outside_the_index_are_found() -> None:
    kept = Paper("77", "Quokka habitats")
    marks = ReaderMarks({"77": Bookmark(kept, LONG_AGO, ("marsupial",)), "1": Bookmark(WORKS[0], LONG_AGO, ("later",))})
    index = FEW.with_reader(marks)
    assert _ids(index, "quokka ") == ["77"]
    assert _ids(index, "marsupial ") == ["77"]
    assert _ids(index, "later ") == ["1"]
    assert _ids(index, "tag:later ") == ["1"]
    assert index.alive == len(WORKS) + 1


def _ids_typing(index: Index, query: str) -> set[str]:
    results = index.search(query, today=TODAY, typing=True)
    return set(index.ids(match.place for match in results.matches))


def test_a_name_that_is_being_typed_matches_by_its_beginning() -> None:
    todo = set(_ids(ONE, "tag:todo "))
    assert _ids(ONE, "tag:to") == []
    assert _ids_typing(ONE, "tag:to") == _ids_typing(ONE, "tag:todo") == todo
    assert _ids_typing(ONE, "tag:to ") == set()
    assert _ids_typing(ONE, "cat:cs.C") == set(_ids(ONE, "cat:cs.CL,cs.CV "))
    assert _ids_typing(ONE, "source:hug") == set(_ids(ONE, "source:huggingface "))
    assert _ids_typing(ONE, "cat:nothing") == set()


@pytest.mark.parametrize("query", ["author:", "votes:>", "since:20", "is:", "like:26", "-", '"', "?!"])
def test_what_asks_for_nothing_yet_is_not_a_search_without_matches(query: str) -> None:
    results = ONE.search(query, today=TODAY, typing=True)
    assert (results.asked, results.total) == (False, 0)
    assert ONE.search(f"agents {query}", today=TODAY, typing=True).total > 0


def test_a_fact_that_only_the_bookmark_has_counts() -> None:
    stored = [Paper("1", "Stored without code"), Paper("2", "Stored", github="https://github.com/a/b", upvotes=3)]
    saved = {
        "1": Bookmark(stored[0]._replace(github="https://github.com/c/d", stars=7, upvotes=40), LONG_AGO),
        "2": Bookmark(stored[1]._replace(upvotes=90), LONG_AGO),
    }
    index = index_over(stored).with_reader(ReaderMarks(saved))
    assert set(_ids(index, "has:code ")) == {"1", "2"}
    assert _ids(index, "-has:code ") == []
    assert _ids(index, "stars:>5 ") == ["1"]
    # What the archive knows is newer.
    assert _ids(index, "votes:>20 ") == ["1"]


@given(st.lists(st.from_regex(r"(doi:10\.1/)?[A-Za-z0-9./]{1,12}", fullmatch=True), unique=True, max_size=90))
def test_many_ids_are_looked_up_as_one(ids: list[str]) -> None:
    segment = build(Paper(id_, "") for id_ in ids[::2])
    large = build(Paper(id_, "") for id_ in [*ids[::2], *(f"z{number:04}" for number in range(600))])
    asked = [*ids, *(id_.swapcase() for id_ in ids), "ä", *(f"q{number}" for number in range(70))]
    for one in (segment, large):
        assert one.docs(asked).tolist() == [-1 if (doc := one.doc(id_)) is None else doc for id_ in asked]


def test_bookmarks_added_while_a_search_is_opened_wait_for_the_next_one() -> None:
    marks = ReaderMarks(
        {"77": Bookmark(Paper("77", "Words", github="https://example.org"), LONG_AGO)}, having=lambda _: ["77", "new"]
    )
    assert marks.annotated() == ["77"]
    assert [paper.id for paper in marks.papers_with("github")] == ["77"]
