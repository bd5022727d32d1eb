"""Actions on the paper under the cursor: read, mark, open, copy the link."""

from __future__ import annotations

import asyncio
from datetime import date

from papertui.app import Services
from papertui.errors import PaperNotFoundError, PapertuiError, StoreError
from papertui.model.document import Document
from papertui.model.paper import Paper, address
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState
from papertui.tui.screens.stage import Stage
from papertui.tui.widgets.paperlist import PaperList
from papertui.tui.widgets.preview import Preview


class Handling(Stage):
    """The main screen with actions on the paper under the cursor."""

    _text_of = ""
    _text: Document | None = None
    _text_note = ""

    def __init__(self, services: Services, signs: Glyphs, today: date, shelf: ListState, *, compact: bool) -> None:
        super().__init__(signs, today, shelf, compact=compact)
        self.services = services
        self._library_lock = asyncio.Lock()

    def forget_stored(self) -> None:
        """Called after bookmarks or read marks changed: cached search results are outdated."""

    def marked(self) -> None:
        """Called after papers were marked as read or unread."""

    def show_state(self) -> None:
        """Show the tabs and the state of the open feed."""

    def action_read_paper(self) -> None:
        """Show the paper on the whole screen; from the search line, go to the list first."""
        if self.search_box.is_typing:
            self.action_leave_search()
            return
        if self.paper is None or self.is_reading:
            return
        self.set_reading(reading=True)
        self.mark(read=True)
        self.load_text()

    def load_text(self) -> None:
        """Load the full text of the open paper in the background."""
        paper = self.paper
        if paper is None or self._text_of == paper.id:
            return
        self._text_of, self._text, self._text_note = (
            paper.id,
            None,
            f"Loading the full text {self.signs.ellipsis}",
        )
        self.run_worker(self._load_text(paper), group="text", exclusive=True)

    async def _load_text(self, paper: Paper) -> None:
        try:
            text = await self.services.papers.text(paper.id, offline=self.stays_home)
        except PaperNotFoundError:
            note, document = "No full text available. p opens the PDF.", None
        except PapertuiError as problem:
            note, document = str(problem), None
            self._text_of = ""  # tried again when the paper is opened again
        else:
            note, document = "", text.document
        if self.paper is not None and self.paper.id == paper.id:
            self._text, self._text_note = document, note
            if self.is_reading:
                self.show_paper_next()

    def full_text(self, paper: Paper) -> tuple[Document | None, str]:
        """Return the loaded full text, or a note about its state."""
        return (self._text, self._text_note) if self._text_of in {paper.id, ""} else (None, "")

    @property
    def stays_home(self) -> bool:
        """Whether network access is disabled."""
        return False

    def on_paper_list_paper_opened(self, message: PaperList.PaperOpened) -> None:
        message.stop()
        self.action_read_paper()

    def action_mark_read(self) -> None:
        if (paper := self.paper) is not None:
            self.mark(read=paper.id not in self.shelf.read)

    def mark(self, *, read: bool) -> None:
        """Mark the paper under the cursor as read or unread, on the disk first."""
        if (paper := self.paper) is not None and read != (paper.id in self.shelf.read):
            self.run_worker(self.write_read(frozenset([paper.id]), read=read), group="marks")

    async def write_read(self, ids: frozenset[str], *, read: bool) -> None:
        """Mark papers as read or unread, on the disk and then on the screen."""
        try:
            await asyncio.to_thread(lambda: self.services.read_state.mark(ids, read=read))
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self.shelf = self.shelf.with_marks(read=self.shelf.read | ids if read else self.shelf.read - ids)
        self.forget_stored()
        self.marked()

    def action_browse(self) -> None:
        if (paper := self.paper) is not None:
            self._open(address(paper.id, paper.url, pdf=False))

    def action_code(self) -> None:
        if (paper := self.paper) is not None:
            self._open(paper.github)

    def on_preview_link_clicked(self, message: Preview.LinkClicked) -> None:
        message.stop()
        self._open(message.url)

    def _open(self, url: str | None) -> None:
        if url is None:
            self.notice.tell("This paper has no known code repository.")
        else:
            self.run_worker(self._open_beside(url), group="browser")

    async def _open_beside(self, url: str) -> None:
        opened = await asyncio.to_thread(self.services.papers.open_page, url)
        if opened:
            self.notice.tell(f"Opened {url}")
            self.mark(read=True)
        else:
            self.notice.tell(f"No browser could be started. Open {url}", warning=True)

    def action_copy_link(self) -> None:
        if (paper := self.paper) is not None and paper.url:
            self.app.copy_to_clipboard(paper.url)
            self.notice.tell(f"Copied {paper.url}")
