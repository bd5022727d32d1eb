"""``--sort``, ``--reverse``, ``--filter`` and ``--limit``: lists as the keys ``s`` and ``f`` of the app show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from papertui.cli.output import print_message
from papertui.cli.parser import Parser, add_limit
from papertui.errors import UsageError
from papertui.model.feed import MADE_HERE, Feed, FeedName
from papertui.model.filters import SYNONYMS, ListContext, ListFilter, Offered, PaperFilter
from papertui.model.format import grouped
from papertui.model.ordering import Order
from papertui.model.paper import Paper

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.search.results import Results
    from papertui.services.search import SearchHit, SearchResponse, SearchSession

_ORDERS = {order.value.label: order for order in Order if order is not Order.FEED}
_FILTERS = {one.value.label: one for one in ListFilter if one is not ListFilter.ALL}
#: Filters and orders that are offered here are about bookmarks alone.
_OF_BOOKMARKS: Offered = "in the library"
#: Both tables for a help page.
HELP = "\n".join(
    (
        "Orders:",
        *(f"  {label:<10}  {order.value.about}" for label, order in _ORDERS.items()),
        "\nFilters:",
        *(f"  {label:<10}  {one.value.about}" for label, one in _FILTERS.items()),
    )
)


def add_listing_options(parser: Parser, limit: int | None = None) -> None:
    """Add ``--sort``, ``--reverse``, ``--filter`` and ``--limit``."""
    orders, filters = list(_ORDERS), list(_FILTERS)
    parser.add_argument("--sort", metavar="ORDER", choices=orders, help=f"sort by {_alternatives(orders)}")
    parser.add_argument("--reverse", action="store_true", help="reverse the order")
    parser.add_argument(
        "--filter",
        dest="filters",
        action="append",
        metavar="NAME",
        type=lambda text: SYNONYMS.get(text, text),
        choices=filters,
        help=f"only papers that are {_alternatives(filters)}; repeatable",
    )
    add_limit(parser, limit)


def add_similar(parser: Parser) -> None:
    """Add ``--similar`` to a command with a query."""
    parser.add_argument(
        "--similar", action="store_true", help="also papers that match the query only by another spelling"
    )


def add_modes(parser: Parser) -> None:
    """Add ``--meaning`` and ``--words``."""
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--meaning", dest="mode", action="store_const", const="meaning", help="find papers by what the query means"
    )
    modes.add_argument(
        "--words", dest="mode", action="store_const", const="words", help="find papers by the words of the query only"
    )
    parser.set_defaults(mode="auto")


def explain_meaning(context: Context, query: str, results: Results) -> None:
    """Print to stderr whether meaning found the papers."""
    if results.by_meaning and context.args.mode == "auto":
        print_message(f"No title fits the words “{query}”; these papers are found by meaning. --words leaves it out.")
    elif context.args.mode == "meaning" and not results.by_meaning and results.matches:
        print_message(f"The meaning of “{query}” is unknown; these papers are found by its words.")


def explain_spelling(context: Context, query: str, results: Results, shown: int) -> None:
    """Print to stderr which spellings count, and whether more papers match by similar ones."""
    if results.corrected:
        pairs = ", ".join(f"“{meant}” instead of “{typed}”" for typed, meant in results.corrected)
        print_message(f"Showing results for {pairs}.")
    elif shown and not results.total and results.similar:
        print_message(f"No stored paper has “{query}” as typed; these have a similar spelling.")
    more = results.similar if results.total and not context.args.similar else 0
    if more and (context.args.limit is None or results.total < context.args.limit):
        papers = f"{grouped(more)} more papers match" if more > 1 else "1 more paper matches"
        print_message(f"{papers} only by another spelling; --similar includes {'them' if more > 1 else 'it'}.")


def _alternatives(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def is_arranged(context: Context) -> bool:
    """Whether the papers are filtered or sorted, so that all are needed before the limit applies."""
    args = context.args
    return bool(args.sort or args.reverse or args.filters)


def named_filters(context: Context) -> tuple[ListFilter, ...]:
    return tuple(_FILTERS[label] for label in context.args.filters or ())


def with_rules(context: Context, feed: Feed) -> Feed:
    """`feed` with the rules that mute its papers, if ``--filter muted`` asks for those; also the whole archive."""
    if ListFilter.MUTED not in named_filters(context):
        return feed
    return context.services.feeds.with_muted(feed, spare_bookmarks=True, everywhere=True)


def arranged_papers(context: Context, feed: Feed, wanted: PaperFilter) -> Iterator[Paper]:
    """The papers of `feed` to print, in order: filtered and sorted first, then limited."""
    order = _order(context)
    if feed.name.kind == "archive":
        sorted_by = Order.NEWEST if order is Order.FEED else order
        if (archive := context.services.feeds.archive(sorted_by, reverse=context.args.reverse)) is not None:
            feed, order = feed._replace(papers=archive), Order.FEED
    return (feed.papers[place] for place in _places(context, feed, wanted, order))


def answer_query(context: Context, session: SearchSession, query: str) -> SearchResponse:
    """Answer a query.

    Raises:
        UsageError: a part of it is not understood.
    """
    limit = None if is_arranged(context) else context.args.limit
    answer = session.answer(query, limit, similar=context.args.similar, mode=context.args.mode)
    if answer.results.problems:
        raise UsageError(" ".join(answer.results.problems))
    return answer


def arranged_hits(context: Context, answer: SearchResponse) -> list[SearchHit]:
    """The matches to print, in order: filtered and sorted first, then limited."""
    hits = answer.hits()
    feed = with_rules(context, Feed(FeedName("archive"), [hit.paper for hit in hits]))
    places = _places(context, feed, PaperFilter(named_filters(context)), _order(context))
    return [hits[place] for place in places]


def _order(context: Context) -> Order:
    return Order.FEED if context.args.sort is None else _ORDERS[context.args.sort]


def _places(context: Context, feed: Feed, wanted: PaperFilter, order: Order) -> Sequence[int]:
    places: Sequence[int] = range(len(feed.papers))
    if order is not Order.FEED or wanted != PaperFilter() or feed.replaced or feed.muted:
        from papertui.services.feeds import KeptPapers  # noqa: PLC0415 - the help needs no services

        papers = feed.papers
        whole = order.value.offered != _OF_BOOKMARKS and order is not Order.FEED
        if not whole and isinstance(papers, KeptPapers) and all(map(_is_of_bookmarks, wanted.named)):
            papers = [Paper(id_, "") for id_ in papers.ids]  # no need to read the papers
        facts = _facts(context, feed, order, wanted)
        places = [place for place, paper in enumerate(papers) if wanted.matches(paper, facts)]
        places = order.apply(places, papers.__getitem__, facts, reverse=context.args.reverse)
    elif context.args.reverse:
        places = places[::-1]
    return places[: context.args.limit]


def _is_of_bookmarks(one: ListFilter) -> bool:
    """Whether a filter looks at bookmarks and marks only, not at the facts of papers."""
    return one.value.offered == _OF_BOOKMARKS or one in (ListFilter.UNREAD, ListFilter.KEPT)


def _facts(context: Context, feed: Feed, order: Order, wanted: PaperFilter) -> ListContext:
    # The filter by code also looks at the papers of bookmarks.
    bookmarks = context.bookmarks() if ListFilter.CODE in wanted.named else context.annotations()
    return ListContext(
        kept=bookmarks.keys(),
        read=context.services.read_state.read_ids(),
        bookmarks=bookmarks,
        replaced=feed.replaced,
        muted=feed.muted.keys() - bookmarks.keys(),
        speeds=context.services.feeds.context(feed).speeds if order.value.uses_speeds else {},
        new=_new(context, feed) if ListFilter.NEW in wanted.named else frozenset(),
        liking=context.services.feeds.liking(feed) if order.value.uses_liking else {},
    )


def _new(context: Context, feed: Feed) -> AbstractSet[str]:
    """The papers that the app would show as new if it was started now; a command is not a visit."""
    visits = context.services.visits
    return visits.ids() if feed.name.kind in MADE_HERE else visits.in_feed(feed)
