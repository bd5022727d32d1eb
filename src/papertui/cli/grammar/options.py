"""Options that several commands have."""

from __future__ import annotations

import argparse

from papertui.cli.arguments import Parser, at_least_one


def forms(parser: Parser) -> None:
    """The forms programs read: ``--json`` and ``--jsonl``."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON array")
    forms.add_argument("--jsonl", action="store_true", help="print one JSON object a line")


def limit(parser: Parser, default: int | None = None, what: str = "papers") -> None:
    """``--limit``."""
    told = f" (default: {default})" if default else ""
    parser.add_argument("--limit", type=at_least_one, default=default, metavar="N", help=f"at most N {what}{told}")


def offline(parser: Parser) -> None:
    """``--offline``."""
    # Suppressed, so that what was said before the command's name stays.
    parser.add_argument("--offline", action="store_true", default=argparse.SUPPRESS, help="do not use the network")


def one_id(parser: Parser) -> None:
    """One paper by its id."""
    parser.add_argument("id", metavar="ID", help="an arXiv id, or the address of a paper")


def many_ids(parser: Parser) -> None:
    """Several papers by their ids, or from stdin."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="arXiv ids, or addresses of papers")
    parser.add_argument(
        "--stdin", action="store_true", help="read one id a line, print each when its change is durable"
    )
    offline(parser)


def one_paper(parser: Parser) -> None:
    """One paper and the forms it is printed in."""
    one_id(parser)
    offline(parser)
    forms(parser)
