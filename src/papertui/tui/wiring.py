"""Opens what lies over the main screen. It is loaded when it is first asked for: the first frame needs none of it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from textual.screen import Screen

from papertui.core.paper import Paper
from papertui.core.tagline import TagWish
from papertui.desk import Desk
from papertui.desk.keeping import Keeper
from papertui.tui.signs import Signs


def tags(library: Keeper, signs: Signs, about: str, borne: Sequence[Sequence[str]]) -> Screen[TagWish | None]:
    """Asks for tags to add and to remove; `borne` are those that each of the papers bears now."""
    from papertui.tui.dialogs.tags import Tags  # noqa: PLC0415

    return Tags(library, signs, about, borne)


def note(about: str, text: str, save: Callable[[str], Awaitable[None]], edit: Callable[[str], str]) -> Screen[None]:
    """Has a note written; `save` keeps it, `edit` opens the reader's own editor."""
    from papertui.tui.dialogs.note import Note  # noqa: PLC0415 - brings Textual's editor with it

    return Note(about, text, save, edit)


def edited(text: str) -> str:
    """What the reader made of `text` in an editor of their own, which needs the terminal.

    Raises:
        UsageError: it could not be started, or failed.
    """
    from papertui.desk.editing import edited as changed  # noqa: PLC0415

    return changed(text, os.environ)


def choice(title: str, about: str, choices: Mapping[str, str], now: str, style: str) -> Screen[str | None]:
    """Asks for one of a few, each with a key and drawn in a `style`; the cursor begins at `now`."""
    from papertui.tui.dialogs.choice import Choice  # noqa: PLC0415

    return Choice(title, about, choices, now, style)


def collections(library: Keeper, query: str) -> Screen[str | None]:
    """Asks for a saved search of the library, or saves `query`."""
    from papertui.tui.dialogs.collections import Collections  # noqa: PLC0415

    return Collections(library, query)


def history(
    library: Keeper, now: datetime, undo: Callable[[], Awaitable[str]], redo: Callable[[], Awaitable[str]]
) -> Screen[None]:
    """Shows what was done with the library."""
    from papertui.tui.dialogs.history import History  # noqa: PLC0415

    return History(library, now, undo, redo)


def export(desk: Desk, signs: Signs, heaps: Sequence[tuple[str, tuple[str, ...] | None]]) -> Screen[str | None]:
    """Exports one of `heaps` (a name and the ids; ``None`` for the library); ends with what is to be said of it."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415
    from papertui.tui.dialogs.export import Export, Heap  # noqa: PLC0415

    return Export(back_room(desk).exporter, signs, [Heap(name, ids) for name, ids in heaps])


def bibtex(desk: Desk, papers: Sequence[Paper]) -> str:
    """Papers as entries for BibTeX, those that are stored as the stores know them.

    Raises:
        StoreError: the disk cannot be read.
    """
    from papertui.core.citation.single import bibtex_entry  # noqa: PLC0415 - brings the tables of TeX with it
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    exporter, ids = back_room(desk).exporter, [paper.id for paper in papers]
    there = {one.paper.id for one in exporter.cited(ids)}
    # Those that came with papertui are stored nowhere.
    rest = [bibtex_entry(paper) for paper in papers if paper.id not in there]
    stored = [exporter.export("bibtex", ids)] if there else []
    return "\n".join([*stored, *rest])


async def bring_pdf(desk: Desk, id_: str, told: Callable[[int, int], None], *, offline: bool) -> Path:
    """The PDF of a paper on the disk, downloaded where it is not there; `told` hears how far that is.

    Raises:
        PapertuiError: it cannot be had.
    """
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    return (await back_room(desk).pdfs.get(id_, offline=offline, told=told)).file


def show_pdf(desk: Desk, file: Path) -> bool:
    """Opens a PDF in the reader's viewer; whether one could be started."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    return back_room(desk).pdfs.show(file)


def unsent(desk: Desk) -> str | None:
    """Why the last run mailed no digest, a sentence; ``None`` where it did, or there was none.

    Raises:
        StoreError: the ledger cannot be read.
    """
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    return back_room(desk).letterbox.last_failure()


def digest_screen(
    desk: Desk,
    signs: Signs,
    tell: Callable[[str, bool], None],
    *,
    offline: bool,
) -> Screen[None]:
    """The digest: to look at, to change, to mail; `tell` says on the screen below what became of a mail."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415
    from papertui.tui.digest.screen import DigestScreen  # noqa: PLC0415

    return DigestScreen(back_room(desk).letterbox, signs, tell, desk.papers.open_page, offline=offline)
