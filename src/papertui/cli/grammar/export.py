"""``export``."""

from __future__ import annotations

from papertui.citations.formats import FORMATS
from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import limit, offline

_EXPORT = """\
papertui export > library.bib
  papertui export --format json -o library.json
  papertui export --format biblatex --ids 2604.26951 hep-th/9711200
  papertui export --query "tag:thesis" --append thesis/references.bib
  papertui export --folder ~/notes/papers
  papertui export --zotero

Exports the library, the newest bookmark first, unless --ids or --query select other papers. Papers that are not stored
are fetched. Citation keys (zhang2026turning) depend only on the paper, so they are the same in every export.
--append adds the entries that FILE.bib lacks, compared by eprint and DOI, and never changes existing text.
--folder writes one note per paper, for Obsidian and similar tools. Your own text in these files is kept; papertui
updates only its part. --zotero sends papers to Zotero on this machine; without --ids or --query only those not sent
before. JSON contains everything, and “papertui import” reads it back unchanged."""


def add_commands(command: Add) -> None:
    _export(command("export", "export papers: BibTeX, RIS, CSL-JSON, Markdown, CSV, JSON, Zotero", _EXPORT))


def _export(parser: Parser) -> None:
    parser.add_argument(
        "--format", dest="form", choices=FORMATS, help="output format (default: from the name of FILE, else bibtex)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--ids", nargs="+", metavar="ID", help="export these papers, bookmarked or not")
    which.add_argument("--query", metavar="QUERY", help="export the matches of a search, best first")
    parser.add_argument("--in", dest="scope", choices=("library", "archive"), help="search only there")
    limit(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="FILE", help="write to FILE, replacing it; - is stdout")
    where.add_argument("--append", metavar="FILE.bib", help="add missing entries to FILE.bib")
    where.add_argument("--folder", metavar="DIR", help="write one Markdown file per paper to DIR")
    where.add_argument("--zotero", action="store_true", help="send the papers to Zotero on this machine")
    parser.add_argument("--abstracts", action="store_true", help="include abstracts in BibTeX and BibLaTeX")
    parser.add_argument("--notes", action="store_true", help="include your notes in BibTeX and BibLaTeX")
    offline(parser)
