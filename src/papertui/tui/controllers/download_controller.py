"""PDFs: downloaded in the background, cancelled with a key, opened in the reader's viewer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from papertui.app import Services
from papertui.model.paper import Paper
from papertui.model.safe_text import one_line
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.read_controller import ReadController

#: Seconds between two updates of the progress of a download.
_PROGRESS_INTERVAL = 0.25
_MEGABYTE = 1e6


class DownloadController:
    """Downloads PDFs, several at once."""

    def __init__(self, context: ScreenContext, reading: ReadController, services: Services) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._reading = reading
        # Not the PDF service: it is imported at its first use.
        self._services = services
        #: Downloaded bytes and the size, by paper id.
        self._progress: dict[str, tuple[int, int]] = {}

    def open(self, paper: Paper) -> None:
        """Open the PDF of a paper; download it first if needed."""
        if paper.id not in self._progress:
            self._notice.dismiss()  # an old notice would hide the progress
            self._progress[paper.id] = (0, 0)
            self._screen.run_worker(self._download(paper), group="pdf")

    def cancel(self) -> bool:
        """Cancel all downloads; return whether there were any."""
        if not self._progress:
            return False
        self._screen.workers.cancel_group(self._screen, "pdf")
        self._notice.show_message("Download cancelled; it will resume next time.")
        return True

    async def _download(self, paper: Paper) -> None:
        def note_progress(done: int, size: int) -> None:
            self._progress[paper.id] = (done, size)

        timer = self._screen.set_interval(_PROGRESS_INTERVAL, self._show_progress)
        file: Path | None = None
        try:
            with self._notice.errors():
                offline = not self._context.start.uses_network
                file = (await self._services.pdfs.get(paper.id, offline=offline, progress=note_progress)).file
        finally:
            timer.stop()
            self._progress.pop(paper.id, None)
        if file is not None:
            await self._show(paper, file)

    async def _show(self, paper: Paper, file: Path) -> None:
        name = one_line(str(file))
        if not await asyncio.to_thread(self._services.pdfs.show, file):
            self._notice.warn(f"No viewer could be started. The PDF is {name}")
            return
        self._notice.show_message(f"Opened {name}")
        self._reading.mark_opened(paper)

    def _show_progress(self) -> None:
        """Show the progress of downloads, unless a warning is shown."""
        if not self._progress or self._notice.is_warning:
            return
        (id_, (done, size)), *others = self._progress.items()
        amount = f"{done / _MEGABYTE:.1f} of {size / _MEGABYTE:.1f} MB" if size else f"{done / _MEGABYTE:.1f} MB"
        more = f", and {len(others)} more" if others else ""
        cancel = self._context.keys.name("back")
        self._notice.show_message(
            f"Downloading the PDF of {id_}{f': {amount}' if done else ''}{more}. {cancel} cancels."
        )
