"""What a reader does with one paper: read it, keep it, mark it, open it, copy its address."""

from __future__ import annotations

import asyncio
from datetime import date

from papertui.core.document import Document
from papertui.core.paper import Paper, address
from papertui.core.shelf import Shelf
from papertui.desk import Desk
from papertui.errors import PaperNotFoundError, PapertuiError, StoreError
from papertui.tui.screens.stage import Stage
from papertui.tui.signs import Signs
from papertui.tui.widgets.paperlist import PaperList
from papertui.tui.widgets.preview import Preview


class Handling(Stage):
    """The stage, with everything that can be done with the paper under the cursor."""

    _text_of = ""
    _text: Document | None = None
    _text_note = ""

    def __init__(self, desk: Desk, signs: Signs, today: date, shelf: Shelf, *, compact: bool) -> None:
        super().__init__(signs, today, shelf, compact=compact)
        self.desk = desk
        self._library_lock = asyncio.Lock()

    def forget_stored(self) -> None:
        """Other papers are kept or read now: what was found out about them is no longer true."""

    def marked(self) -> None:
        """Other papers are read now."""

    def show_state(self) -> None:
        """Shows the views and the state of the open one."""

    def action_read_paper(self) -> None:
        """Gives the paper the whole screen; from the search line it goes to the list first."""
        if self.search_box.is_typing:
            self.action_leave_search()
            return
        if self.paper is None or self.is_reading:
            return
        self.set_reading(reading=True)
        self.mark(read=True)
        self.load_text()

    def load_text(self) -> None:
        """Brings the full text of the paper that is read, behind what can be read of it already."""
        paper = self.paper
        if paper is None or self._text_of == paper.id:
            return
        self._text_of, self._text, self._text_note = (
            paper.id,
            None,
            f"The full text is on its way {self.signs.ellipsis}",
        )
        self.run_worker(self._load_text(paper), group="text", exclusive=True)

    async def _load_text(self, paper: Paper) -> None:
        try:
            text = await self.desk.papers.text(paper.id, offline=self.stays_home)
        except PaperNotFoundError:
            note, document = "There is no full text to be read here; p opens the PDF.", None
        except PapertuiError as problem:
            note, document = str(problem), None
            self._text_of = ""  # asked for again when the paper is opened again
        else:
            note, document = "", text.document
        if self.paper is not None and self.paper.id == paper.id:
            self._text, self._text_note = document, note
            if self.is_reading:
                self.show_paper_next()

    def full_text(self, paper: Paper) -> tuple[Document | None, str]:
        """The full text, as far as it is there."""
        return (self._text, self._text_note) if self._text_of in {paper.id, ""} else (None, "")

    @property
    def stays_home(self) -> bool:
        """Whether the network is never asked."""
        return False

    def on_paper_list_paper_opened(self, message: PaperList.PaperOpened) -> None:
        """A double click opens the paper."""
        message.stop()
        self.action_read_paper()

    def action_mark_read(self) -> None:
        """Marks the paper read, or unread again."""
        if (paper := self.paper) is not None:
            self.mark(read=paper.id not in self.shelf.read)

    def mark(self, *, read: bool) -> None:
        """Marks the paper under the cursor, on the disk first."""
        if (paper := self.paper) is not None and read != (paper.id in self.shelf.read):
            self.run_worker(self.write_read(frozenset([paper.id]), read=read), group="marks")

    async def write_read(self, ids: frozenset[str], *, read: bool) -> None:
        """Marks papers read, or unread again, on the disk and then on the screen."""
        try:
            await asyncio.to_thread(lambda: self.desk.marks.mark(ids, read=read))
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self.shelf = self.shelf.with_marks(read=self.shelf.read | ids if read else self.shelf.read - ids)
        self.forget_stored()
        self.marked()

    def action_browse(self) -> None:
        """Opens the paper's page in the browser."""
        if (paper := self.paper) is not None:
            self._open(address(paper.id, paper.url, pdf=False))

    def action_code(self) -> None:
        """Opens the paper's code in the browser."""
        if (paper := self.paper) is not None:
            self._open(paper.github)

    def on_preview_link_clicked(self, message: Preview.LinkClicked) -> None:
        """Opens a link that was clicked."""
        message.stop()
        self._open(message.url)

    def _open(self, url: str | None) -> None:
        if url is None:
            self.notice.tell("No code is known for this paper.")
        else:
            self.run_worker(self._open_beside(url), group="browser")

    async def _open_beside(self, url: str) -> None:
        opened = await asyncio.to_thread(self.desk.papers.open_page, url)
        if opened:
            self.notice.tell(f"Opened {url}")
            self.mark(read=True)
        else:
            self.notice.tell(f"No browser could be started here. The address is {url}", warning=True)

    def action_copy_link(self) -> None:
        """Copies the paper's address."""
        if (paper := self.paper) is not None and paper.url:
            self.app.copy_to_clipboard(paper.url)
            self.notice.tell(f"Copied {paper.url}")
