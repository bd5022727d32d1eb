from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import plain
from papertui.digest.model import MailedPaper
from papertui.digest.select import Candidates, choose, comes_back, is_by
from papertui.model.feed import FeedName, Kind
from papertui.model.paper import Paper

AT = datetime(2026, 4, 29, 8, tzinfo=UTC)


def candidates(
    numbers: list[int], limit: int = 3, rank: int = 0, *, again: bool = False, kind: Kind = "trending"
) -> Candidates:
    papers = [plain(number) for number in numbers]
    return Candidates(kind, kind.title(), FeedName(kind), papers, limit, rank, again=again)


def numbers(papers: tuple[Paper, ...]) -> list[int]:
    return [int(paper.id[-5:]) for paper in papers]


def test_a_paper_goes_to_its_most_informative_section() -> None:
    trending, author = choose([candidates([1, 2, 3, 4, 5], rank=1), candidates([2], rank=0, kind="author")], {})
    assert (numbers(trending.papers), trending.more) == ([1, 3, 4], 1)
    assert (numbers(author.papers), author.more) == ([2], 0)


def test_a_paper_over_the_limit_of_one_section_goes_to_another() -> None:
    first, second = choose([candidates([1, 2, 3], limit=1), candidates([2, 9], rank=1)], {})
    assert (numbers(first.papers), numbers(second.papers)) == ([1], [2, 9])


def test_mailed_papers_come_back_only_if_their_votes_grew_or_they_are_pinned() -> None:
    mailed = {plain(number).id: MailedPaper(number - 30, AT) for number in (40, 70, 50)}
    (section,) = choose([candidates([40, 70, 1])], mailed)
    assert numbers(section.papers) == [40, 1]
    (pinned,) = choose([candidates([50, 70], again=True)], mailed)
    assert numbers(pinned.papers) == [50, 70]


@pytest.mark.parametrize(
    ("before", "now", "back"),
    [(40, 120, True), (40, 80, True), (40, 79, False), (10, 39, False), (10, 40, True), (None, 30, True),
     (None, 29, False), (0, 30, True), (100, 199, False), (5, None, False), (None, None, False)],
)  # fmt: skip
def test_a_paper_comes_back_with_twice_the_votes_and_thirty_more(
    before: int | None, now: int | None, *, back: bool
) -> None:
    assert comes_back(plain()._replace(upvotes=now), MailedPaper(before, AT)) is back


@pytest.mark.parametrize(
    ("author", "name", "yes"),
    [("Li Yuan", "Li Yuan", True), ("Yuan Li", "Li Yuan", True), ("L. Yuan", "Li Yuan", True),
     ("Émile Borel", "emile borel", True), ("Yuan Wang", "Li Yuan", False), ("L. Y.", "Li Yuan", False),
     ("", "Li Yuan", False), ("Ada Lovelace", "Lovelace", True)],
)  # fmt: skip
def test_is_by_matches_author_names(author: str, name: str, *, yes: bool) -> None:
    assert is_by(Paper("2604.00001", "A", authors=("Somebody Else", author)), name) is yes


_LISTS = st.lists(st.integers(1, 12), max_size=15)
_SECTIONS = st.lists(st.builds(candidates, _LISTS, st.integers(0, 6), st.integers(0, 3)), max_size=5)


@given(_SECTIONS, st.sets(st.integers(1, 12)))
def test_no_paper_is_duplicated_or_lost(sections: list[Candidates], before: set[int]) -> None:
    mailed = {plain(number).id: MailedPaper(number, AT) for number in before}
    chosen = choose(sections, mailed)
    assert [section.candidates for section in chosen] == sections
    shown = [paper.id for section in chosen for paper in section.papers]
    assert len(shown) == len(set(shown))
    assert not set(shown) & set(mailed)
    for section in chosen:
        assert len(section.papers) <= section.candidates.limit
        new = list(dict.fromkeys(paper.id for paper in section.candidates.papers if paper.id not in mailed))
        # The top papers are in the digest, in whichever section.
        assert set(new[: section.candidates.limit]) <= set(shown)
        assert section.more == len(set(new) - set(shown))
        order = [new.index(paper.id) for paper in section.papers]
        assert order == sorted(order)
