"""``--sort``, ``--reverse``, ``--filter`` and ``--limit``: lists as the keys ``s`` and ``f`` of the app show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papertui.cli.errand import Context
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import ListContext, ListFilter, PaperFilter
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.services.search import SearchHit, SearchResponse


def is_arranged(context: Context) -> bool:
    """Whether the papers are filtered or sorted, so that all are needed before the limit applies."""
    args = context.asked
    return bool(args.sort or args.reverse or args.filters)


def named_filters(context: Context) -> tuple[ListFilter, ...]:
    return tuple(one for one in ListFilter if one.value.label in (context.asked.filters or ()))


def papers(context: Context, feed: Feed, wanted: PaperFilter) -> Iterator[Paper]:
    """The papers of `feed` to print, in order: filtered and sorted first, then limited."""
    order = _order(context)
    if feed.name.kind == "archive":
        sorted_by = Order.NEWEST if order is Order.FEED else order
        if (archive := context.services.feeds.archive(sorted_by, reverse=context.asked.reverse)) is not None:
            feed, order = feed._replace(papers=archive), Order.FEED
    return (feed.papers[place] for place in _places(context, feed, wanted, order))


def hits(context: Context, answer: SearchResponse) -> list[SearchHit]:
    """The matches to print, in order, without papers removed from the archive in the meantime."""
    feed = Feed(FeedName("archive"), answer.papers)
    chosen = _places(context, feed, PaperFilter(named_filters(context)), _order(context))
    found = [SearchHit(answer.papers[place], answer.results.matches[place]) for place in chosen]
    return [hit for hit in found if hit.paper.id]


def _order(context: Context) -> Order:
    return next((order for order in Order if order.value.label == context.asked.sort), Order.FEED)


def _places(context: Context, feed: Feed, wanted: PaperFilter, order: Order) -> Sequence[int]:
    args = context.asked
    chosen: Sequence[int] = range(len(feed.papers))
    if order is not Order.FEED or wanted != PaperFilter() or feed.replaced:
        facts = _facts(context, feed, order)
        chosen = [place for place, paper in enumerate(feed.papers) if wanted.matches(paper, facts)]
        chosen = order.apply(chosen, feed.papers.__getitem__, facts)
    if args.reverse:
        chosen = chosen[::-1]
    return chosen[: args.limit]


def _facts(context: Context, feed: Feed, order: Order) -> ListContext:
    bookmarks = context.bookmarks()
    return ListContext(
        kept=bookmarks.keys(),
        read=context.services.read_state.read_ids(),
        bookmarks=bookmarks,
        replaced=feed.replaced,
        speeds=context.services.feeds.context(feed).speeds if order is Order.RISING else {},
    )
