"""``bookmark`` and what belongs to it."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import forms, limit, many_ids

_BOOKMARK = """\
papertui bookmark add 2604.26951
  papertui bookmark list --json"""
_ADD = """\
papertui bookmark add 2604.26951 https://arxiv.org/abs/2604.24927
  papertui list daily --jsonl | jq -r 'select(.upvotes > 50).id' | papertui bookmark add --stdin"""
_REMOVE = """\
papertui bookmark remove 2604.26951
  papertui bookmark list --jsonl | jq -r .id | papertui bookmark remove --stdin"""
_KEPT = """\
papertui bookmark list
  papertui bookmark list --jsonl | jq -r .url"""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    bookmark = commands(command("bookmark", "keep papers, release them, list those kept", _BOOKMARK), "add|remove|list")
    many_ids(bookmark("add", "keep papers in the library", _ADD))
    many_ids(bookmark("remove", "release papers from the library", _REMOVE))
    _kept(bookmark("list", "print the library, the newest bookmark first", _KEPT))


def _kept(parser: Parser) -> None:
    limit(parser)
    forms(parser)
