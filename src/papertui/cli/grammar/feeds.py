"""``refresh`` and ``feeds``."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import forms, offline

_REFRESH = """\
papertui refresh
  papertui refresh trending arxiv:cs.CL --verbose
  0 7 * * 1-5  papertui refresh          (a line for crontab)"""
_FEEDS_COMMANDS = "list|add|remove|import|export"
_FEEDS = """\
papertui feeds add arxiv:cs.CL
  papertui feeds add keyword:"state space model"
  papertui feeds add https://journal.example/
  papertui feeds list"""
_FEEDS_LIST = """\
papertui feeds list
  papertui feeds list --jsonl | jq -r .key"""
_FEEDS_ADD = """\
papertui feeds add arxiv:cs.CL+cs.LG --title NLP
  papertui feeds add author:"Yoshua Bengio" arxiv-search:'abs:"sparse attention"' hf-search:diffusion
  papertui feeds add https://journal.example/    (the page links to its feed)"""
_FEEDS_IMPORT = """\
papertui feeds import feeds.opml
  cat feeds.opml | papertui feeds import -"""


def add_commands(command: Add) -> None:
    _refresh(command("refresh", "fetch feeds, for example from cron", _REFRESH))
    feeds = commands(command("feeds", "follow categories, searches, authors and feeds", _FEEDS), _FEEDS_COMMANDS)
    forms(feeds("list", "list the feeds you follow", _FEEDS_LIST))
    _feeds_add(feeds("add", "follow feeds; each gets a tab", _FEEDS_ADD))
    _feeds_remove(feeds("remove", "unfollow feeds", "papertui feeds remove nlp"))
    _feeds_import(feeds("import", "follow the feeds in an OPML file", _FEEDS_IMPORT))
    feeds("export", "print the feeds as OPML", "papertui feeds export > feeds.opml")


def _refresh(parser: Parser) -> None:
    parser.add_argument(
        "feeds", nargs="*", metavar="FEED", help="feeds to fetch (default: trending, daily and all you follow)"
    )
    parser.add_argument("--verbose", action="store_true", help="report every feed, also without a terminal")


def _feeds_add(parser: Parser) -> None:
    parser.add_argument("feeds", nargs="+", metavar="FEED", help="a FEED, or the URL of a feed or page")
    parser.add_argument("--title", metavar="TEXT", help="title of its tab (default: the title of the feed)")
    offline(parser)


def _feeds_remove(parser: Parser) -> None:
    parser.add_argument("feeds", nargs="+", metavar="FEED", help="a key from “papertui feeds list”")


def _feeds_import(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="an OPML file; - reads stdin")
