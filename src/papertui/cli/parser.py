"""The words of the command line: commands, options, and what is said of each. Light to import."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from papertui.errors import UsageError
from papertui.printing.streams import terminal_width

SHELLS = ("bash", "zsh", "tcsh")
#: More of anything is taken as this much.
_MOST = 1_000_000
_SHOWN = 60
_WIDEST = 120

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


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, but not so wide that it is hard to read."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(terminal_width(os.environ), _WIDEST) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises its complaints as `UsageError`, each a sentence that says what to do."""

    def __init__(self, **choices: Any) -> None:  # noqa: ANN401 - argparse's own, which grow with each Python
        super().__init__(allow_abbrev=False, formatter_class=_Layout, **choices)

    def error(self, message: str) -> NoReturn:
        """Raises what argparse found wrong.

        Raises:
            UsageError: always.
        """
        needed = re.fullmatch(r"the following arguments are required: (.+)", message)
        apart = re.fullmatch(r"argument (.+): not allowed with argument (.+)", message)
        wrong = re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL)
        if needed:
            what = f"“{self.prog}” needs {' or '.join(needed[1].rsplit('|', 1)).replace('|', ', ')}."
        elif apart:
            what = f"{apart[2]} and {apart[1]} do not go together; choose one."
        elif wrong:
            what = f"{wrong[1]}: {wrong[2]}."
        else:
            what = f"{message[:1].upper()}{message[1:]}."
        raise UsageError(f"{what} See “{self.prog} --help”.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        # argparse says the same at more length and without the nearest one.
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        name = f"There is no “{self.prog} {_shown(value)}”"
        if action.option_strings:
            name = f"{action.option_strings[-1]} cannot be “{_shown(value)}”"
        raise UsageError(f"{name}{_nearest(value, known)} Choose {', '.join(known)}.")

    def refuse(self, rest: list[str]) -> NoReturn:
        """Complains of arguments that nothing was made of.

        Raises:
            UsageError: always.
        """
        word = next((text for text in rest if text.startswith("-") and text != "-"), rest[0])
        if not word.startswith("-"):
            raise UsageError(
                f"“{self.prog}” takes no further “{_shown(word)}”. Put quotes around words that belong together; "
                f"see “{self.prog} --help”."
            )
        option = word.split("=", 1)[0]
        known = [name for name in self._option_string_actions if name.startswith("--")]
        hint = _nearest(option, known)
        raise UsageError(f"“{self.prog}” has no option “{_shown(option)}”{hint} See “{self.prog} --help”.")


def _nearest(wrong: object, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a slip only

    near = get_close_matches(str(wrong), known, n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _shown(text: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(text)[:_SHOWN])


def at_least_one(text: str) -> int:
    """A number of papers.

    Raises:
        UsageError: it is no whole number from 1 on.
    """
    if text.isascii() and text.isdigit() and (number := int(text[:_SHOWN])) >= 1:
        return min(number, _MOST)
    raise UsageError(f"“{_shown(text)}” is no number of papers. Write a whole number from 1 on, for example 20.")


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
    command = _commands(parser, "COMMAND")
    _list(command("list", "print a feed", _LIST))
    _search(command("search", "find papers among everything stored, best first", _SEARCH))
    _import(command("import", "take in papers from files", _IMPORT))
    _show(command("show", "print one paper", _SHOW))
    _show(command("read", "read a paper's full text", _READ))
    _open(command("open", "open a paper in the browser", _OPEN))
    bookmark = _commands(
        command("bookmark", "keep papers, release them, list those kept", _BOOKMARK), "add|remove|list"
    )
    _ids(bookmark("add", "keep papers in the library", _ADD))
    _ids(bookmark("remove", "release papers from the library", _REMOVE))
    _kept(bookmark("list", "print the library, the newest bookmark first", _KEPT))
    _refresh(command("refresh", "fetch feeds, for example from cron", _REFRESH))
    feeds = _commands(command("feeds", "follow categories, searches, authors and feeds", _FEEDS), _FEEDS_COMMANDS)
    _forms(feeds("list", "print what is followed", _FEEDS_LIST))
    _feeds_add(feeds("add", "follow a feed, which gets a tab", _FEEDS_ADD))
    _feeds_remove(feeds("remove", "follow a feed no more", "papertui feeds remove nlp"))
    _feeds_import(feeds("import", "follow the feeds of another reader's list (OPML)", _FEEDS_IMPORT))
    feeds("export", "print the feeds as a list for other readers (OPML)", "papertui feeds export > feeds.opml")
    doctor = command("doctor", "check that everything works, and say what does not", _DOCTOR)
    doctor.add_argument("--network", action="store_true", help="ask each service a small question, too")
    _offline(doctor)
    config = _commands(command("config", "show the settings, or where they are", _CONFIG), "path|show")
    config("path", "print where the settings are", 'papertui config path\n  $EDITOR "$(papertui config path)"')
    config(
        "show", "print the settings in force, as TOML", "papertui config show\n  papertui config show > settings.toml"
    )
    return parser


def _commands(parser: Parser, metavar: str) -> Callable[[str, str, str], Parser]:
    """Gives `parser` commands; returns what adds one, from its name, what it does, and examples."""
    # Without `prog`, argparse would load modules to lay out a usage line nobody sees.
    made = parser.add_subparsers(title="commands", metavar=metavar, prog=parser.prog, required=" " in parser.prog)

    def add(name: str, short: str, examples: str) -> Parser:
        about = f"{short[:1].upper()}{short[1:]}."
        command = made.add_parser(name, help=short, description=about, epilog=f"examples:\n  {examples}")
        command.set_defaults(does=command.prog.partition(" ")[2], parser=command)
        return command

    return add


_LIST = """\
papertui list
  papertui list daily --limit 10
  papertui list --date 2026-04-30 --json | jq -r '.[].title'
  papertui list hf-search:"diffusion language models"
  papertui list arxiv:cs.CL
  papertui list https://journal.example/feed.xml
  papertui list library --offline"""
_SEARCH = """\
papertui search difusion langauge
  papertui search "sparse attention" --in library --json
  papertui search "author:chen since:2026-03 -survey state space"
  papertui search --like 2604.26951
  papertui search "world models" --online
  printf 'one query\\nanother\\n' | papertui search --stdin

A word may be bound to a field: title: author: abstract: keyword: org: note: id:
Filters: cat:cs.CL tag:todo is:unread|read|bookmarked has:code|note|abstract|doi|project|tldr votes:>20 stars:>100
  comments:>5 since:2026-03 (or 7d) until:2026-03-15 source:arxiv
"words in quotes" stand in this order; -word, -author:NAME and -cat:NAME leave out; like:ID finds papers like one."""
_IMPORT = """\
papertui import arxiv-metadata-oai-snapshot.json.zip
  papertui import 2026-04-30.json query.atom saved-page.txt
  curl ... | papertui import -

Understood are arXiv's metadata snapshot (JSON lines), answers of Hugging Face's daily papers (JSON) and of arXiv's
query API (Atom), and the page of a paper site saved as text; told by what is in a file, not by its name.
An import that was interrupted goes on where it was when the same command is given again."""
_SHOW = """\
papertui show 2604.26951
  papertui show https://huggingface.co/papers/2604.26951 --json"""
_READ = """\
papertui read 2604.26951
  papertui read 2604.26951 | less
  papertui read 2604.26951 --json | jq -r '.[].parts[].text'

The text is what Hugging Face or arXiv have of it; once read, it is there without a network."""
_DOCTOR = """\
papertui doctor
  papertui doctor --network"""
_OPEN = """\
papertui open 2604.26951
  papertui open 2604.26951 --pdf
  BROWSER=firefox papertui open hep-th/9711200"""
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
  papertui feeds add https://journal.example/    (the page names its feed)"""
_FEEDS_IMPORT = """\
papertui feeds import feeds.opml
  cat feeds.opml | papertui feeds import -"""
_CONFIG = """\
papertui config path
  papertui config show"""


def _forms(parser: Parser) -> None:
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON array")
    forms.add_argument("--jsonl", action="store_true", help="print one JSON object a line")


def _limit(parser: Parser, default: int | None = None) -> None:
    told = f" (default: {default})" if default else ""
    parser.add_argument("--limit", type=at_least_one, default=default, metavar="N", help=f"at most N papers{told}")


def _offline(parser: Parser) -> None:
    # Suppressed, so that what was said before the command's name stays.
    parser.add_argument("--offline", action="store_true", default=argparse.SUPPRESS, help="do not use the network")


def _list(parser: Parser) -> None:
    parser.add_argument("feed", nargs="?", metavar="FEED", help="which view (default: trending); see papertui --help")
    spans = parser.add_mutually_exclusive_group()
    spans.add_argument("--date", metavar="DAY", help="the daily papers of a day, for example 2026-04-30")
    spans.add_argument("--week", metavar="WEEK", help="the papers of a week, for example 2026-W18")
    spans.add_argument("--month", metavar="MONTH", help="the papers of a month, for example 2026-04")
    parser.add_argument(
        "--replaced", action="store_true", help="of an arXiv category, the papers that only have a new version"
    )
    _limit(parser)
    _offline(parser)
    _forms(parser)


def _search(parser: Parser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words in any order, whole, begun or misspelt")
    parser.add_argument("--in", dest="scope", choices=("library", "archive"), help="search only there")
    _limit(parser, 20)
    parser.add_argument("--like", metavar="ID", help="find papers that are like this one")
    parser.add_argument("--online", action="store_true", help="ask the service too, and store what it finds")
    parser.add_argument(
        "--stdin", action="store_true", help="read one query a line, answer each with one line of JSON at once"
    )
    _forms(parser)


def _import(parser: Parser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, plain or packed with gzip or zip; - reads what comes in"
    )


def _id(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="an arXiv id, or the address of a paper")


def _show(parser: Parser) -> None:
    _id(parser)
    _offline(parser)
    _forms(parser)


def _open(parser: Parser) -> None:
    _id(parser)
    parser.add_argument("--pdf", action="store_true", help="the PDF, not the page")


def _ids(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="arXiv ids, or addresses of papers")
    parser.add_argument(
        "--stdin", action="store_true", help="read one id a line, print each when its change is durable"
    )
    _offline(parser)


def _kept(parser: Parser) -> None:
    _limit(parser)
    _forms(parser)


def _refresh(parser: Parser) -> None:
    parser.add_argument(
        "feeds", nargs="*", metavar="FEED", help="which views (default: trending, daily and all that you follow)"
    )
    parser.add_argument("--verbose", action="store_true", help="say what was fetched, even when nobody watches")


def _feeds_add(parser: Parser) -> None:
    parser.add_argument("feeds", nargs="+", metavar="FEED", help="what to follow, or the address of a feed or a page")
    parser.add_argument("--title", metavar="TEXT", help="what its tab says (default: what the feed calls itself)")
    _offline(parser)


def _feeds_remove(parser: Parser) -> None:
    parser.add_argument("feeds", nargs="+", metavar="FEED", help="what “papertui feeds list” calls it")


def _feeds_import(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a list of feeds; - reads what comes in")
