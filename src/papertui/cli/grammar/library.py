"""``bookmark`` and what belongs to it."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import forms, limit, many_ids, one_id

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
  papertui bookmark list --jsonl | jq -r .url"""
_TAG = """\
papertui bookmark tag 2604.26951 +todo -old
  papertui bookmark tag 2604.26951 2604.24927 "+to cite"
  papertui bookmark list --tag old --jsonl | jq -r .id | papertui bookmark tag --stdin -old

+todo gives the tag todo, -todo takes it away. A paper that is stored but not kept is kept first."""
_TAGS = """\
papertui bookmark tags
  papertui bookmark tags --rename todo to-read     (merges the two where there is a to-read already)"""
_NOTE = """\
papertui bookmark note 2604.26951
  papertui bookmark note 2604.26951 "Compare with their table 3."
  papertui bookmark note 2604.26951 --edit
  papertui bookmark note 2604.26951 - < note.md
  papertui bookmark note 2604.26951 ""             (takes the note away)"""
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

A collection is a query under a name: what is in it is found anew each time."""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    bookmark = commands(command("bookmark", "keep papers, and say something of them", _BOOKMARK), _COMMANDS)
    many_ids(bookmark("add", "keep papers in the library", _ADD))
    many_ids(bookmark("remove", "release papers from the library", _REMOVE))
    _kept(bookmark("list", "print the library, the newest bookmark first", _KEPT))
    _tag(bookmark("tag", "give papers tags, and take tags from them", _TAG))
    _tags(bookmark("tags", "print the tags in use, or rename one", _TAGS))
    _note(bookmark("note", "write a note on a paper, or print it", _NOTE))
    _last(bookmark("state", "say how far the reading of papers is", _STATE), "STATE", "to-read, reading or read")
    _last(bookmark("rate", "judge papers, from 1 to 5", _RATE), "RATING", "1 to 5, or none")
    _collections(bookmark("collections", "print, save or drop saved queries", _COLLECTIONS))


def _kept(parser: Parser) -> None:
    parser.add_argument(
        "--tag", dest="tags", action="append", metavar="TAG", help="only what bears this tag; may be repeated"
    )
    parser.add_argument("--state", metavar="STATE", help="only what is to-read, reading or read")
    parser.add_argument("--rating", metavar="N", help="only what is rated N or better, or none")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--query", help="only what fits a search, best first")
    which.add_argument("--collection", metavar="NAME", help="only what a saved query finds")
    limit(parser)
    forms(parser)


def _tag(parser: Parser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="ID|+TAG|-TAG", help="papers, tags to give and tags to take away, in any order"
    )
    parser.take_minus("minus")
    _stdin(parser)


def _tags(parser: Parser) -> None:
    parser.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="give a tag another name wherever it is")
    forms(parser)


def _note(parser: Parser) -> None:
    one_id(parser)
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the note; - reads it from stdin (default: print it)")
    parser.add_argument("--edit", action="store_true", help="write it with $VISUAL or $EDITOR")


def _last(parser: Parser, metavar: str, told: str) -> None:
    parser.add_argument("words", nargs="+", metavar=f"ID... {metavar}", help=f"papers, and behind them {told}")
    _stdin(parser)


def _collections(parser: Parser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), help="save a query under a name")
    which.add_argument("--drop", metavar="NAME", help="forget a saved query; the papers stay")
    forms(parser)


def _stdin(parser: Parser) -> None:
    parser.add_argument(
        "--stdin", action="store_true", help="read one id a line, print each when its change is durable"
    )
