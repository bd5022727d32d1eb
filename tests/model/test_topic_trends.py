"""Which topics rise and fall, and what was read on which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.format import fill_bar, level_bars
from papertui.model.topic_trends import (
    TopicCounter,
    TopicTrends,
    days_query,
    deviation,
    fold_topic,
    reading_weeks,
    topic_query,
)

TODAY = date(2026, 4, 30)
_DAYS = st.integers(-10, 120).map(lambda ago: TODAY - timedelta(days=ago))
_KEYWORDS = st.lists(
    st.sampled_from(["agents", "Agents", "llm agents", "LLM", "vision-language", "a  b", ""]), max_size=4
)
_CATEGORIES = st.lists(st.sampled_from(["cs.CL", "cs.LG", ""]), max_size=2)
_PAPERS = st.lists(st.tuples(_DAYS, _KEYWORDS, _CATEGORIES), max_size=60)
Papers = Sequence[tuple[date, Sequence[str], Sequence[str]]]


def counted(papers: Papers) -> TopicCounter:
    counter = TopicCounter()
    for day, keywords, categories in papers:
        counter.add(day, keywords, categories)
    return counter


def week(ago: int, papers: int, of: int, keyword: str = "agents") -> Papers:
    """Return the papers of a week: `papers` of them with the keyword, `of` in all."""
    day = TODAY - timedelta(days=7 * ago + 1)
    return [(day, (keyword if number < papers else "others",), ()) for number in range(of)]


def trends(papers: Papers, weeks: int = 12) -> TopicTrends:
    made = counted(papers).trends(TODAY, weeks)
    assert made is not None
    return made


def names(made: TopicTrends) -> tuple[list[str], list[str]]:
    return [trend.name for trend in made.rising], [trend.name for trend in made.falling]


def test_a_topic_rises_when_its_share_grows() -> None:
    made = trends([*week(0, 12, 50), *(paper for ago in range(1, 6) for paper in week(ago, 3, 50))])
    (agents,) = (trend for trend in made.rising if trend.name == "agents")
    assert (agents.papers, agents.share, agents.before) == (12, 0.24, 0.06)
    assert agents.history[-2:] == (0.06, 0.24)
    assert agents.history[:6] == (0.0,) * 6
    assert agents.score > 2
    assert (made.papers, made.papers_before, made.first) == (50, 250, date(2026, 4, 23))


def test_a_topic_falls_when_it_is_missing() -> None:
    made = trends([*week(0, 0, 50), *(paper for ago in range(1, 6) for paper in week(ago, 6, 50))])
    assert names(made) == ([], ["agents"])
    assert (made.falling[0].papers, made.falling[0].share) == (0, 0.0)


@pytest.mark.parametrize("papers", [1, 2])
def test_a_few_papers_make_no_trend(papers: int) -> None:
    made = trends([*week(0, papers, 50, "new"), *(paper for ago in range(1, 6) for paper in week(ago, 0, 50))])
    assert "new" not in names(made)[0]


def test_more_papers_with_the_same_share_make_no_trend() -> None:
    made = trends([*week(0, 10, 100), *(paper for ago in range(1, 6) for paper in week(ago, 2, 20))])
    assert names(made) == ([], [])


def test_papers_without_keywords_do_not_count_against_a_keyword() -> None:
    bare: Papers = [(TODAY, (), ())] * 200
    with_bare = trends([*week(0, 6, 50), *bare, *(paper for ago in range(1, 6) for paper in week(ago, 6, 50))])
    assert names(with_bare) == ([], [])


def test_too_few_papers_before_say_nothing() -> None:
    made = trends([*week(0, 20, 20), *week(1, 0, 5)])
    assert (made.is_comparable, made.rising, made.falling) == (False, (), ())
    assert counted([(TODAY - timedelta(days=200), ("agents",), ())]).trends(TODAY) is None


def test_keywords_contain_others_as_the_search_sees_it() -> None:
    before = [paper for ago in range(1, 6) for paper in week(ago, 1, 50)]
    made = trends([*week(0, 6, 50, "Multi-Agents agents"), *before])
    agents = next(trend for trend in made.rising if trend.name == "agents")
    assert agents.papers == 6


def test_the_most_common_spelling_is_shown() -> None:
    spelt = [
        *week(0, 5, 5, "LLM"),
        *week(0, 2, 2, "llm"),
        *(paper for ago in range(1, 6) for paper in week(ago, 0, 20)),
    ]
    assert "LLM" in names(trends(spelt))[0]


def test_categories_are_counted_as_they_are() -> None:
    papers = [(TODAY - timedelta(days=ago), (), ("cs.RO",) if ago < 7 else ("cs.CL",)) for ago in range(70)] * 3
    made = trends(papers)
    assert [(trend.kind, trend.name) for trend in made.rising] == [("category", "cs.RO")]


@given(_PAPERS, st.integers(2, 26), st.randoms())
def test_numbers_agree_whatever_the_order(papers: Papers, weeks: int, random: Random) -> None:
    made = counted(papers).trends(TODAY, weeks)
    shuffled = list(papers)
    random.shuffle(shuffled)
    assert counted(shuffled).trends(TODAY, weeks) == made
    within = [day for day, _, _ in papers if TODAY - timedelta(days=7 * weeks - 1) <= day <= TODAY]
    assert (made is None) == (not within)
    if made is None:
        return
    assert made.last == max(within)
    assert made.papers == sum(made.first <= day <= made.last for day in within)
    for trend in (*made.rising, *made.falling):
        assert len(trend.history) == weeks
        assert all(0 <= share <= 1 for share in (*trend.history, trend.before))
        assert trend.history[-1] == trend.share
        assert trend.papers <= made.papers
        assert abs(trend.score) >= 1
    assert all(trend.score > 0 and trend.papers >= 3 for trend in made.rising)
    assert all(trend.score < 0 for trend in made.falling)


@given(st.integers(0, 50), st.integers(1, 500), st.integers(0, 500), st.integers(1, 5000))
def test_the_deviation_grows_with_the_papers_and_has_the_sign_of_the_difference(
    papers: int, of: int, before: int, of_before: int
) -> None:
    score = deviation(papers, of, before, of_before)
    assert deviation(papers + 1, of, before, of_before) > score
    assert (score > 0) == (papers > before * of / of_before)


@given(st.lists(_DAYS, max_size=30), st.integers(2, 20))
def test_weeks_contain_each_paper_once(days: list[date], weeks: int) -> None:
    made = counted([(day, ("agents",), ()) for day in days]).trends(TODAY, weeks)
    first = TODAY - timedelta(days=7 * weeks - 1)
    within = [day for day in days if first <= day <= TODAY]
    if made is not None:
        shift = TODAY - made.last  # the weeks end with the last day that has papers
        assert made.papers + made.papers_before == sum(first - shift <= day <= made.last for day in days)
        assert dict(made.days)[made.last] == within.count(made.last)


@given(st.lists(_DAYS, max_size=40), st.lists(_DAYS, max_size=40), st.integers(1, 20))
def test_reading_contains_each_mark_once(read: list[date], kept: list[date], weeks: int) -> None:
    made = reading_weeks(read, kept, TODAY, weeks)
    assert [one.monday.weekday() for one in made] == [0] * weeks
    assert made[0].monday <= TODAY <= made[0].last
    days = [day for day in (*read, *kept) if made[-1].monday <= day <= made[0].last]
    assert sum(sum(one.days) for one in made) == len(days)


@given(st.lists(st.floats(0, 1) | st.integers(0, 10**6), max_size=30), st.sampled_from(["▁▂▃▄▅▆▇█", "_.-=^", "ab"]))
def test_upright_bars_grow_with_the_values(values: list[float], levels: str) -> None:
    drawn = [levels.index(letter) for letter in level_bars(values, levels)]
    assert len(drawn) == len(values)
    assert [(value > 0) == (level > 0) for value, level in zip(values, drawn, strict=True)].count(False) == 0
    order = sorted(zip(values, drawn, strict=True))
    assert [level for _, level in order] == sorted(drawn)
    if any(values):
        assert max(drawn) == len(levels) - 1


@given(st.floats(0, 1), st.integers(1, 60), st.sampled_from(["▏▎▍▌▋▊▉█", "="]))
def test_bars_fill_their_share_of_the_width(share: float, width: int, fills: str) -> None:
    drawn = fill_bar(share, width, fills)
    assert (drawn == "") == (share == 0)
    assert abs(len(drawn) - share * width) <= 1
    assert fill_bar(1, width, fills) == fills[-1] * width


@pytest.mark.parametrize("name", ["Vision-Language  Models", "vision language models"])
def test_spellings_of_a_topic_are_equal(name: str) -> None:
    assert fold_topic(name) == "vision language models"


def test_queries_are_those_of_the_search() -> None:
    assert topic_query("keyword", 'so "called" agents') == 'keyword:"so called agents"'
    assert topic_query("category", "cs.CL") == "cat:cs.CL"
    assert days_query(date(2026, 4, 24), TODAY) == "since:2026-04-24 until:2026-04-30"
