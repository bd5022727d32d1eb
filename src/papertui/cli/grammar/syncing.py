"""``sync``, ``sync setup`` and ``sync status``."""

from __future__ import annotations

import argparse

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import forms

_SYNC = """\
papertui sync setup /media/stick/papers.git
  papertui sync
  papertui sync status
  */30 * * * *  papertui sync --quiet          (a line for crontab)"""
_SETUP = """\
papertui sync setup git@example.org:me/papers.git
  papertui sync setup https://forge.example/me/papers.git --auto
  papertui sync setup /media/stick/papers.git    (created if it does not exist)"""
_STATUS = """\
papertui sync status
  papertui sync status --json"""


def add_commands(command: Add) -> None:
    sync = command("sync", "sync the library between machines, over git", _SYNC)
    _quiet(sync, default=False)
    sync.add_argument("--background", action="store_true", help="run without output; keep messages for the next sync")
    below = commands(sync, "[setup|status]", required=False)
    _setup(below("setup", "set the git repository to sync with, and sync", _SETUP))
    forms(below("status", "show pending changes and the last sync", _STATUS))


def _setup(parser: Parser) -> None:
    parser.add_argument("remote", metavar="REMOTE", help="a folder, or the URL of a git repository you can push to")
    parser.add_argument(
        "--auto",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="sync after each change, and when the app opens and closes",
    )
    _quiet(parser, default=argparse.SUPPRESS)


def _quiet(parser: Parser, default: object) -> None:
    parser.add_argument("--quiet", action="store_true", default=default, help="print errors only")
