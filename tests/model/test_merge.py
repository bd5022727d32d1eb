"""Merging the records of one paper."""

from datetime import UTC, date, datetime
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from kit.papers import papers
from papertui.model.merge import Provenance, Stamp, account, merge
from papertui.model.paper import Paper

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
_SOURCES = st.sampled_from(["huggingface", "arxiv", "file", "a.example", "b.example", "starter"])
#: Few values and few times, so that two records often agree or differ in a single fact.
_TEXTS = st.sampled_from(["", "alpha", "beta", "beta…", "alpha and beta"])
_ACCOUNTS = st.builds(
    lambda paper, source, moment: account(paper._replace(sources=(source,)), moment),
    papers(texts=_TEXTS, lists=st.sampled_from([(), ("Ada",), ("Ada", "Bo")])),
    _SOURCES,
    st.integers(1, 3),
)


def later(one: Paper, other: Paper) -> Paper:
    """Merge `one` with the later `other`."""
    return merge(account(one, 1), account(other, 2)).paper


@given(
    st.lists(_ACCOUNTS, min_size=1, max_size=6).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some)))
)
def test_merge_is_commutative(both: tuple[list[Provenance], list[Provenance]]) -> None:
    records, shuffled = both
    assert reduce(merge, records) == reduce(merge, shuffled)


@given(_ACCOUNTS, _ACCOUNTS, _ACCOUNTS)
def test_merge_is_associative(one: Provenance, two: Provenance, three: Provenance) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(_ACCOUNTS, _ACCOUNTS)
def test_merge_is_idempotent(one: Provenance, other: Provenance) -> None:
    both = merge(one, other)
    assert merge(both, one) == merge(both, other) == merge(both, both) == both


@given(_ACCOUNTS, _ACCOUNTS)
def test_no_fact_is_ever_erased(one: Provenance, other: Provenance) -> None:
    both = merge(one, other).paper
    # A date of which everything is known may replace one with a precision.
    for name in set(Paper._fields) - {"precision"}:
        values = (getattr(one.paper, name), getattr(other.paper, name))
        known = [value for value in values if value not in (None, "", ())]
        assert bool(known) == (getattr(both, name) not in (None, "", ()))


def test_a_record_with_fewer_facts_removes_nothing() -> None:
    poor = _POOR._replace(sources=_RICH.sources)
    assert later(_RICH, poor) == later(poor, _RICH) == _RICH


def test_the_later_record_of_one_source_wins() -> None:
    news = _RICH._replace(title="New title", upvotes=40, stars=None, keywords=("n", "m"))
    both = later(_RICH, news)
    assert (both.title, both.upvotes, both.stars, both.keywords) == ("New title", 40, 312, ("n", "m"))
    late = merge(account(news, 2), account(_RICH, 1)).paper
    assert late == both


def test_the_original_source_wins_over_later_ones() -> None:
    arxiv = _RICH._replace(title="$\\lambda$", abstract="Arxiv's.", upvotes=None, keywords=(), sources=("arxiv",))
    blog = _RICH._replace(title="Blog", abstract="Blog's.", upvotes=None, tldr="In short.", sources=("a.example",))
    for order in ((_RICH, arxiv, blog), (arxiv, blog, _RICH), (blog, _RICH, arxiv)):
        both = reduce(merge, [account(paper, moment) for moment, paper in enumerate(order)]).paper
        assert (both.title, both.abstract, both.upvotes, both.tldr) == ("$\\lambda$", "Arxiv's.", 33, "In short.")
        assert both.sources == ("huggingface", "arxiv", "a.example")


def test_each_fact_keeps_its_provenance() -> None:
    votes = _POOR._replace(upvotes=40, sources=("huggingface",))
    both = merge(account(_RICH, 5), account(votes, 9))
    assert both.stamp == Stamp(3, 5)
    assert both.others == {"upvotes": Stamp(3, 9)}
    assert merge(both, account(_RICH._replace(upvotes=35), 7)).paper.upvotes == 40


def test_a_truncated_abstract_does_not_replace_a_complete_one() -> None:
    for cut in ("An abstract that goes…", "An abstract that goes ..."):
        assert later(_RICH, _RICH._replace(abstract=cut)).abstract == _RICH.abstract
    assert later(_RICH._replace(abstract="Cut…"), _RICH).abstract == _RICH.abstract
    assert later(_RICH, _RICH._replace(abstract="Another.")).abstract == "Another."


def test_earliest_version_latest_day_and_all_sources() -> None:
    other = _RICH._replace(
        published=datetime(2026, 4, 29, tzinfo=UTC), featured=date(2026, 4, 28), categories=("cs.LG", "cs.AI")
    )
    both = later(_RICH, other)
    assert both.published == datetime(2026, 4, 29, tzinfo=UTC)
    assert both.featured == date(2026, 4, 30)
    assert both.categories == ("cs.LG", "cs.AI")
    arxiv = _RICH._replace(published=datetime(2026, 4, 30, 17, tzinfo=UTC), sources=("arxiv",))
    assert later(arxiv, other).published == arxiv.published


def test_the_starter_feed_never_overrides_a_fact() -> None:
    starter = _RICH._replace(title="Old title", upvotes=1, tldr="In short.", sources=("starter",))
    both = later(_RICH, starter)
    assert (both.title, both.upvotes, both.tldr) == ("Title", 33, "In short.")
    assert both.sources == ("huggingface", "starter")
