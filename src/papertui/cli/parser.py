"""The complete command line. Light to import."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from papertui.cli.arguments import Parser
from papertui.cli.grammar import digest, export, feeds, history, library, pdfs, reading, syncing, upkeep
from papertui.cli.grammar.commands import commands

SHELLS = ("bash", "zsh", "tcsh")
_ABOUT = "Trending research papers in your terminal. Without a command, papertui opens the app."
_EPILOG = """\
examples:
  papertui                                  open the feed you viewed last
  papertui --demo                           look around without a network
  papertui list daily --limit 10
  papertui search "difusion langauge models"

exit codes:
  0 success   1 a bug   2 usage or settings   3 a source failed and no stored copy exists   4 disk   5 mail
  130 interrupted

FEED is trending, daily, weekly, monthly, rising (votes growing fastest), library (your bookmarks), archive (every
stored paper), a feed you follow (see “papertui feeds list”), the URL of an RSS, Atom or JSON feed, or one of
daily:2026-04-30  weekly:2026-W18  monthly:2026-04  arxiv:cs.CL  arxiv:cs.CL+cs.LG  arxiv-search:QUERY
hf-search:QUERY  keyword:WORDS  author:NAME  submitter:NAME
"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the command line.

    Besides the options, the result has ``does``, the name of the command (``list``, ``bookmark add``, empty for the
    app), and ``parser``, the parser of that command.

    Raises:
        UsageError: the command line is invalid.
        SystemExit: the help was printed.
    """
    parsed, rest = make_parser().parse_known_args(argv)
    if rest:
        parsed.parser.refuse(rest)
    return parsed


def make_parser() -> Parser:
    parser = Parser(prog="papertui", description=_ABOUT, epilog=_EPILOG)
    parser.set_defaults(does="", parser=parser)
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--feed", dest="view", metavar="FEED", help="open the app with this feed")
    parser.add_argument("--offline", action="store_true", help="do not use the network")
    parser.add_argument("--demo", action="store_true", help="open the app with the bundled papers")
    parser.add_argument("--completion", choices=SHELLS, help="print a shell completion script")
    command = commands(parser, "COMMAND")
    for family in (reading, pdfs, library, history, export, syncing, feeds, digest, upkeep):
        family.add_commands(command)
    return parser
