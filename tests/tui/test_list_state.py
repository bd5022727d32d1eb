from datetime import UTC, datetime

from papertui.model.bookmark import Bookmark
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import ListFilter
from papertui.model.mute import MuteRule
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.trend import PaperContext
from papertui.search.results import Match, Results
from papertui.tui.list_state import ListState, with_departed


def _paper(id_: str, title: str, votes: int | None, day: int) -> Paper:
    return Paper(id_, title, upvotes=votes, published=datetime(2026, 4, day, tzinfo=UTC))


PAPERS = (
    _paper("a", "zeta", 5, 3)._replace(github="https://example.org/a"),
    _paper("b", "Alpha", 90, 1)._replace(stars=7),
    _paper("c", "beta", None, 2)._replace(comments=4),
)
FEED = Feed(FeedName("trending"), PAPERS)


def _ids(state: ListState) -> str:
    return "".join(state.paper(row).id for row in range(state.size))


def _state() -> ListState:
    return ListState(Feed(FeedName("trending"), ())).with_feed(FEED)


def test_every_order() -> None:
    found = [(order.value.label, _ids(_state().with_order(order))) for order in _state().orders]
    assert found == [
        ("feed", "abc"), ("votes", "bac"), ("rising", "abc"), ("foryou", "abc"), ("newest", "acb"), ("stars", "bac"),
        ("comments", "cab"), ("title", "bca"),
    ]  # fmt: skip


def test_the_learned_order_is_that_of_the_scores_once_they_are_known() -> None:
    state = _state().with_order(Order.FOR_YOU)
    assert _ids(state) == "abc"
    assert _ids(state.with_context(PaperContext(liking={"c": 2.0, "a": -1.0, "b": 0.5}))) == "cba"


def test_every_filter() -> None:
    state = _state().with_marks(kept=frozenset("c"), read=frozenset("a"))
    assert _ids(state.with_show(ListFilter.UNREAD)) == "bc"
    assert _ids(state.with_show(ListFilter.KEPT)) == "c"
    assert _ids(state.with_show(ListFilter.CODE)) == "a"
    assert _ids(state.with_show(ListFilter.CODE).with_show(ListFilter.ALL)) == "abc"


def _library() -> ListState:
    at = datetime(2026, 4, 30, tzinfo=UTC)
    a, b, c = PAPERS
    marks = {
        "a": Bookmark(a, at, ("zoo",), "A note.", "read", 2),
        "b": Bookmark(b, at, ("Ants", "zoo"), "", "to read", None),
        "c": Bookmark(c, at, (), "", "reading", 5),
    }
    return (
        ListState(Feed(FeedName("library"), ()))
        .with_feed(FEED._replace(name=FeedName("library")))
        .with_marks(marks=marks)
    )


def test_the_library_by_its_annotations() -> None:
    state = _library()
    assert state.kept == frozenset("abc")
    orders = {order.value.label: _ids(state.with_order(order)) for order in (Order.RATING, Order.STATE, Order.TAGS)}
    assert orders == {"rating": "cab", "state": "cba", "tags": "bac"}
    shows = {
        show.value.label: _ids(state.with_show(show)) for show in state.shows if show not in state.with_feed(FEED).shows
    }
    assert shows == {
        "to-read": "b", "reading": "c", "read": "a", "rated": "ac", "note": "a", "tagged": "ab", "untagged": "c",
    }  # fmt: skip


def test_orders_and_filters_of_the_library_end_with_it() -> None:
    state = _library().with_order(Order.RATING).with_show(ListFilter.RATED).with_selected(frozenset("a"))
    other = state.with_feed(FEED)
    assert (other.order, other.show, other.selected) == (Order.FEED, ListFilter.ALL, frozenset())
    assert Order.RATING not in other.orders
    assert ListFilter.RATED not in other.shows
    again = state.with_feed(state.feed._replace(papers=PAPERS[:2]))
    assert (again.order, again.show, again.selected) == (Order.RATING, ListFilter.RATED, frozenset("a"))


def test_marking_a_paper_removes_no_row() -> None:
    state = _state().with_show(ListFilter.UNREAD)
    marked = state.with_marks(read=frozenset("abc"))
    assert marked.rows is state.rows
    assert _ids(marked) == "abc"


def test_results_are_shown_best_first_in_every_order() -> None:
    state = _state().with_order(Order.TITLE).with_results("q", Results((Match(2, 0.9), Match(0, 0.5)), 2))
    assert _ids(state) == "ca"
    assert _ids(state.with_results("", None)) == "bca"


def test_another_feed_ends_the_search_and_keeps_the_marks() -> None:
    state = _state().with_marks(kept=frozenset("a")).with_results("q", Results((), 0))
    other = state.with_feed(Feed(FeedName("daily", "2026-04-30"), PAPERS[:1]))
    assert (other.query, other.found, other.kept, _ids(other)) == ("", None, frozenset("a"), "a")


