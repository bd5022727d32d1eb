"""Commands that look: ``list``, ``search``, ``import``, ``show``, ``read``, ``open``."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, limit, offline, one_id, one_paper

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
Filters: cat:cs.CL tag:todo state:to-read|reading|read rating:4 is:unread|read|bookmarked
  has:code|note|tag|rating|abstract|doi|project|tldr votes:>20 stars:>100 comments:>5 since:2026-03 (or 7d)
  until:2026-03-15 source:arxiv
"words in quotes" stand in this order; -word, -author:NAME and -cat:NAME leave out; like:ID finds papers like one."""
_IMPORT = """\
papertui import library.json references.bib zotero.ris to-read.txt
  papertui import arxiv-metadata-oai-snapshot.json.zip
  papertui import 2026-04-30.json query.atom saved-page.txt
  curl ... | papertui import -

Bookmarks come from papertui's own exports (JSON), BibTeX and BibLaTeX, RIS, and lists of arXiv ids, DOIs or addresses,
one a line. Those of papers that are kept already are merged with what is there: tags and notes of both stay. All of
one import is undone by one “papertui undo”.
Papers come from arXiv's metadata snapshot (JSON lines), answers of Hugging Face's daily papers (JSON) and of arXiv's
query API (Atom), and the page of a paper site saved as text.
A file is told by what is in it, not by its name. An import of papers that was interrupted goes on where it was when
the same command is given again."""
_SHOW = """\
papertui show 2604.26951
  papertui show https://huggingface.co/papers/2604.26951 --json"""
_READ = """\
papertui read 2604.26951
  papertui read 2604.26951 | less
  papertui read 2604.26951 --json | jq -r '.[].parts[].text'

The text is what Hugging Face or arXiv have of it; once read, it is there without a network."""
_OPEN = """\
papertui open 2604.26951
  papertui open 2604.26951 --pdf
  BROWSER=firefox papertui open hep-th/9711200"""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    _list(command("list", "print a feed", _LIST))
    _search(command("search", "find papers among everything stored, best first", _SEARCH))
    _import(command("import", "take in bookmarks and papers from files", _IMPORT))
    one_paper(command("show", "print one paper", _SHOW))
    one_paper(command("read", "read a paper's full text", _READ))
    _open(command("open", "open a paper in the browser", _OPEN))


def _list(parser: Parser) -> None:
    parser.add_argument("feed", nargs="?", metavar="FEED", help="which view (default: trending); see papertui --help")
    spans = parser.add_mutually_exclusive_group()
    spans.add_argument("--date", metavar="DAY", help="the daily papers of a day, for example 2026-04-30")
    spans.add_argument("--week", metavar="WEEK", help="the papers of a week, for example 2026-W18")
    spans.add_argument("--month", metavar="MONTH", help="the papers of a month, for example 2026-04")
    parser.add_argument(
        "--replaced", action="store_true", help="of an arXiv category, the papers that only have a new version"
    )
    limit(parser)
    offline(parser)
    forms(parser)


def _search(parser: Parser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words in any order, whole, begun or misspelt")
    parser.add_argument("--in", dest="scope", choices=("library", "archive"), help="search only there")
    limit(parser, 20)
    parser.add_argument("--like", metavar="ID", help="find papers that are like this one")
    parser.add_argument("--online", action="store_true", help="ask the service too, and store what it finds")
    parser.add_argument(
        "--stdin", action="store_true", help="read one query a line, answer each with one line of JSON at once"
    )
    forms(parser)


def _import(parser: Parser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, plain or packed with gzip or zip; - reads what comes in"
    )
    offline(parser)


def _open(parser: Parser) -> None:
    one_id(parser)
    parser.add_argument("--pdf", action="store_true", help="the PDF, not the page")
