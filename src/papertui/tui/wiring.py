"""Creates dialogs and secondary screens. Each is imported on first use: the first frame needs none of them."""

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
    """Create the tags dialog; `borne` has the current tags of each paper."""
    from papertui.tui.dialogs.tags import Tags  # noqa: PLC0415

    return Tags(library, signs, about, borne)


def note(about: str, text: str, save: Callable[[str], Awaitable[None]], edit: Callable[[str], str]) -> Screen[None]:
    """Create the note dialog; `save` saves the text, `edit` opens the reader's editor."""
    from papertui.tui.dialogs.note import Note  # noqa: PLC0415 - imports Textual's text area

    return Note(about, text, save, edit)


def edited(text: str) -> str:
    """Edit `text` in the reader's editor, which needs the terminal; return the result.

    Raises:
        UsageError: the editor could not be started, or failed.
    """
    from papertui.desk.editing import edited as changed  # noqa: PLC0415

    return changed(text, os.environ)


def choice(title: str, about: str, choices: Mapping[str, str], now: str, style: str) -> Screen[str | None]:
    """Create a dialog to choose one of `choices`, which are drawn in `style`; the cursor starts at `now`."""
    from papertui.tui.dialogs.choice import Choice  # noqa: PLC0415

    return Choice(title, about, choices, now, style)


def collections(library: Keeper, query: str) -> Screen[str | None]:
    """Create the dialog to open a collection, or to save `query` as one."""
    from papertui.tui.dialogs.collections import Collections  # noqa: PLC0415

    return Collections(library, query)


def history(
    library: Keeper, now: datetime, undo: Callable[[], Awaitable[str]], redo: Callable[[], Awaitable[str]]
) -> Screen[None]:
    from papertui.tui.dialogs.history import History  # noqa: PLC0415

    return History(library, now, undo, redo)


def export(desk: Desk, signs: Signs, heaps: Sequence[tuple[str, tuple[str, ...] | None]]) -> Screen[str | None]:
    """Create the export dialog for `heaps` (names and ids; ``None`` for the library). It returns a message."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415
    from papertui.tui.dialogs.export import Export, Heap  # noqa: PLC0415

    return Export(back_room(desk).exporter, signs, [Heap(name, ids) for name, ids in heaps])


def bibtex(desk: Desk, papers: Sequence[Paper]) -> str:
    """Return papers as BibTeX entries, using the stored facts where there are any.

    Raises:
        StoreError: the disk cannot be read.
    """
    from papertui.core.citation.single import bibtex_entry  # noqa: PLC0415 - imports the TeX tables
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    exporter, ids = back_room(desk).exporter, [paper.id for paper in papers]
    known = {one.paper.id for one in exporter.cited(ids)}
    # The bundled papers are not stored.
    rest = [bibtex_entry(paper) for paper in papers if paper.id not in known]
    stored = [exporter.export("bibtex", ids)] if known else []
    return "\n".join([*stored, *rest])


async def bring_pdf(desk: Desk, id_: str, told: Callable[[int, int], None], *, offline: bool) -> Path:
    """Return the path of the PDF of a paper; download it if needed, reporting progress to `told`.

    Raises:
        PapertuiError: the PDF cannot be downloaded.
    """
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    return (await back_room(desk).pdfs.get(id_, offline=offline, told=told)).file


def show_pdf(desk: Desk, file: Path) -> bool:
    """Open a PDF in the reader's viewer; return whether one could be started."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415

    return back_room(desk).pdfs.show(file)


def unsent(desk: Desk) -> str | None:
    """Return why the last run failed to mail the digest; ``None`` if it succeeded or there was none.

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
    """Create the digest screen; `tell` shows the result of a mail on the screen below."""
    from papertui.desk.backroom import back_room  # noqa: PLC0415
    from papertui.tui.digest.screen import DigestScreen  # noqa: PLC0415

    return DigestScreen(back_room(desk).letterbox, signs, tell, desk.papers.open_page, offline=offline)
