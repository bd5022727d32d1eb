"""When two records are one work."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.properties import at_most
from papertui.model.identity import entry_id, identified, old_title_id
from papertui.model.paper import Paper
from papertui.model.works import TITLE, Facts, compare, same_work, works

_TITLE = "The corrosion of copper by example"


def _paper(
    authors: str = "Ada Writer; Ben Reader",
    year: int | None = 2015,
    *,
    id_: str = "",
    title: str = _TITLE,
    doi: str | None = None,
    place: str | None = None,
    sources: tuple[str, ...] = ("file",),
    url: str | None = None,
) -> Paper:
    published = None if year is None else datetime(year, 1, 1, tzinfo=UTC)
    names = tuple(name for name in authors.split("; ") if name)
    return identified(
        Paper(id_, title, authors=names, published=published, doi=doi, journal_ref=place, sources=sources, url=url)
    )


def _are_one(one: Paper, other: Paper) -> bool:
    assert same_work(one, other) == same_work(other, one)
    return same_work(one, other).rank >= TITLE


@pytest.mark.parametrize(
    "other",
    [
        _paper(title="THE CORROSION OF COPPER, BY EXAMPLE."),
        _paper(year=2017),
        _paper(year=None),
        _paper("A. Writer; B. Reader"),
        _paper("Writer, Ada; Reader, B."),
        _paper("Writer A; Reader B"),
        _paper("Ada Writer"),
        _paper("Ada Writer; Ben Reader; Cy Scholar"),
        _paper("", 2016),
        _paper("", None),
        _paper(doi="10.1234/jex.1"),
        _paper(id_="1504.00001"),
        _paper(id_="1504.00001", year=2014, place="J. Ex. 7 (2015)"),
        _paper(sources=("journal.example",), doi="10.1234/jex.1"),
    ],
)
def test_small_differences_are_one_work(other: Paper) -> None:
    assert _are_one(_paper(place="Journal of Examples 7(2), 1-9 (2015)"), other)


@pytest.mark.parametrize(
    "other",
    [
        _paper("Cy Scholar"),
        _paper("Anne Writer"),
        _paper(year=2018),
        _paper("", 2017),
        _paper(doi="10.1234/jex.2"),
        _paper(place="J. Ex. 8 (2015)"),
        _paper(place="Journal of Examples, vol. 7, no. 3"),
        _paper(title="The corrosion of copper by examples"),
        _paper("", sources=("blog.example",), url="https://blog.example/1"),
        _paper(sources=("blog.example",), url="https://blog.example/1"),
        _paper(title="Comment on: The corrosion of copper by example", doi="10.1234/jex.1"),
    ],
)
def test_a_contradiction_makes_two_works(other: Paper) -> None:
    assert not _are_one(_paper(doi="10.1234/jex.1", place="Journal of Examples 7(2), 1-9 (2015)"), other)


@pytest.mark.parametrize(("one", "other"), [("1504.00001", "1504.00002"), ("hep-th/9711200", "1504.00001")])
def test_two_arxiv_ids_are_two_papers(one: str, other: str) -> None:
    assert not _are_one(_paper(id_=one, doi="10.1234/jex.1"), _paper(id_=other, doi="10.1234/jex.1"))


def test_the_year_of_an_arxiv_id_counts() -> None:
    assert not _are_one(_paper(year=2015), _paper(year=None, id_="2401.00001"))


@pytest.mark.parametrize("title", ["Deep learning", "Graph theory", "This week in copper", "Editorial", "Highlights"])
def test_a_short_title_alone_is_not_enough(title: str) -> None:
    assert not _are_one(_paper("", title=title), _paper(title=title))
    assert not _are_one(_paper("", title=title), _paper("", title=title, id_="1504.00001"))


def test_without_authors_the_place_decides_also_for_a_short_title() -> None:
    assert _are_one(
        _paper("", title="Deep learning", place="Nature 521, 436"), _paper(title="Deep learning", place="Nature 521")
    )


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Planar graphs", "Random graphs", False),
        ("An introduction to planar graphs", "An introduction to random graphs", False),
        ("Graph theory", "Graph theory: planar graphs", False),
        ("Graphs in examples, part I", "Graphs in examples, part II", False),
        ("Erratum: graphs in examples", "Graphs in examples", False),
        ("Graphs in examples", "Graphs in examples: a randomised study", True),
        ("Graphs in color and number", "Graphs in colour and number", True),
        ("Retracted: Graphs in examples", "Graphs in examples", True),
        ("Graphs in examples and how to draw …", "Graphs in examples and how to draw them", True),
    ],
)
def test_one_doi_needs_titles_of_one_work(one: str, other: str, *, is_one: bool) -> None:
    assert _are_one(_paper(title=one, doi="10.1234/b"), _paper(title=other, doi="10.1234/b")) is is_one


def test_chapters_with_one_title_and_the_doi_of_their_book_are_two() -> None:
    one, other = (_paper(name, title="Introduction", doi="10.1234/b") for name in ("Ada Writer", "Cy Scholar"))
    assert not _are_one(one, other)


def test_a_collaboration_may_be_listed_by_its_members() -> None:
    team = _paper("The Example Collaboration", doi="10.1234/c")
    assert _are_one(team, _paper(doi="10.1234/c"))
    assert not _are_one(team, _paper())
    assert _are_one(team, _paper("Example Collaboration; The Example Collaboration"))


def test_a_common_name_is_not_enough_in_a_long_list() -> None:
    one = _paper("Wei Wang; Li Chen; Jun Zhang; Yan Liu; Hao Wu; Min Xu; Lei Sun; Tao Ma")
    other = _paper("Wei Wang; Bo Huang; Qi Zhou; Ke Lin; Na He; Fei Guo; Rui Tang; An Song")
    assert not _are_one(one, other)
    assert _are_one(one, _paper("W. Wang; L. Chen; J. Zhang; others"))
    assert not _are_one(_paper("Eve Maker; Chen"), _paper("Yeheng Chen"))
    assert not _are_one(_paper("Jiayue Jin"), _paper("Jiandong Jin"))
    assert _are_one(_paper("Writer; Reader"), _paper())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jan van der Berg", "Berg, J. van der"),
        ("Karl Müller-Lüdenscheidt", "K. Mueller-Luedenscheidt"),
        ("Łukasz Kaiser", "Lukasz Kaiser"),
        ("Zhang Wei", "W. Zhang"),
        ("Gabriel García Márquez", "G. Garcia"),
        ("D.-E. O’Scholar", "O'Scholar, D.-E."),
        ("Ada Writer Jr.", "Writer, Ada"),
        ("A. et al. Writer", "Writer, Ada"),
        ("Ada Writer et al.", "Writer, A."),
        ("王小明", "王小明"),
    ],
)
def test_names_are_written_in_many_ways(one: str, other: str) -> None:
    assert _are_one(_paper(one), _paper(other))


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("J. Ex. 4(2) (1983)", "Journal of Examples 4(3)", False),
        ("Phys.Rev.D76:013009,2007", "Phys. Rev. D 76(1), 013009 (2007)", True),
        ("Proc. 5th Conf. on Examples", "Proc. 6th Conf. on Examples", False),
        ("Proceedings of the Fifth Conference", "Proceedings of the Sixth Conference", False),
        ("Proceedings of NeurIPS 2017", "Proceedings of NeurIPS 2018", False),
        ("Journal of Examples IV", "Journal of Examples VI", False),
        ("Proc. 5th Conf. on Examples, pp. 1-9", "Proc. 5th Conf. on Examples, pp. 1-9", True),
        ("Journal of Examples 4", "Annals of Samples 9", True),
    ],
)
def test_issues_of_one_journal_and_years_of_one_meeting(one: str, other: str, *, is_one: bool) -> None:
    assert _are_one(_paper(place=one), _paper(place=other)) is is_one


def test_an_entry_of_a_feed_is_known_by_its_guid() -> None:
    def entry(guid: str, title: str = "This week in copper", host: str = "lab.example") -> Paper:
        return identified(
            Paper("", title, sources=(host,), url=f"https://{host}/{guid}"), entry_id("lab.example", guid)
        )

    assert _are_one(entry("17"), entry("17", "This week in copper: corrected"))
    assert not _are_one(entry("17"), entry("18"))
    assert not _are_one(entry("17"), entry("18", host="other.example"))
    stored = entry("17")._replace(id=old_title_id(entry("17")))
    assert _are_one(entry("17"), stored)
    assert not _are_one(entry("18"), stored)


def test_pubmed_numbers() -> None:
    address = "https://pubmed.ncbi.nlm.nih.gov/{}/?utm_source=feed"
    one, other = (_paper(year=None, title=title, url=address.format(7)) for title in (_TITLE, "Another title"))
    assert _are_one(one, other)
    assert not _are_one(one, _paper(year=None, url=address.format(8)))


def test_ids_distinguish_works_with_one_title() -> None:
    books = [_paper("Ada Writer", 1969), _paper("Ben Reader", 1984), _paper("Cy Scholar", 2000), _paper("", None)]
    volumes = [_paper("Ada Writer", 1969, place=f"J. Ex. {volume}") for volume in (4, 6)]
    assert len({paper.id for paper in books + volumes}) == 6
    assert _paper("Writer, Ada", 1969).id == _paper("Ada Writer", 1969).id


# --- many records ------------------------------------------------------------------------------------


def _divided(papers: list[Paper]) -> set[frozenset[Paper]]:
    return {frozenset(papers[place] for place in group) for group in works([Facts(paper) for paper in papers])}


def test_what_fits_two_works_belongs_to_neither() -> None:
    old, new, unknown = _paper("Ada Writer", 1969), _paper("Ada Writer", 1984), _paper("Ada Writer", None)
    assert _divided([old, unknown]) == {frozenset({old, unknown})}
    assert _divided([old, new, unknown]) == {frozenset({old}), frozenset({new}), frozenset({unknown})}
    twice = unknown._replace(id="title/0123456789abcdef")
    assert frozenset({old, unknown, twice}) not in _divided([old, new, unknown, twice])


def test_a_contradiction_counts_among_all_records_of_a_work() -> None:
    chain = [_paper("Ada Writer", year) for year in (2010, 2012, 2014)]
    assert all(len(group) == 1 for group in _divided(chain))


_RECORDS = st.builds(
    _paper,
    st.sampled_from(["", "Ada Writer", "A. Writer; Ben Reader", "Ben Reader", "Cy Scholar", "Example Collaboration"]),
    st.sampled_from([None, 2010, 2011, 2013, 2020]),
    id_=st.sampled_from(["", "", "1004.00001", "1004.00002"]),
    title=st.sampled_from([_TITLE, _TITLE.upper(), "Graph theory", "Editorial", "Graph theory in examples: a study"]),
    doi=st.sampled_from([None, None, "10.1234/a", "10.1234/b"]),
    place=st.sampled_from([None, "J. Ex. 4", "Journal of Examples 5(1)", "Proc. 5th Conf. on Examples"]),
    sources=st.sampled_from([("file",), ("arxiv",), ("blog.example",)]),
)


@at_most(300)
@given(st.lists(_RECORDS, max_size=7).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_works_do_not_depend_on_the_order(both: tuple[list[Paper], list[Paper]]) -> None:
    assert _divided(both[0]) == _divided(both[1])


@at_most(300)
@given(st.lists(_RECORDS, max_size=7))
def test_each_record_is_in_one_work_and_no_work_contradicts_itself(papers: list[Paper]) -> None:
    facts = [Facts(paper) for paper in papers]
    groups = works(facts)
    assert sorted(place for group in groups for place in group) == list(range(len(papers)))
    for group in groups:
        assert len({facts[place].own for place in group} - {""}) < 2
        for one, other in combinations(group, 2):
            assert compare(facts[one], facts[other]) == compare(facts[other], facts[one])


@at_most(200)
@given(st.lists(_RECORDS, max_size=6))
def test_the_same_records_again_change_nothing(papers: list[Paper]) -> None:
    assert _divided([*papers, *papers]) == _divided(papers)
