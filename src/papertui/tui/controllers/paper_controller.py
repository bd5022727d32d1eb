"""The paper under the cursor: the preview, its full text, links and PDF."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import NamedTuple

from papertui.app import Services
from papertui.errors import PaperNotFoundError, PapertuiError
from papertui.model.document import Document
from papertui.model.format import plural
from papertui.model.paper import Paper, link_of, page_address
from papertui.model.safe_text import one_line
from papertui.services.papers import PaperService, made_from
from papertui.tui.controllers.community_controller import CommunityController
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.read_controller import ReadController
from papertui.tui.display_formulas import prepare
from papertui.tui.list_state import ListState
from papertui.tui.reading_place import ReadingPlaces
from papertui.tui.widgets.paper_text import PaperExtras
from papertui.tui.widgets.preview import Preview


class _FullText(NamedTuple):
    """The full text of a paper, or a note about its state."""

    id: str = ""
    document: Document | None = None
    note: str = ""
    is_final: bool = True  # otherwise it is loaded again when the paper is opened again


def extras_of(paper: Paper, state: ListState, today: date) -> PaperExtras:
    """What the list knows about a paper besides its own facts."""
    return PaperExtras(
        growth=state.context.growths.get(paper.id),
        reasons=state.context.reasons.get(paper.id, ()),
        news=state.context.news.get(paper.id, ()),
        today=today,
        mark=state.marks.get(paper.id),
        muted=state.rule(paper.id),
    )


class PaperController:
    """Shows the paper under the cursor, beside the list or on the whole screen."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        preview: Preview,
        reading: ReadController,
        papers: PaperService,
        places: ReadingPlaces,
        community: CommunityController,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._preview = preview
        self._reading = reading
        self._papers = papers
        self._places = places
        self._full_text = _FullText()
        self._is_due = False
        #: The paper whose authors are all shown.
        self._unfolded = ""
        self._community = community
        community.watch(self.show_next)

    # --- showing -------------------------------------------------------------------------------------

    def show_next(self) -> None:
        """Show the paper under the cursor in the next frame, so that the list does not wait for it."""
        if not self._is_due:
            self._is_due = True
            self._screen.call_after_refresh(self._show)

    def _show(self) -> None:
        self._is_due = False
        if self._preview.is_attached:
            paper = self._lists.paper
            self._community.rest_on(paper)
            self._preview.show(paper, highlight=self._lists.highlight, extras=self._extras(paper))

    def _extras(self, paper: Paper | None) -> PaperExtras:
        if paper is None:
            return PaperExtras()
        text = self._full_text
        is_shown = self.is_open and text.id == paper.id
        return extras_of(paper, self._lists.state, self._context.today)._replace(
            versions_key=self._context.keys.name("versions"),
            document=text.document if is_shown else None,
            note=text.note if is_shown else "",
            brief=not self.is_open and self._screen.has_class("-narrow"),
            submitter=by.words if (by := self._community.submitter(paper)) is not None else "",
            all_authors=self._unfolded == paper.id,
            community=self._community.blocks(paper, is_read=self.is_open),
        )

    def fold_authors(self) -> None:
        """Show all authors of the paper, or fold them again."""
        if (paper := self._lists.paper) is not None:
            self._unfolded = "" if self._unfolded == paper.id else paper.id
            self.show_next()

    # --- reading -------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a paper is shown on the whole screen."""
        return self._lists.is_reading

    def open(self, paper: Paper | None = None) -> None:
        """Show a paper on the whole screen, by default the one under the cursor."""
        if not self.is_open and self._lists.open(paper) is not None:
            self._set_open(is_open=True)
            self.opened()

    def opened(self) -> None:
        """After another paper was opened: mark it as read, load its full text and go to where it was left."""
        if (paper := self._lists.paper) is not None:
            if self._preview.paper_id != paper.id:
                self.remember_place()
            self._reading.mark_opened(paper)
            self._load_text(paper)
            self._preview.go_to(paper.id, self._places.get(paper.id))
            self._community.opened(paper)

    def turn_to(self, paper: Paper) -> None:
        """Show another paper on the whole screen in place of the open one."""
        self._lists.open(paper)
        self.opened()
        self.show_next()

    def touched(self) -> None:
        """After any key or mouse event: the reader may scroll."""
        self._preview.release()

    def remember_place(self) -> None:
        """Remember where the reader is in the text on the whole screen."""
        if self._screen.has_class("-reading"):
            self._places.keep(self._preview.paper_id, self._preview.place)

    def close(self) -> None:
        """Show the list again."""
        if self.is_open:
            self.remember_place()
            self._lists.close()
            self._set_open(is_open=False)
            self._preview.release()
            self._preview.scroll_to(y=0, animate=False, force=True)

    def _set_open(self, *, is_open: bool) -> None:
        self._screen.set_class(is_open, "-reading")
        self._preview.centered = is_open
        self.show_next()
        if is_open:
            self._screen.set_focus(self._preview)
        else:
            self._lists.focus()

    def _load_text(self, paper: Paper) -> None:
        if self._full_text.id != paper.id or not self._full_text.is_final:
            self._full_text = _FullText(paper.id, note=f"Loading the full text {self._context.glyphs.ellipsis}")
            in_background(self._screen, self._fetch_text, paper, group="text", exclusive=True)

    async def _fetch_text(self, paper: Paper) -> None:
        try:
            text = await self._papers.text(paper.id, offline=not self._context.start.uses_network)
        except PaperNotFoundError:
            key = self._context.keys.name("pdf")
            loaded = _FullText(paper.id, note=f"No full text available. {key} opens the PDF.")
        except PapertuiError as error:
            loaded = _FullText(paper.id, note=str(error), is_final=False)
        else:
            # Of the best source nothing needs to be said.
            if any(part.kind == "formula" for part in text.document.parts):
                await asyncio.to_thread(prepare)
            note = made_from(text) if text.document.source in ("pdf", "markdown") else ""
            loaded = _FullText(paper.id, text.document, note=note)
            with self._notice.errors():
                await asyncio.to_thread(self._papers.note_read, paper.id, text)
        if self._full_text.id == paper.id:
            self._full_text = loaded
            if self.is_open:
                self.show_next()

    # --- links ---------------------------------------------------------------------------------------

    def open_in_browser(self) -> None:
        if (paper := self._lists.paper) is not None:
            self.open_link(page_address(paper))

    def open_code(self) -> None:
        if (paper := self._lists.paper) is None:
            return
        if paper.github is None:
            self._notice.show_message("This paper has no known code repository.")
        else:
            self.open_link(paper.github)

    def open_discussion(self) -> None:
        if (paper := self._lists.paper) is not None:
            self._community.open_discussion(paper, self.open_link)

    def open_link(self, url: str) -> None:
        """Open a link of the paper in the browser; this counts as reading it."""
        in_background(self._screen, self._open_link, url, group="browser")

    async def _open_link(self, url: str) -> None:
        if await asyncio.to_thread(self._papers.open_page, url):
            self._notice.show_message(f"Opened {url}")
            if (paper := self._lists.paper) is not None:
                self._reading.mark_opened(paper)
        else:
            self._notice.warn(f"No browser could be started. Open {url}")

    def copy_links(self, papers: tuple[Paper, ...]) -> None:
        """Copy the links of papers, one a line."""
        links = [link for link in map(link_of, papers) if link]
        if len(papers) == 1 and not links:
            return
        self._screen.app.copy_to_clipboard("\n".join(links))
        words = links[0] if len(papers) == 1 else f"the links of {plural(len(papers), 'paper')}."
        self._notice.show_message(f"Copied {words}")


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

    @property
    def is_running(self) -> bool:
        return bool(self._progress)

    def open(self, paper: Paper) -> None:
        """Open the PDF of a paper; download it first if needed."""
        if paper.id not in self._progress:
            self._notice.dismiss()  # an old notice would hide the progress
            self._progress[paper.id] = (0, 0)
            in_background(self._screen, self._download, paper, group="pdf")

    def cancel(self) -> bool:
        """Cancel all downloads; return whether there were any."""
        if not self._progress:
            return False
        # Cleared at once, as a worker ends later and its progress would replace this notice.
        self._progress.clear()
        self._screen.workers.cancel_group(self._screen, "pdf")
        self._notice.show_message("Download cancelled; it will resume next time.")
        return True

    async def _download(self, paper: Paper) -> None:
        def note_progress(done: int, size: int) -> None:
            if paper.id in self._progress:
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
