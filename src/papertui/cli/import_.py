"""``import``: reads bookmarks and papers from files."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.cli.output import is_terminal, print_message
from papertui.cli.parser import Commands, add_offline
from papertui.errors import SourceError, StoreError, UsageError
from papertui.model.format import grouped, plural

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.cli.import_line import ImportLine
    from papertui.importers.batch import BadRecord, ImportedBookmark, OtherBadRecords
    from papertui.importers.service import ImportResult

_STDIN = Path("/dev/stdin")
_UNITS = {"line": "lines", "entry": "entries"}


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "import",
        "import bookmarks and papers from files",
        """\
papertui import library.json references.bib zotero.ris to-read.txt
  papertui import articles.nbib scholar.enw items.json table.csv notes/*.md
  papertui import arxiv-metadata-oai-snapshot.json.zip
  papertui import 2026-04-30.json query.atom saved-page.txt
  curl ... | papertui import -

Bookmarks are read from papertui's JSON, papertui's list in Markdown, papertui's notes in Markdown, CSV with a header
row, RIS, EndNote (.enw), PubMed (.nbib), Web of Science (plain text), CSL-JSON, BibTeX and BibLaTeX, and lists of arXiv
ids, DOIs or URLs, one per line. The key, type and fields of an entry are kept and exported again.
Existing bookmarks are merged: tags and notes of both are kept. One “papertui undo” undoes the whole import.
Papers are read from arXiv's metadata snapshot (JSON lines), Hugging Face's daily papers (JSON), arXiv's query API
(Atom), and paper sites saved as text.
The format is detected from the content, not from the file name. The search index is made as well. Run the command
again to resume an interrupted import of papers.""",
        import_files,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, plain, gzip or zip; - reads stdin")
    add_offline(parser)


def import_files(context: Context) -> int:
    """Import the files in order; one that cannot be read does not stop the others.

    The bookmarks of all files are added to the library at the end, as one undo step.
    """
    from papertui.cli.import_line import ImportLine  # noqa: PLC0415 - the help shows no progress

    worst = 0
    bookmarks: list[ImportedBookmark] = []
    ids: list[str] = []
    files: list[ImportResult] = []
    line = ImportLine() if is_terminal(sys.stderr) else None
    for name in context.args.files:
        try:
            result = _import(context, _STDIN if name == "-" else Path(name), name, line)
        except UsageError as error:
            print_message(str(error))
            worst = max(worst, error.exit_code)
            continue
        if result.bad and not (result.papers or result.kept or result.ids):
            worst = max(worst, UsageError.exit_code)  # as if its format were unknown
        files.append(result)
        bookmarks += result.kept
        ids += result.ids
    if bookmarks or ids:
        worst = max(worst, _add_bookmarks(context, bookmarks, ids, files))
    if any(file.papers or file.kept for file in files):
        _index(context, line)
    alerts = context.services.alerts
    if sentence := alerts.sentence(alerts.match()):
        print_message(sentence)
    return worst


def _index(context: Context, line: ImportLine | None) -> None:
    """Add what was imported to the search index, so that the first search need not."""
    try:
        context.services.search.update_index(None if line is None else line.indexing)
    except KeyboardInterrupt:
        if line is not None:
            line.clear()
        print_message("Interrupted. All papers are imported; the next import or search completes the index.")
        raise
    except StoreError as error:
        # The papers are in the archive, which is what was asked for.
        print_message(str(error))
    if line is not None:
        line.clear()


def _add_bookmarks(
    context: Context, bookmarks: list[ImportedBookmark], ids: list[str], files: list[ImportResult]
) -> int:
    importer = context.services.bookmark_importer
    result = asyncio.run(importer.take_in(bookmarks, ids, offline=context.args.offline, files=files))
    for sentence in result.missing:
        print_message(sentence)
    parts = [f"{plural(len(result.added), 'bookmark')} added"]
    parts += [f"{grouped(len(result.merged))} merged"] if result.merged else []
    parts += [f"{grouped(result.same)} unchanged"] if result.same else []
    parts += [f"{grouped(len(result.missing))} not found"] if result.missing else []
    print_message(f"{', '.join(parts)}.")
    if result.joined:
        records = plural(len(result.joined), "record")
        print_message(f"{records} joined: the same work as another one. “papertui log” names them.")
    return SourceError.exit_code if result.missing else 0


def _import(context: Context, path: Path, name: str, line: ImportLine | None) -> ImportResult:
    from papertui.importers.service import ImportResult  # noqa: PLC0415 - the help needs no importers

    so_far = ImportResult()

    def report(result: ImportResult) -> None:
        nonlocal so_far
        so_far = result
        if line is not None:
            line.reading(result.done, result.size, result.papers + len(result.kept))

    try:
        result = context.services.importer.run(path, report)
    except KeyboardInterrupt:
        if line is not None:
            line.clear()
        print_message(f"{name}: interrupted. {_summary(so_far)} Run the same command again to resume.")
        raise
    if line is not None:
        line.clear()
    if result.resumed:
        print_message(f"{name}: resumed after {grouped(result.resumed)} lines imported earlier.")
    for notice in result.notices:
        print_message(f"{name}: {notice}")
    print_message(f"{name}: {_summary(result)}")
    _print_bad(name, result.unit, result.first_bad, result.other_bad)
    _print_bad(name, result.unit, result.first_partial, result.other_partial)
    return result


def _print_bad(name: str, unit: str, first: Sequence[BadRecord], others: Sequence[OtherBadRecords]) -> None:
    for bad in first:
        print_message(f"{name}, {unit} {bad.number}: {bad.why}")
    for some in others:
        more = f" and {grouped(some.left)} more" if some.left else ""
        units = unit if some.total == 1 else _UNITS[unit]
        print_message(f"{name}, {units} {some.numbers}{more}: {some.why}")


def _summary(result: ImportResult) -> str:
    bookmarks = len(result.kept) + len(result.ids)
    if bookmarks or (result.unit == "entry" and not result.papers):
        text = f"{plural(bookmarks, 'bookmark')} read"
        text += f", and {plural(result.papers, 'paper')}" if result.papers else ""
    else:
        text = (
            f"{plural(result.papers, 'paper')} read: {grouped(result.added)} new, {grouped(result.changed)} changed, "
            f"{grouped(result.same)} unchanged"
        )
        text += f", {grouped(len(result.joined))} joined" if result.joined else ""
    counts = [f"{plural(result.bad, result.unit, _UNITS[result.unit])} could not be read"] if result.bad else []
    counts += [f"{plural(result.partial, result.unit, _UNITS[result.unit])} only in part"] if result.partial else []
    return f"{text}; {', '.join(counts)}." if counts else f"{text}."
