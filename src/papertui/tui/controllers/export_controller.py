"""Exporting papers: BibTeX on the clipboard, and the export dialog."""

from __future__ import annotations

import asyncio

from papertui.app import Services
from papertui.model.format import grouped, plural
from papertui.model.paper import Paper
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.list_controller import ListController, SelectionController, describe


class ExportController:
    """Exports the selection, the list or the library."""

    def __init__(
        self, context: ScreenContext, lists: ListController, selection: SelectionController, services: Services
    ) -> None:
        self._context = context
        self._notice = context.notice
        self._lists = lists
        self._selection = selection
        # Not the exporter: it is imported at its first use.
        self._services = services

    async def copy_bibtex(self, papers: tuple[Paper, ...]) -> None:
        with self._notice.errors():
            text = await asyncio.to_thread(self._bibtex, papers)
            self._context.screen.app.copy_to_clipboard(text)
            self._notice.show_message(f"Copied BibTeX of {describe(papers)}.")

    def _bibtex(self, papers: tuple[Paper, ...]) -> str:
        """Return papers as BibTeX entries, using the stored facts where there are any.

        Raises:
            StoreError: the disk cannot be read.
        """
        from papertui.citations.bibtex import bibtex_entry  # noqa: PLC0415 - imports the TeX tables

        exporter, ids = self._services.exporter, [paper.id for paper in papers]
        stored = {cited.paper.id for cited in exporter.cited(ids)}
        # The bundled papers are not stored.
        entries = [bibtex_entry(paper) for paper in papers if paper.id not in stored]
        return "\n".join([*([exporter.export("bibtex", ids)] if stored else []), *entries])

    def open_dialog(self) -> None:
        from papertui.tui.dialogs.export import ExportDialog, ExportSet  # noqa: PLC0415 - the first frame needs none

        sets: list[ExportSet] = []
        if selected := self._selection.selected:
            sets.append(ExportSet(plural(len(selected), "selected paper"), tuple(paper.id for paper in selected)))
        elif (paper := self._lists.paper) is not None:
            sets.append(ExportSet("this paper", (paper.id,)))
        if shown := self._lists.shown:
            sets.append(ExportSet(f"the list, {plural(len(shown), 'paper')}", tuple(paper.id for paper in shown)))
        if kept := self._lists.state.kept:
            sets.append(ExportSet(f"your library, {grouped(len(kept))}", None))
        if not sets:
            self._notice.show_message("Nothing to export: the list and the library are empty.")
            return
        dialog = ExportDialog(self._services.exporter, self._context.glyphs, self._context.keys, sets)
        self._context.screen.app.push_screen(dialog, self._show_result)

    def _show_result(self, sentence: str | None) -> None:
        if sentence:
            self._notice.show_message(sentence)
