"""``export``: writes papers in the formats of other tools."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from papertui.cli.errand import Errand
from papertui.core.citation import Choices, Format
from papertui.core.paper import paper_id
from papertui.core.wording import grouped, plural
from papertui.desk.backroom import back_room
from papertui.desk.finding import Scope
from papertui.errors import SourceError, UsageError
from papertui.printing.streams import say, write

#: The default limit of “papertui search”. A query of filters only, or within the library, has no limit.
_USUAL = 20
#: Number of skipped files to name.
_NAMED = 5


def export(errand: Errand) -> int:
    """Export papers; report ids that were not found and export the others."""
    args = errand.asked
    if (args.scope or args.limit) and args.query is None:
        raise UsageError("--in and --limit need --query.")
    form = _form(errand)
    ids, code = _chosen(errand)
    if not ids and ids is not None and (code or args.zotero or args.folder is not None or args.append is not None):
        return code
    if ids is None and not errand.bookmarks():
        say("Nothing to export: the library is empty. “papertui bookmark add ID” adds a paper.")
        ids = ()
    choices = Choices(args.abstracts, args.notes)
    if args.zotero:
        _push(errand, ids)
    elif args.folder is not None:
        _write_leaves(errand, ids)
    elif args.append is not None:
        _append(errand, form, ids, choices)
    elif args.output is not None and args.output != "-":
        if ids != ():
            back_room(errand.desk).exporter.write(Path(args.output), form, ids, choices)
    elif ids != () or form in {"json", "csl-json", "csv"}:  # valid files even without papers
        write(back_room(errand.desk).exporter.export(form, ids, choices))
    return code


def _form(errand: Errand) -> Format:
    """Return the requested format, or the one implied by the file name."""
    args = errand.asked
    if args.form is not None:
        form: Format = args.form
        if (args.folder is not None and form != "markdown") or args.zotero:
            raise UsageError(f"--{'zotero' if args.zotero else 'folder'} uses a fixed format; leave out --format.")
        return form
    name = (args.output or "").lower()
    formats: dict[str, Format] = {".bib": "bibtex", ".ris": "ris", ".md": "markdown", ".csv": "csv", ".json": "json"}
    return next((form for end, form in formats.items() if name.endswith(end)), "bibtex")


def _chosen(errand: Errand) -> tuple[Sequence[str] | None, int]:
    """Return the ids to export (``None`` for the library) and the exit code so far."""
    args = errand.asked
    if args.ids is not None:
        return _named(errand, [paper_id(text) for text in args.ids])
    if args.query is not None:
        return _found(errand, args.query), 0
    return None, 0


def _named(errand: Errand, ids: Sequence[str]) -> tuple[Sequence[str], int]:
    found: list[str] = []
    code = 0
    for id_ in dict.fromkeys(ids):
        try:
            asyncio.run(errand.desk.papers.find(id_, offline=errand.asked.offline))
            found.append(id_)
        except SourceError as problem:
            say(str(problem))
            code = problem.exit_code
    return found, code


def _found(errand: Errand, query: str) -> Sequence[str]:
    scope: Scope = errand.asked.scope or "everything"
    search = errand.desk.finder.open(scope, errand.progress("Indexing"))
    every = scope == "library" or not errand.desk.finder.has_words(query)
    answer = search.answer(query, errand.asked.limit or (None if every else _USUAL), fields=False)
    for sentence in answer.results.problems:
        say(sentence)
    ids = tuple(paper.id for paper in answer.papers if paper.id)
    if not ids:
        say(f"Nothing to export: no stored paper matches “{query}”.")
    elif answer.results.total > len(ids):
        say(f"Exporting the best {grouped(len(ids))} of {grouped(answer.results.total)}; --limit N exports more.")
    return ids


def _append(errand: Errand, form: Format, ids: Sequence[str] | None, choices: Choices) -> None:
    name = errand.asked.append
    done = back_room(errand.desk).exporter.append(Path(name), form, ids, choices)
    if done.notice:
        say(done.notice)
    rest = f"; {grouped(done.there)} already there" if done.there else ""
    say(f"{name}: {plural(len(done.added), 'entry', 'entries')} added{rest}.")


def _write_leaves(errand: Errand, ids: Sequence[str] | None) -> None:
    done = back_room(errand.desk).exporter.leaves(Path(errand.asked.folder).expanduser(), ids)
    same = f", {grouped(done.same)} unchanged" if done.same else ""
    say(f"{errand.asked.folder}: {plural(done.written, 'note')} written{same}.")
    for name in done.foreign[:_NAMED]:
        say(f"{name} was not written by papertui, or was changed by hand; skipped.")
    if len(done.foreign) > _NAMED:
        say(f"And {grouped(len(done.foreign) - _NAMED)} more skipped.")


def _push(errand: Errand, ids: Sequence[str] | None) -> None:
    given, before = asyncio.run(back_room(errand.desk).exporter.push(ids))
    rest = f"; {grouped(before)} had been sent before" if before else ""
    say(f"{plural(given, 'paper')} sent to Zotero{rest}.")