def test_votes_from_which_a_paper_stands_out() -> None:
    assert _state().hot == 225
    assert ListState(FEED).with_feed(FEED._replace(papers=())).hot is None


def test_the_row_of_a_paper() -> None:
    state = _state().with_order(Order.VOTES)
    assert state.row_of("a") == 1
    assert state.row_of("z") is None


def test_removed_papers_stay_in_place() -> None:
    def feed(ids: str) -> Feed:
        return Feed(FeedName("library"), tuple(_paper(id_, id_, None, 1) for id_ in ids))

    for old, new, both in (("abc", "abc", "abc"), ("abc", "xbc", "axbc"), ("abcd", "xc", "abxcd"), ("ab", "", "ab")):
        assert "".join(paper.id for paper in with_departed(feed(old), feed(new)).papers) == both


def test_the_library_has_other_orders() -> None:
    orders = [order.value.label for order in _library().orders]
    assert orders == ["feed", "rating", "state", "tags", "votes", "newest", "title"]


def test_the_key_goes_through_filters_in_a_fixed_sequence() -> None:
    def labels(state: ListState) -> list[str]:
        return [show.value.label for show in state.shows]

    assert labels(_state()) == ["all", "unread", "bookmarked", "code", "new"]
    assert labels(_library()) == [
        "all", "to-read", "reading", "read", "rated", "note", "tagged", "untagged", "unread", "code",
    ]  # fmt: skip
    announced = _state().with_feed(FEED._replace(why={"a": "replace", "b": "new"}))
    assert labels(announced) == ["all", "unread", "bookmarked", "code", "new", "replaced"]
    assert (_ids(announced), _ids(announced.with_show(ListFilter.REPLACED))) == ("bc", "a")


_RULE = MuteRule("words", "zeta")


def test_muted_papers_are_shown_by_a_filter_that_is_offered_only_then() -> None:
    state = _state().with_feed(FEED._replace(muted={"a": _RULE}))
    assert (_ids(state), state.total) == ("bc", 2)
    assert state.shows[-1] is ListFilter.MUTED
    muted = state.with_show(ListFilter.MUTED)
    assert (_ids(muted), muted.total, muted.rule("a")) == ("a", 3, _RULE)
    other = muted.with_feed(FEED._replace(name=FeedName("daily", "2026-04-30")))
    assert (other.show, _ids(other)) == (ListFilter.ALL, "abc")


def test_a_bookmark_is_not_muted_even_if_bookmarks_are_read_after_the_feed() -> None:
    state = _state().with_feed(FEED._replace(muted={"a": _RULE, "b": _RULE}))
    assert _ids(state) == "c"
    read = state.with_marks(kept=frozenset("a"))
    assert (_ids(read), read.total, read.rule("a")) == ("ac", 2, None)
    shown = state.with_show(ListFilter.MUTED).with_marks(kept=frozenset("a"))
    assert _ids(shown) == "ab", "no row disappears under the cursor"


def test_a_search_in_the_feed_leaves_muted_papers_out() -> None:
    state = _state().with_feed(FEED._replace(muted={"a": _RULE}))
    found = Results((Match(0, 2.0), Match(1, 1.0)), 2)
    assert _ids(state.with_results("word", found)) == "b"
    assert _ids(state.with_show(ListFilter.MUTED).with_results("word", found)) == "a"


def _found(*places: int, similar: int) -> Results:
    """Return results of which the last `similar` match by another spelling."""
    typed = len(places) - similar
    matches = tuple(Match(place, 1 - 0.1 * row, (), row >= typed) for row, place in enumerate(places))
    return Results(matches, typed, similar)


def test_similar_spellings_follow_the_others() -> None:
    state = _state().with_results("x", _found(2, 0, 1, similar=2))
    assert (_ids(state), state.similar_from, list(state.answering)) == ("cab", 1, [0])
    none = _state().with_results("x", _found(2, 0, similar=2))
    assert (_ids(none), none.similar_from, list(none.answering)) == ("ca", 0, [])
    all_typed = _state().with_results("x", _found(2, 0, similar=0))
    assert (all_typed.similar_from, list(all_typed.answering)) == (None, [0, 1])
    beyond = _state().with_results("x", _found(0, 1, similar=1), beyond=PAPERS[:2], of=9)
    assert (beyond.similar_from, list(beyond.answering)) == (1, [0])
    assert _state().with_results("x", None).similar_from is None
    assert state.with_results("", None).similar_from is None


def test_a_filter_keeps_the_rule_between_the_two_kinds() -> None:
    state = _state().with_marks(kept=frozenset("ab")).with_results("x", _found(2, 0, 1, similar=1))
    kept = state.with_show(ListFilter.KEPT)
    assert (_ids(kept), kept.similar_from) == ("ab", 1)
    assert state.with_marks(kept=frozenset("c")).with_show(ListFilter.KEPT).similar_from is None
