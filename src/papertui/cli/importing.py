"""``import``: reads bookmarks and papers from files."""

from __future__ import annotations

import asyncio
from pathlib import Path

from papertui.cli.errand import Context
from papertui.cli.output import say
from papertui.errors import SourceError, UsageError
from papertui.importers.batch import ImportedBookmark
from papertui.importers.service import ImportResult
from papertui.model.format import grouped, plural

_STDIN = Path("/dev/stdin")


def import_files(context: Context) -> int:
    """Import the files in order; one that cannot be read does not stop the others.

    The bookmarks of all files are added to the library at the end, as one undo step.
    """
    worst = 0
    kept: list[ImportedBookmark] = []
    ids: list[str] = []
    for name in context.asked.files:
        try:
            done = _import(context, _STDIN if name == "-" else Path(name), name)
        except UsageError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
            continue
        kept += done.kept
        ids += done.ids
    if kept or ids:
        worst = max(worst, _take_in(context, kept, ids))
    return worst


def _take_in(context: Context, kept: list[ImportedBookmark], ids: list[str]) -> int:
    done = asyncio.run(context.services.bookmark_importer.take_in(kept, ids, offline=context.asked.offline))
    for sentence in done.missing:
        say(sentence)
    parts = [f"{plural(len(done.added), 'bookmark')} added"]
    parts += [f"{grouped(len(done.merged))} merged"] if done.merged else []
    parts += [f"{grouped(done.same)} already there"] if done.same else []
    parts += [f"{grouped(len(done.missing))} not found"] if done.missing else []
    say(f"{', '.join(parts)}.")
    return SourceError.exit_code if done.missing else 0


def _import(context: Context, path: Path, name: str) -> ImportResult:
    line = context.progress("Reading")
    so_far = ImportResult()

    def tell(done: ImportResult) -> None:
        nonlocal so_far
        so_far = done
        if line is not None:
            line(done.done, done.size or done.done, done.papers)

    try:
        done = context.services.importer.run(path, tell)
    except KeyboardInterrupt:
        if line is not None:
            line.clear()
        say(f"{name}: interrupted. {_told(so_far)} Run the same command again to resume.")
        raise
    if line is not None:
        line.clear()
    if done.resumed:
        say(f"{name}: resumed after {grouped(done.resumed)} lines imported earlier.")
    for notice in done.notices:
        say(f"{name}: {notice}")
    say(f"{name}: {_told(done)}")
    for bad in done.first_bad:
        say(f"{name}, {done.unit} {bad.number}: {bad.why}")
    if done.bad > len(done.first_bad):
        say(f"{name}: and {grouped(done.bad - len(done.first_bad))} more could not be read.")
    return done


def _told(done: ImportResult) -> str:
    bookmarks = len(done.kept) + len(done.ids)
    if bookmarks or done.unit == "entry":
        text = f"{plural(bookmarks, 'bookmark')} read"
        text += f", and {plural(done.papers - len(done.kept), 'paper')}" if done.papers > len(done.kept) else ""
    else:
        text = (
            f"{plural(done.papers, 'paper')} read: {grouped(done.added)} new, {grouped(done.changed)} changed, "
            f"{grouped(done.same)} unchanged"
        )
    many = "entries" if done.unit == "entry" else None
    return f"{text}; {plural(done.bad, done.unit, many)} could not be read." if done.bad else f"{text}."
