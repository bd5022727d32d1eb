"""``list``, ``search``, ``import``, ``show``, ``read`` and ``open``."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, limit, offline, one_id, one_paper, sorting
from papertui.model.filters import ListFilter
from papertui.model.ordering import Order

_LIST = """\
papertui list
  papertui list daily --limit 10
  papertui list --date 2026-04-30 --json | jq -r '.[].title'
  papertui list hf-search:"diffusion language models"
  papertui list arxiv:cs.CL
  papertui list https://journal.example/feed.xml
  papertui list library --offline
  papertui list weekly --sort stars --filter code --filter unread --limit 10

Orders:
"""
_LIST += "".join(f"  {order.value.label:<10}  {order.value.about}\n" for order in Order if order is not Order.FEED)
_LIST += "\nFilters:\n"
_LIST += "".join(f"  {one.value.label:<10}  {one.value.about}\n" for one in ListFilter if one is not ListFilter.ALL)
_LIST += """
The keys s and f of the app go through the same ones. --limit applies last."""
_SEARCH = """\
papertui search difusion langauge
  papertui search "sparse attention" --in library --json
  papertui search "author:chen since:2026-03 -survey state space"
  papertui search --like 2604.26951
  papertui search "world models" --online
  papertui search "world models" --sort newest --filter unread
  printf 'one query\\nanother\\n' | papertui search --stdin

Search one field: title: author: abstract: keyword: org: note: id:
Filters: cat:cs.CL tag:todo state:to-read|reading|read rating:4 is:unread|read|bookmarked
  has:code|note|tag|rating|abstract|doi|project|tldr votes:>20 stars:>100 comments:>5 since:2026-03 (or 7d)
  until:2026-03-15 source:arxiv
"words in quotes" match in this order; -word, -author:NAME and -cat:NAME exclude; like:ID finds similar papers.
--sort takes all matches, not only the best, and --limit the first of them; “papertui list --help” explains orders and
filters."""
_IMPORT = """\
papertui import library.json references.bib zotero.ris to-read.txt
  papertui import arxiv-metadata-oai-snapshot.json.zip
  papertui import 2026-04-30.json query.atom saved-page.txt
  curl ... | papertui import -

Bookmarks are read from papertui's JSON export, BibTeX and BibLaTeX, RIS, and lists of arXiv ids, DOIs or URLs, one per
line. Existing bookmarks are merged: tags and notes of both are kept. One “papertui undo” undoes the whole import.
Papers are read from arXiv's metadata snapshot (JSON lines), responses of Hugging Face's daily papers (JSON) and of
arXiv's query API (Atom), and the page of a paper site saved as text.
The format is detected from the content, not from the file name. Run the command again to resume an interrupted
import of papers."""
_SHOW = """\
papertui show 2604.26951
  papertui show https://huggingface.co/papers/2604.26951 --json"""
_READ = """\
papertui read 2604.26951
  papertui read 2604.26951 | less
  papertui read 2604.26951 --json | jq -r '.[].parts[].text'

The text comes from Hugging Face or arXiv. Once read, it is available offline."""
_OPEN = """\
papertui open 2604.26951
  papertui open 2604.26951 --pdf
  BROWSER=firefox papertui open hep-th/9711200"""


def add_commands(command: Add) -> None:
    _list(command("list", "print a feed", _LIST))
    _search(command("search", "search everything stored, best match first", _SEARCH))
    _import(command("import", "import bookmarks and papers from files", _IMPORT))
    one_paper(command("show", "print one paper", _SHOW))
    one_paper(command("read", "read a paper's full text", _READ))
    _open(command("open", "open a paper in the browser", _OPEN))


def _list(parser: Parser) -> None:
    parser.add_argument("feed", nargs="?", metavar="FEED", help="the feed (default: trending); see “papertui --help”")
    spans = parser.add_mutually_exclusive_group()
    spans.add_argument("--date", metavar="DAY", help="daily papers of a day, for example 2026-04-30")
    spans.add_argument("--week", metavar="WEEK", help="papers of a week, for example 2026-W18")
    spans.add_argument("--month", metavar="MONTH", help="papers of a month, for example 2026-04")
    parser.add_argument("--replaced", action="store_true", help="list only new versions of papers (arXiv categories)")
    sorting(parser)
    limit(parser)
    offline(parser)
    forms(parser)


def _search(parser: Parser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words in any order; prefixes and typos match too")
    parser.add_argument("--in", dest="scope", choices=("library", "archive"), help="search only there")
    sorting(parser)
    limit(parser, 20)
    parser.add_argument("--like", metavar="ID", help="find papers similar to this one")
    parser.add_argument("--online", action="store_true", help="ask the services too, and store the results")
    parser.add_argument(
        "--stdin", action="store_true", help="read one query per line; answer each with one line of JSON"
    )
    forms(parser)


def _import(parser: Parser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, plain, gzip or zip; - reads stdin")
    offline(parser)


def _open(parser: Parser) -> None:
    one_id(parser)
    parser.add_argument("--pdf", action="store_true", help="open the PDF instead of the page")
