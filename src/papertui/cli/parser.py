"""The whole command line, put together. Light to import."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from papertui.cli.arguments import Parser
from papertui.cli.grammar import export, feeds, history, library, reading, upkeep
from papertui.cli.grammar.commands import commands

SHELLS = ("bash", "zsh", "tcsh")
_ABOUT = "Trending research papers in your terminal. Without a command, papertui opens its screen."
_EPILOG = """\
examples:
  papertui                                  opens the view you left last
  papertui --demo                           has a look around without network
  papertui list daily --limit 10
  papertui search "difusion langauge models"

exit codes:
  0 done   1 a bug   2 usage or settings   3 a source failed and nothing stored could serve   4 the disk
  130 interrupted

A FEED is trending, daily, weekly, monthly, rising (votes that grow fastest), library (what you keep), archive
(everything seen), one that you follow (papertui feeds list), the address of any RSS, Atom or JSON feed, or one of
daily:2026-04-30  weekly:2026-W18  monthly:2026-04  arxiv:cs.CL  arxiv:cs.CL+cs.LG  arxiv-search:QUERY
hf-search:QUERY  keyword:WORDS  author:NAME  submitter:NAME
"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for.

    Beside the options it has ``does``, the name of the command (``list``, ``bookmark add``, empty for the screen), and
    ``parser``, the parser of that command.

    Raises:
        UsageError: it cannot be understood.
        SystemExit: help was asked for, and is printed.
    """
    asked, rest = make_parser().parse_known_args(argv)
    if rest:
        asked.parser.refuse(rest)
    return asked


def make_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(prog="papertui", description=_ABOUT, epilog=_EPILOG)
    parser.set_defaults(does="", parser=parser)
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    parser.add_argument("--feed", dest="view", metavar="FEED", help="open the screen with this view")
    parser.add_argument("--offline", action="store_true", help="do not use the network")
    parser.add_argument("--demo", action="store_true", help="open the screen with the papers that come with papertui")
    parser.add_argument("--completion", choices=SHELLS, help="print a completion script for your shell and leave")
    command = commands(parser, "COMMAND")
    for family in (reading, library, history, export, feeds, upkeep):
        family.add_commands(command)
    return parser
