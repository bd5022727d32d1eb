"""``export``."""

from __future__ import annotations

from papertui.cli.arguments import Parser
from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import limit, offline
from papertui.core.citation import FORMATS

_EXPORT = """\
papertui export > library.bib
  papertui export --format json -o library.json
  papertui export --format biblatex --ids 2604.26951 hep-th/9711200
  papertui export --query "tag:thesis" --append thesis/references.bib
  papertui export --folder ~/notes/papers
  papertui export --zotero

Exported is the library, the newest bookmark first, unless --ids or --query say what else. A paper that is not stored
is fetched. Keys (zhang2026turning) depend on nothing but the paper, so they stay what they are from export to export.
--append adds what FILE.bib does not have yet, told by eprint and DOI, and leaves every letter in it as it is.
--folder writes a note a paper, for Obsidian and its kin: what you write into these files stays, papertui changes its
own part alone. --zotero gives papers to Zotero where it runs on this machine; of the library those it was not given
before. JSON has everything, and “papertui import” reads it back unchanged."""


def add_commands(command: Add) -> None:
    """Adds it by `command`."""
    _export(command("export", "give papers to other tools: BibTeX, RIS, CSL-JSON, Markdown, CSV, Zotero", _EXPORT))


def _export(parser: Parser) -> None:
    parser.add_argument(
        "--format", dest="form", choices=FORMATS, help="in which format (default: told by FILE's name, else bibtex)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--ids", nargs="+", metavar="ID", help="these papers, kept or not")
    which.add_argument("--query", metavar="QUERY", help="what “papertui search” finds, best first")
    parser.add_argument("--in", dest="scope", choices=("library", "archive"), help="where --query searches")
    limit(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="FILE", help="write into FILE, in place of what it holds; - is stdout")
    where.add_argument("--append", metavar="FILE.bib", help="add to FILE.bib what it does not have")
    where.add_argument("--folder", metavar="DIR", help="write a Markdown file a paper into DIR")
    where.add_argument("--zotero", action="store_true", help="give the papers to Zotero on this machine")
    parser.add_argument("--abstracts", action="store_true", help="put abstracts into BibTeX and BibLaTeX, too")
    parser.add_argument("--notes", action="store_true", help="put your notes into BibTeX and BibLaTeX, too")
    offline(parser)
