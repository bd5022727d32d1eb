"""Two accounts of one paper made into one."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.papers import papers
from papertui.core.merge import merge
from papertui.core.paper import Paper

#: Texts none of which is the beginning of another.
_APART = st.sampled_from(["", "alpha", "beta", "gamma"])
_APART_LISTS = st.sampled_from([(), ("Ada",), ("Bo", "Cy"), ("Cy",)])
_POOR = Paper("1", "")
_RICH = Paper(
    "1",
    "Title",
    "An abstract that goes on and on.",
    ("Ada", "Bo"),
    datetime(2026, 4, 29, 18, tzinfo=UTC),
    date(2026, 4, 30),
    33,
    4,
    "https://github.com/a/b",
    312,
    keywords=("k",),
    categories=("cs.CL", "cs.LG"),
    sources=("huggingface",),
)


@settings(deadline=None)
@given(papers(), papers(), st.booleans())
def test_the_order_of_arrival_does_not_matter(one: Paper, other: Paper, newer: bool) -> None:
    assert merge(one, other, newer=newer) == merge(other, one, newer=not newer)


@settings(deadline=None)
@given(papers(), st.booleans())
def test_the_same_account_twice_changes_nothing(paper: Paper, newer: bool) -> None:
    assert merge(paper, paper, newer=newer) == paper


@settings(deadline=None)
@given(*[papers(texts=_APART, lists=_APART_LISTS).filter(lambda paper: paper.sources != ("starter",))] * 3)
def test_accounts_in_order_may_be_bracketed_anyhow(one: Paper, two: Paper, three: Paper) -> None:
    left = merge(merge(one, two, newer=True), three, newer=True)
    assert left == merge(one, merge(two, three, newer=True), newer=True)


@settings(deadline=None)
@given(papers(), papers(), st.booleans())
def test_no_fact_is_ever_erased(one: Paper, other: Paper, newer: bool) -> None:
    both = merge(one, other, newer=newer)
    for name in Paper._fields:
        known = [value for value in (getattr(one, name), getattr(other, name)) if value not in (None, "", ())]
        assert bool(known) == (getattr(both, name) not in (None, "", ()))


def test_a_poorer_account_takes_nothing_away() -> None:
    assert merge(_RICH, _POOR, newer=True) == _RICH
    assert merge(_POOR, _RICH, newer=False) == _RICH


def test_the_later_account_speaks() -> None:
    later = _RICH._replace(title="New title", upvotes=40, stars=None, keywords=("n", "m"))
    both = merge(_RICH, later, newer=True)
    assert (both.title, both.upvotes, both.stars, both.keywords) == ("New title", 40, 312, ("n", "m"))
    late_news = merge(later, _RICH, newer=False)
    assert (late_news.title, late_news.upvotes) == ("New title", 40)


def test_an_abstract_that_was_cut_does_not_replace_the_whole_one() -> None:
    for cut in ("An abstract that goes", "An abstract that goes…", "An abstract that goes ..."):
        assert merge(_RICH, _RICH._replace(abstract=cut), newer=True).abstract == _RICH.abstract
    longer = _RICH.abstract + " And on."
    assert merge(_RICH, _RICH._replace(abstract=longer), newer=True).abstract == longer
    assert merge(_RICH, _RICH._replace(abstract="Another."), newer=True).abstract == "Another."


def test_authors_that_were_cut_do_not_replace_the_whole_list() -> None:
    assert merge(_RICH, _RICH._replace(authors=("Ada",)), newer=True).authors == ("Ada", "Bo")
    assert merge(_RICH, _RICH._replace(authors=("Ada", "Bo", "Cy")), newer=True).authors == ("Ada", "Bo", "Cy")
    assert merge(_RICH, _RICH._replace(authors=("A. L.", "Bo")), newer=True).authors == ("A. L.", "Bo")


def test_first_version_last_day_and_all_sources() -> None:
    other = _RICH._replace(
        published=datetime(2026, 4, 29, tzinfo=UTC),
        featured=date(2026, 4, 28),
        categories=("cs.LG", "cs.AI"),
        sources=("arxiv",),
    )
    both = merge(_RICH, other, newer=True)
    assert both.published == datetime(2026, 4, 29, tzinfo=UTC)
    assert both.featured == date(2026, 4, 30)
    assert both.categories == ("cs.CL", "cs.LG", "cs.AI")
    assert both.sources == ("huggingface", "arxiv")


def test_the_starter_feed_never_overrides() -> None:
    starter = _RICH._replace(title="Old title", upvotes=1, tldr="In short.", sources=("starter",))
    both = merge(_RICH, starter, newer=True)
    assert (both.title, both.upvotes, both.tldr) == ("Title", 33, "In short.")
    assert merge(starter, _RICH._replace(upvotes=2), newer=False).upvotes == 2
