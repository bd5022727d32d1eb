"""``export``: writes papers in the formats of other tools."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.citations.formats import FORMATS, Format
from papertui.citations.model import ExportOptions
from papertui.cli.listing import add_similar, explain_spelling
from papertui.cli.output import print_message, write
from papertui.cli.parser import Commands, add_limit, add_offline
from papertui.errors import SourceError, UsageError
from papertui.model.format import grouped, plural
from papertui.model.paper import paper_ids

if TYPE_CHECKING:
    from papertui.cli.context import Context

#: The default limit of “papertui search”. A query of filters only, or within the library, has no limit.
_DEFAULT_LIMIT = 20
#: Skipped files that are named.
_MOST_NAMED = 5


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "export",
        "export papers: BibTeX, RIS, CSL-JSON, Markdown, CSV, JSON, Zotero",
        """\
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
before. JSON contains everything, and “papertui import” reads it back unchanged.""",
        export_papers,
    )
    parser.add_argument("--format", choices=FORMATS, help="output format (default: from the name of FILE, else bibtex)")
    papers = parser.add_mutually_exclusive_group()
    papers.add_argument("--ids", nargs="+", metavar="ID", help="export these papers, bookmarked or not")
    papers.add_argument("--query", metavar="QUERY", help="export the matches of a search, best first")
    parser.add_argument(
        "--in", dest="scope", choices=("library", "archive"), help="search only the library or the archive"
    )
    add_limit(parser)
    add_similar(parser)
    target = parser.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", help="write to FILE, replacing it; - is stdout")
    target.add_argument("--append", metavar="FILE.bib", help="add missing entries to FILE.bib")
    target.add_argument("--folder", metavar="DIR", help="write one Markdown file per paper to DIR")
    target.add_argument("--zotero", action="store_true", help="send the papers to Zotero on this machine")
    parser.add_argument("--abstracts", action="store_true", help="include abstracts in BibTeX and BibLaTeX")
    parser.add_argument("--notes", action="store_true", help="include your notes in BibTeX and BibLaTeX")
    add_offline(parser)


def export_papers(context: Context) -> int:
    """Export papers; report ids that were not found and export the others."""
    args = context.args
    if (args.scope or args.limit or args.similar) and args.query is None:
        raise UsageError("--in, --limit and --similar need --query.")
    output_format = _format(context)
    ids, code = _ids(context)
    if not ids and ids is not None and (code or args.zotero or args.folder is not None or args.append is not None):
        return code
    if ids is None and not context.bookmarks():
        print_message("Nothing to export: the library is empty. “papertui bookmark add ID” adds a paper.")
        ids = ()
    options = ExportOptions(args.abstracts, args.notes)
    if args.zotero:
        _push(context, ids)
    elif args.folder is not None:
        _write_notes(context, ids)
    elif args.append is not None:
        _append(context, output_format, ids, options)
    elif args.output is not None and args.output != "-":
        if ids != ():
            context.services.exporter.write(Path(args.output), output_format, ids, options)
    elif ids != () or output_format in {"json", "csl-json", "csv"}:  # valid files even without papers
        write(context.services.exporter.export(output_format, ids, options))
    return code


def _format(context: Context) -> Format:
    """Return the requested format, or the one implied by the file name."""
    args = context.args
    if args.format is not None:
        chosen: Format = args.format
        if (args.folder is not None and chosen != "markdown") or args.zotero:
            raise UsageError(f"--{'zotero' if args.zotero else 'folder'} uses a fixed format; leave out --format.")
        return chosen
    name = (args.output or "").lower()
    suffixes: dict[str, Format] = {".bib": "bibtex", ".ris": "ris", ".md": "markdown", ".csv": "csv", ".json": "json"}
    return next((suffixes[suffix] for suffix in suffixes if name.endswith(suffix)), "bibtex")


def _ids(context: Context) -> tuple[Sequence[str] | None, int]:
    """Return the ids to export (``None`` for the library) and the exit code so far."""
    args = context.args
    if args.ids is not None:
        return _findable(context, paper_ids(args.ids))
    if args.query is not None:
        return _matches(context, args.query), 0
    return None, 0


def _findable(context: Context, ids: Sequence[str]) -> tuple[Sequence[str], int]:
    found: list[str] = []
    code = 0
    for id_ in dict.fromkeys(ids):
        try:
            asyncio.run(context.services.papers.find(id_, offline=context.args.offline))
            found.append(id_)
        except SourceError as error:
            print_message(str(error))
            code = error.exit_code
    return found, code


def _matches(context: Context, query: str) -> Sequence[str]:
    args = context.args
    context.services.search.check(query)
    session = context.open_search(args.scope)
    unlimited = args.scope == "library" or not context.services.search.has_words(query)
    limit = args.limit or (None if unlimited else _DEFAULT_LIMIT)
    answer = session.answer(query, limit, fields=False, similar=args.similar)
    if answer.results.problems:
        raise UsageError(" ".join(answer.results.problems))
    results = answer.results
    # A file of other papers than those asked for would be worse than none.
    hits = answer.hits() if results.total or args.similar else []
    if not hits:
        hint = f" {_similar(results.similar)}" if results.similar else ""
        print_message(f"Nothing to export: no stored paper matches “{query}”{' as typed' if hint else ''}.{hint}")
        return ()
    explain_spelling(context, query, results, len(hits))
    total = results.total + (results.similar if args.similar else 0)
    if total > len(hits):
        print_message(f"Exporting the best {grouped(len(hits))} of {grouped(total)}; --limit N exports more.")
    return tuple(hit.paper.id for hit in hits)


def _similar(count: int) -> str:
    verb = "have" if count > 1 else "has"
    return f"{plural(count, 'paper')} {verb} a similar spelling; --similar exports {'them' if count > 1 else 'it'}."


def _append(context: Context, output_format: Format, ids: Sequence[str] | None, options: ExportOptions) -> None:
    name = context.args.append
    result = context.services.exporter.append(Path(name), output_format, ids, options)
    if result.notice:
        print_message(result.notice)
    rest = f"; {grouped(result.already_there)} already in the file" if result.already_there else ""
    print_message(f"{name}: {plural(len(result.added), 'entry', 'entries')} added{rest}.")


def _write_notes(context: Context, ids: Sequence[str] | None) -> None:
    result = context.services.exporter.leaves(Path(context.args.folder).expanduser(), ids)
    same = f", {grouped(result.same)} unchanged" if result.same else ""
    print_message(f"{context.args.folder}: {plural(result.written, 'note')} written{same}.")
    for name in result.foreign[:_MOST_NAMED]:
        print_message(f"{name} was not written by papertui, or was changed by hand; skipped.")
    if len(result.foreign) > _MOST_NAMED:
        print_message(f"And {grouped(len(result.foreign) - _MOST_NAMED)} more skipped.")


def _push(context: Context, ids: Sequence[str] | None) -> None:
    sent, sent_before = asyncio.run(context.services.exporter.push(ids))
    rest = f"; {grouped(sent_before)} had been sent before" if sent_before else ""
    print_message(f"{plural(sent, 'paper')} sent to Zotero{rest}.")
