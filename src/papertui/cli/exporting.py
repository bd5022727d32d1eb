"""``export``: writes papers in the formats of other tools."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from papertui.citations.formats import Format
from papertui.citations.model import ExportOptions
from papertui.cli.errand import Context
from papertui.cli.output import say, write
from papertui.errors import SourceError, UsageError
from papertui.model.format import grouped, plural
from papertui.model.paper import paper_id
from papertui.services.search import Scope

#: The default limit of “papertui search”. A query of filters only, or within the library, has no limit.
_USUAL = 20
#: Number of skipped files to name.
_NAMED = 5


def export(context: Context) -> int:
    """Export papers; report ids that were not found and export the others."""
    args = context.asked
    if (args.scope or args.limit) and args.query is None:
        raise UsageError("--in and --limit need --query.")
    form = _form(context)
    ids, code = _chosen(context)
    if not ids and ids is not None and (code or args.zotero or args.folder is not None or args.append is not None):
        return code
    if ids is None and not context.bookmarks():
        say("Nothing to export: the library is empty. “papertui bookmark add ID” adds a paper.")
        ids = ()
    choices = ExportOptions(args.abstracts, args.notes)
    if args.zotero:
        _push(context, ids)
    elif args.folder is not None:
        _write_leaves(context, ids)
    elif args.append is not None:
        _append(context, form, ids, choices)
    elif args.output is not None and args.output != "-":
        if ids != ():
            context.services.exporter.write(Path(args.output), form, ids, choices)
    elif ids != () or form in {"json", "csl-json", "csv"}:  # valid files even without papers
        write(context.services.exporter.export(form, ids, choices))
    return code


def _form(context: Context) -> Format:
    """Return the requested format, or the one implied by the file name."""
    args = context.asked
    if args.form is not None:
        form: Format = args.form
        if (args.folder is not None and form != "markdown") or args.zotero:
            raise UsageError(f"--{'zotero' if args.zotero else 'folder'} uses a fixed format; leave out --format.")
        return form
    name = (args.output or "").lower()
    formats: dict[str, Format] = {".bib": "bibtex", ".ris": "ris", ".md": "markdown", ".csv": "csv", ".json": "json"}
    return next((form for end, form in formats.items() if name.endswith(end)), "bibtex")


def _chosen(context: Context) -> tuple[Sequence[str] | None, int]:
    """Return the ids to export (``None`` for the library) and the exit code so far."""
    args = context.asked
    if args.ids is not None:
        return _named(context, [paper_id(text) for text in args.ids])
    if args.query is not None:
        return _found(context, args.query), 0
    return None, 0


def _named(context: Context, ids: Sequence[str]) -> tuple[Sequence[str], int]:
    found: list[str] = []
    code = 0
    for id_ in dict.fromkeys(ids):
        try:
            asyncio.run(context.services.papers.find(id_, offline=context.asked.offline))
            found.append(id_)
        except SourceError as problem:
            say(str(problem))
            code = problem.exit_code
    return found, code


def _found(context: Context, query: str) -> Sequence[str]:
    scope: Scope = context.asked.scope or "everything"
    search = context.services.search.open(scope, context.progress("Indexing"))
    every = scope == "library" or not context.services.search.has_words(query)
    answer = search.answer(query, context.asked.limit or (None if every else _USUAL), fields=False)
    for sentence in answer.results.problems:
        say(sentence)
    ids = tuple(paper.id for paper in answer.papers if paper.id)
    if not ids:
        say(f"Nothing to export: no stored paper matches “{query}”.")
    elif answer.results.total > len(ids):
        say(f"Exporting the best {grouped(len(ids))} of {grouped(answer.results.total)}; --limit N exports more.")
    return ids


def _append(context: Context, form: Format, ids: Sequence[str] | None, choices: ExportOptions) -> None:
    name = context.asked.append
    done = context.services.exporter.append(Path(name), form, ids, choices)
    if done.notice:
        say(done.notice)
    rest = f"; {grouped(done.there)} already there" if done.there else ""
    say(f"{name}: {plural(len(done.added), 'entry', 'entries')} added{rest}.")


def _write_leaves(context: Context, ids: Sequence[str] | None) -> None:
    done = context.services.exporter.leaves(Path(context.asked.folder).expanduser(), ids)
    same = f", {grouped(done.same)} unchanged" if done.same else ""
    say(f"{context.asked.folder}: {plural(done.written, 'note')} written{same}.")
    for name in done.foreign[:_NAMED]:
        say(f"{name} was not written by papertui, or was changed by hand; skipped.")
    if len(done.foreign) > _NAMED:
        say(f"And {grouped(len(done.foreign) - _NAMED)} more skipped.")


def _push(context: Context, ids: Sequence[str] | None) -> None:
    given, before = asyncio.run(context.services.exporter.push(ids))
    rest = f"; {grouped(before)} had been sent before" if before else ""
    say(f"{plural(given, 'paper')} sent to Zotero{rest}.")
