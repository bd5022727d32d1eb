"""Options shared by several commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from papertui.cli.arguments import Parser, at_least_one
from papertui.model.filters import SYNONYMS, ListFilter
from papertui.model.ordering import Order


def forms(parser: Parser) -> None:
    """Add ``--json`` and ``--jsonl``."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON array")
    forms.add_argument("--jsonl", action="store_true", help="print one JSON object per line")


def limit(parser: Parser, default: int | None = None, what: str = "papers") -> None:
    """Add ``--limit``."""
    suffix = f" (default: {default})" if default else ""
    parser.add_argument("--limit", type=at_least_one, default=default, metavar="N", help=f"at most N {what}{suffix}")


def sorting(parser: Parser) -> None:
    """Add ``--sort``, ``--reverse`` and ``--filter``."""
    orders = [order.value.label for order in Order if order is not Order.FEED]
    filters = [one.value.label for one in ListFilter if one is not ListFilter.ALL]
    parser.add_argument("--sort", metavar="ORDER", choices=orders, help=f"sort by {_listed(orders)}")
    parser.add_argument("--reverse", action="store_true", help="print the last paper first")
    parser.add_argument(
        "--filter",
        dest="filters",
        action="append",
        metavar="NAME",
        type=lambda text: SYNONYMS.get(text, text),
        choices=filters,
        help=f"only papers that are {_listed(filters)}; repeatable",
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def offline(parser: Parser) -> None:
    """Add ``--offline``."""
    # Suppressed, so that an --offline before the command is kept.
    parser.add_argument("--offline", action="store_true", default=argparse.SUPPRESS, help="do not use the network")


def one_id(parser: Parser) -> None:
    """Add one paper, given by id."""
    parser.add_argument("id", metavar="ID", help="an arXiv id or the URL of a paper")


def many_ids(parser: Parser) -> None:
    """Add several papers, given by id or on stdin."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="arXiv ids or URLs of papers")
    parser.add_argument(
        "--stdin", action="store_true", help="read one id per line; print each when its change is durable"
    )
    offline(parser)


def one_paper(parser: Parser) -> None:
    """Add one paper, ``--offline`` and the output formats."""
    one_id(parser)
    offline(parser)
    forms(parser)
