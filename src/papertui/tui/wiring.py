"""Creates dialogs and secondary screens. Each is imported on first use: the first frame needs none of them."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from textual.screen import Screen

from papertui.app import Services
from papertui.model.bookmark import TagEdit
from papertui.model.paper import Paper
from papertui.services.library import LibraryService
from papertui.tui.glyphs import Glyphs


def tags(library: LibraryService, signs: Glyphs, about: str, borne: Sequence[Sequence[str]]) -> Screen[TagEdit | None]:
    """Create the tags dialog; `borne` has the current tags of each paper."""
    from papertui.tui.dialogs.tags import TagsDialog  # noqa: PLC0415

    return TagsDialog(library, signs, about, borne)


def note(about: str, text: str, save: Callable[[str], Awaitable[None]], edit: Callable[[str], str]) -> Screen[None]:
    """Create the note dialog; `save` saves the text, `edit` opens the reader's editor."""
    from papertui.tui.dialogs.note import NoteDialog  # noqa: PLC0415 - imports Textual's text area

    return NoteDialog(about, text, save, edit)


def edited(text: str) -> str:
    """Edit `text` in the reader's editor, which needs the terminal; return the result.

    Raises:
        UsageError: the editor could not be started, or failed.
    """
    from papertui.services.programs import edit_text as changed  # noqa: PLC0415

    return changed(text, os.environ)


def choice(title: str, about: str, choices: Mapping[str, str], now: str, style: str) -> Screen[str | None]:
    """Create a dialog to choose one of `choices`, which are drawn in `style`; the cursor starts at `now`."""
    from papertui.tui.dialogs.choice import ChoiceDialog  # noqa: PLC0415

    return ChoiceDialog(title, about, choices, now, style)


def collections(library: LibraryService, query: str) -> Screen[str | None]:
    """Create the dialog to open a collection, or to save `query` as one."""
    from papertui.tui.dialogs.collections import CollectionsDialog  # noqa: PLC0415

    return CollectionsDialog(library, query)


def history(
    library: LibraryService, now: datetime, undo: Callable[[], Awaitable[str]], redo: Callable[[], Awaitable[str]]
) -> Screen[None]:
    from papertui.tui.dialogs.history import HistoryDialog  # noqa: PLC0415

    return HistoryDialog(library, now, undo, redo)


def export(
    services: Services, signs: Glyphs, heaps: Sequence[tuple[str, tuple[str, ...] | None]]
) -> Screen[str | None]:
    """Create the export dialog for `heaps` (names and ids; ``None`` for the library). It returns a message."""
    from papertui.tui.dialogs.export import ExportDialog, ExportSet  # noqa: PLC0415

    return ExportDialog(services.exporter, signs, [ExportSet(name, ids) for name, ids in heaps])


def bibtex(services: Services, papers: Sequence[Paper]) -> str:
    """Return papers as BibTeX entries, using the stored facts where there are any.

    Raises:
        StoreError: the disk cannot be read.
    """
    from papertui.citations.bibtex import bibtex_entry  # noqa: PLC0415 - imports the TeX tables

    exporter, ids = services.exporter, [paper.id for paper in papers]
    known = {one.paper.id for one in exporter.cited(ids)}
    # The bundled papers are not stored.
    rest = [bibtex_entry(paper) for paper in papers if paper.id not in known]
    stored = [exporter.export("bibtex", ids)] if known else []
    return "\n".join([*stored, *rest])


async def bring_pdf(services: Services, id_: str, told: Callable[[int, int], None], *, offline: bool) -> Path:
    """Return the path of the PDF of a paper; download it if needed, reporting progress to `told`.

    Raises:
        PapertuiError: the PDF cannot be downloaded.
    """
    return (await services.pdfs.get(id_, offline=offline, told=told)).file


def show_pdf(services: Services, file: Path) -> bool:
    """Open a PDF in the reader's viewer; return whether one could be started."""
    return services.pdfs.show(file)


def unsent(services: Services) -> str | None:
    """Return why the last run failed to mail the digest; ``None`` if it succeeded or there was none.

    Raises:
        StoreError: the ledger cannot be read.
    """
    return services.digest.last_failure()


def digest_screen(
    services: Services,
    signs: Glyphs,
    tell: Callable[[str, bool], None],
    *,
    offline: bool,
) -> Screen[None]:
    """Create the digest screen; `tell` shows the result of a mail on the screen below."""
    from papertui.tui.digest.screen import DigestScreen  # noqa: PLC0415

    return DigestScreen(services.digest, signs, tell, services.papers.open_page, offline=offline)
