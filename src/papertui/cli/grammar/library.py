"""``bookmark`` and its subcommands."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import forms, limit, many_ids, one_id, sorting

_COMMANDS = "add|remove|list|tag|note|..."
_BOOKMARK = """\
papertui bookmark add 2604.26951
  papertui bookmark tag 2604.26951 +todo -old
  papertui bookmark list --tag todo --json"""
_ADD = """\
papertui bookmark add 2604.26951 https://arxiv.org/abs/2604.24927
  papertui list daily --jsonl | jq -r 'select(.upvotes > 50).id' | papertui bookmark add --stdin"""
_REMOVE = """\
papertui bookmark remove 2604.26951
  papertui bookmark list --jsonl | jq -r .id | papertui bookmark remove --stdin"""
_KEPT = """\
papertui bookmark list
  papertui bookmark list --tag todo --state to-read
  papertui bookmark list --rating 4 --query "sparse attention"
  papertui bookmark list --collection survey
  papertui bookmark list --sort rating --filter note
  papertui bookmark list --jsonl | jq -r .url"""
_TAG = """\
papertui bookmark tag 2604.26951 +todo -old
  papertui bookmark tag 2604.26951 2604.24927 "+to cite"
  papertui bookmark list --tag old --jsonl | jq -r .id | papertui bookmark tag --stdin -old

+todo adds the tag todo, -todo removes it. A stored paper without a bookmark is bookmarked first."""
_TAGS = """\
papertui bookmark tags
  papertui bookmark tags --rename todo to-read     (merges the two if to-read exists)"""
_NOTE = """\
papertui bookmark note 2604.26951
  papertui bookmark note 2604.26951 "Compare with their table 3."
  papertui bookmark note 2604.26951 --edit
  papertui bookmark note 2604.26951 - < note.md
  papertui bookmark note 2604.26951 ""             (removes the note)"""
_STATE = """\
papertui bookmark state 2604.26951 reading
  papertui bookmark state 2604.26951 2604.24927 read"""
_RATE = """\
papertui bookmark rate 2604.26951 5
  papertui bookmark rate 2604.26951 2604.24927 none"""
_COLLECTIONS = """\
papertui bookmark collections
  papertui bookmark collections --save survey "tag:survey sparse attention"
  papertui bookmark collections --drop survey
  papertui bookmark list --collection survey

A collection is a saved query of the library. It is evaluated each time it is used."""


def add_commands(command: Add) -> None:
    bookmark = commands(command("bookmark", "add, remove, list and annotate bookmarks", _BOOKMARK), _COMMANDS)
    many_ids(bookmark("add", "bookmark papers", _ADD))
    many_ids(bookmark("remove", "remove bookmarks", _REMOVE))
    _kept(bookmark("list", "list bookmarks, newest first", _KEPT))
    _tag(bookmark("tag", "add or remove tags", _TAG))
    _tags(bookmark("tags", "list the tags in use, or rename one", _TAGS))
    _note(bookmark("note", "write or print the note on a paper", _NOTE))
    _last(bookmark("state", "set the reading state", _STATE), "STATE", "to-read, reading or read")
    _last(bookmark("rate", "rate papers from 1 to 5", _RATE), "RATING", "1 to 5, or none")
    _collections(bookmark("collections", "list, save or delete saved queries", _COLLECTIONS))


def _kept(parser: Parser) -> None:
    parser.add_argument("--tag", dest="tags", action="append", metavar="TAG", help="only with this tag; repeatable")
    parser.add_argument("--state", metavar="STATE", help="only in this state: to-read, reading or read")
    parser.add_argument("--rating", metavar="N", help="only rated N or higher; none: only without a rating")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--query", help="only matches of this query, best first")
    which.add_argument("--collection", metavar="NAME", help="only matches of this saved query")
    sorting(parser)
    limit(parser)
    forms(parser)


def _tag(parser: Parser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="ID|+TAG|-TAG", help="papers, tags to add and tags to remove, in any order"
    )
    parser.take_minus("minus")
    _stdin(parser)


def _tags(parser: Parser) -> None:
    parser.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="rename a tag on all bookmarks")
    forms(parser)


def _note(parser: Parser) -> None:
    one_id(parser)
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the note; - reads stdin (default: print the note)")
    parser.add_argument("--edit", action="store_true", help="edit the note in $VISUAL or $EDITOR")


def _last(parser: Parser, metavar: str, values: str) -> None:
    parser.add_argument("words", nargs="+", metavar=f"ID... {metavar}", help=f"papers, followed by {values}")
    _stdin(parser)


def _collections(parser: Parser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), help="save a query under a name")
    which.add_argument("--drop", metavar="NAME", help="delete a saved query; its papers stay")
    forms(parser)


def _stdin(parser: Parser) -> None:
    parser.add_argument(
        "--stdin", action="store_true", help="read one id per line; print each when its change is durable"
    )
