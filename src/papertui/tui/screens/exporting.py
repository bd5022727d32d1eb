"""Exporting papers: copying BibTeX, and the export dialog."""

from __future__ import annotations

import asyncio

from papertui.errors import StoreError
from papertui.model.format import grouped, plural
from papertui.model.paper import Paper
from papertui.tui import wiring
from papertui.tui.list_state import is_lazy
from papertui.tui.screens.shelving import Shelving


class Exporting(Shelving):
    """The main screen with export."""

    def action_copy_bibtex(self) -> None:
        if papers := self.subject():
            self.run_worker(self._copy_bibtex(papers), group="export")

    async def _copy_bibtex(self, papers: tuple[Paper, ...]) -> None:
        try:
            text = await asyncio.to_thread(wiring.bibtex, self.services, papers)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self.app.copy_to_clipboard(text)
        self.notice.tell(f"Copied BibTeX of {self.about(papers)}.")

    def action_export(self) -> None:
        heaps: list[tuple[str, tuple[str, ...] | None]] = []
        if selected := self.selected_papers():
            heaps.append((f"{plural(len(selected), 'selected paper')}", tuple(paper.id for paper in selected)))
        elif (paper := self.paper) is not None:
            heaps.append(("this paper", (paper.id,)))
        shelf = self.shelf
        if shelf.size and (shelf.beyond is not None or not is_lazy(shelf.feed.papers)):
            ids = tuple(shelf.paper(row).id for row in range(shelf.size))
            heaps.append((f"the list, {plural(len(ids), 'paper')}", ids))
        if shelf.kept:
            heaps.append((f"your library, {grouped(len(shelf.kept))}", None))
        if not heaps:
            self.notice.tell("Nothing to export: the list and the library are empty.")
            return
        self.app.push_screen(wiring.export(self.services, self.signs, heaps), self._exported)

    def _exported(self, sentence: str | None) -> None:
        if sentence:
            self.notice.tell(sentence)
