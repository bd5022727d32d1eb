"""Options shared by several commands."""

from __future__ import annotations

import argparse

from papertui.cli.arguments import Parser, at_least_one


def forms(parser: Parser) -> None:
    """Add ``--json`` and ``--jsonl``."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON array")
    forms.add_argument("--jsonl", action="store_true", help="print one JSON object per line")


def limit(parser: Parser, default: int | None = None, what: str = "papers") -> None:
    """Add ``--limit``."""
    suffix = f" (default: {default})" if default else ""
    parser.add_argument("--limit", type=at_least_one, default=default, metavar="N", help=f"at most N {what}{suffix}")


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
