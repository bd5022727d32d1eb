"""PDFs: downloaded in the background, cancelled with Esc, opened in the reader's viewer."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from papertui.app import Services
from papertui.errors import PapertuiError
from papertui.model.paper import Paper
from papertui.model.safe_text import one_line
from papertui.tui import wiring
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState
from papertui.tui.screens.exporting import Exporting

#: Seconds between two updates of the progress of a download.
_EVERY = 0.25
#: Seconds between two checks for failed hooks.
_LOOK = 1.0
_MEGABYTE = 1e6


class Viewing(Exporting):
    """The main screen with PDFs."""

    def __init__(self, services: Services, signs: Glyphs, today: date, shelf: ListState, *, compact: bool) -> None:
        super().__init__(services, signs, today, shelf, compact=compact)
        self._coming: dict[str, tuple[int, int]] = {}

    def on_mount(self) -> None:
        if self.services.hooks.is_set:
            self.set_interval(_LOOK, self._say_hooks)

    def _say_hooks(self) -> None:
        for sentence in self.services.hooks.take_notices():
            self.notice.tell(sentence, warning=True)

    def action_pdf(self) -> None:
        if (paper := self.paper) is not None and paper.id not in self._coming:
            self.notice.dismiss()  # an old notice would hide the progress
            self._coming[paper.id] = (0, 0)
            self.run_worker(self._bring_pdf(paper), group="pdf")

    async def _bring_pdf(self, paper: Paper) -> None:
        def told(done: int, of: int) -> None:
            self._coming[paper.id] = (done, of)

        saying = self.set_interval(_EVERY, self._say_coming)
        try:
            file = await wiring.bring_pdf(self.services, paper.id, told, offline=self.stays_home)
        except PapertuiError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        finally:
            saying.stop()
            self._coming.pop(paper.id, None)
        await self._show_pdf(paper, file)

    async def _show_pdf(self, paper: Paper, file: Path) -> None:
        name = one_line(str(file))
        if not await asyncio.to_thread(wiring.show_pdf, self.services, file):
            self.notice.tell(f"No viewer could be started. The PDF is {name}", warning=True)
            return
        self.notice.tell(f"Opened {name}")
        if paper.id not in self.shelf.read:
            await self.write_read(frozenset([paper.id]), read=True)

    def _say_coming(self) -> None:
        """Show the progress of downloads, unless a warning is shown."""
        if not self._coming or self.notice.is_warning:
            return
        (id_, (done, of)), *others = self._coming.items()
        far = f": {done / _MEGABYTE:.1f} of {of / _MEGABYTE:.1f} MB" if of else f": {done / _MEGABYTE:.1f} MB"
        more = f", and {len(others)} more" if others else ""
        self.notice.tell(f"Downloading the PDF of {id_}{far if done else ''}{more}. Esc cancels.")

    def action_back(self) -> None:
        """Go one step back; cancel a download first."""
        if self._coming and not self.search_box.is_typing:
            self.workers.cancel_group(self, "pdf")
            self.notice.tell("Download cancelled; it will resume next time.")
            return
        super().action_back()
