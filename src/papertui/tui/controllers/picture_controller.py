"""Pictures: figures in the open paper, the thumbnail of the paper beside the list, and a figure on the whole screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from rich.segment import Segment

from papertui.app import Services
from papertui.errors import PapertuiError
from papertui.model.document import DocumentPart, Picture
from papertui.model.paper import Paper
from papertui.pictures.fitting import fitted
from papertui.settings import Pictures
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.figure_screen import Figure, FigureScreen
from papertui.tui.picture_loader import PictureKey, PictureLoader
from papertui.tui.terminal_pictures import TerminalPictures
from papertui.tui.text_layout import cut
from papertui.tui.theme import make_styles
from papertui.tui.widgets.figures import Figures
from papertui.tui.widgets.lazy_lines import Line
from papertui.tui.widgets.preview import Preview

#: Seconds that a figure is visible, and a paper is under the cursor, until pictures are fetched.
_SETTLED, _RESTED = 0.15, 0.4
#: Lines of a picture in a text: at most this many, and this part of the screen.
_MOST_ROWS, _SHARE = 30, 0.6
#: Lines of a thumbnail.
_THUMBNAIL_ROWS = range(6, 17)
#: Cells to the left of a picture, as of its caption.
_INDENT = 2
_LABEL = re.compile(
    r"(?:Fig(?:ure|\.)|Table|Tab\.|Algorithm|Scheme|Chart|Plate|Listing)\s*[A-Z]?\d+(?:\.\d+)*", re.IGNORECASE
)
#: Lines above a figure that was gone to.
_ABOVE = 2


class _Job(NamedTuple):
    """A picture that is to be drawn."""

    key: PictureKey
    #: The lines of the block; one more than the picture has.
    rows: int


class PictureController:
    """Shows pictures as well as the terminal can.

    Args:
        context: the screen.
        preview: the paper.
        services: fetch pictures.
        terminal: the terminal.
        setting: how the reader wants pictures.
        is_automatic: whether thumbnails are fetched when the reader rests on a paper.
        open_link: opens a figure in the browser.
        is_reading: whether a paper covers the screen.
    """

    def __init__(
        self,
        context: ScreenContext,
        preview: Preview,
        services: Services,
        terminal: TerminalPictures,
        setting: Pictures,
        *,
        is_automatic: bool,
        open_link: Callable[[str], None],
        is_reading: Callable[[], bool],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._preview = preview
        self._services = services
        self._is_automatic = is_automatic
        self._open_link = open_link
        self._is_reading = is_reading
        self._loader = PictureLoader(context.screen.app, terminal, setting, is_unicode=context.glyphs.is_unicode)
        self._sizes: dict[PictureKey, tuple[int, int]] = {}
        #: Why pictures of the paper shown are not there.
        self._failures: dict[PictureKey, str] = {}
        self._paper_id = ""
        self._stamp = 0
        #: The lines that are free below a paper beside the list, by its id.
        self._free_rows = "", 0
        self._is_loading = False
        #: What was tried since then.
        self._tried: set[_Job] = set()

    # --- how pictures are shown ----------------------------------------------------------------------

    async def start(self) -> None:
        """Decide how pictures are shown, and show them from now on."""
        self._loader.terminal.watch(lambda: in_background(self._screen, self._decide_again, group="pictures"))
        await self._loader.decide()
        self._screen.app.app_resume_signal.subscribe(self._screen, self._resumed)
        self._show_again()

    async def use(self, setting: Pictures) -> None:
        """Use another setting from now on."""
        if self._loader.use(setting):
            await self._decide_again()

    async def _decide_again(self) -> None:
        before = self._loader.way, self._loader.draws_alone
        await self._loader.decide()
        if (self._loader.way, self._loader.draws_alone) == before:
            return
        self._failures.clear()
        self._tried.clear()
        self._show_again()

    def _resumed(self, _: object) -> None:
        """Send pictures again: they were removed when the terminal was left."""
        self._preview.redraw_figures()
        self.moved()

    def _show_again(self) -> None:
        """Lay the text out again, as pictures take other lines now."""
        self._stamp += 1
        figures = Figures(self._stamp, self._rows, self._lines, self._thumbnail_rows)
        self._preview.set_figures(None if self._loader.is_plain else figures)

    def _key(self, src: str) -> PictureKey:
        return PictureKey(self._preview.paper_id, src)

    def _size(self, key: PictureKey, picture: Picture | None) -> tuple[int, int] | None:
        """Return the size of a picture in pixels, as far as it is known."""
        if (found := self._sizes.get(key)) is not None:
            return found
        return (picture.width, picture.height) if picture is not None and picture.width and picture.height else None

    # --- lines ---------------------------------------------------------------------------------------

    def _rows(self, measure: int, height: int, part: DocumentPart) -> int:
        """Return the lines above the caption of a figure: what it is, and the picture or why it is not there."""
        if not part.src:
            return 0
        key = self._key(part.src)
        size = self._size(key, part.picture)
        if self._loader.way == "none" or (size is None and key not in self._failures):
            return 1
        if size is None or key in self._failures:
            return 2
        most = max(4, min(_MOST_ROWS, round(height * _SHARE)))
        return 1 + self._fitted(size, measure - _INDENT, most)[1]

    def _fitted(self, size: tuple[int, int], columns: int, rows: int) -> tuple[int, int]:
        return fitted(size, (columns, rows), ratio=self._loader.terminal.ratio)

    def _lines(self, number: int, rows: int, measure: int) -> Sequence[Line]:
        """Return the lines of a figure, by the number of its part, or of the thumbnail."""
        document = self._preview.document
        if number < 0:
            return self._picture_lines(self._key(""), None, rows, measure, "")
        if document is None:
            return [Line()] * rows
        part, action = document.parts[number], f"figure({number})"
        styles = make_styles(self._screen.app.theme_variables)
        ellipsis, room = self._context.glyphs.ellipsis, measure - _INDENT
        label, facts = (cut(text, room, ellipsis) for text in self._heading(part))
        facts = cut(facts, max(0, room - len(label)), ellipsis)
        head = [Segment(" " * _INDENT), Segment(label, styles.name), Segment(facts, styles.faint)]
        shown = self._picture_lines(self._key(part.src), part.picture, rows - 1, measure, action) if rows > 1 else ()
        return [Line(head, None, action), *shown]

    def _picture_lines(
        self, key: PictureKey, picture: Picture | None, rows: int, measure: int, action: str
    ) -> Sequence[Line]:
        indent = _INDENT if key.src else 0
        lead = Segment(" " * indent)
        reason, size = self._failures.get(key, ""), self._size(key, picture)
        if size is not None and not reason:
            columns, _ = self._fitted(size, measure - indent, rows)
            if (cells := self._loader.cells(key, columns, rows)) is not None:
                return [Line([lead, *line], None, action) for line in cells]
        ellipsis = self._context.glyphs.ellipsis
        words = cut(reason or f"Loading the picture {ellipsis}", measure - indent, ellipsis)
        faint = make_styles(self._screen.app.theme_variables).faint
        return [Line([lead, Segment(words, faint)], None, action), *[Line()] * (rows - 1)]

    def _heading(self, part: DocumentPart) -> tuple[str, str]:
        """Return the name of a figure, and what else its line says."""
        dot = f" {self._context.glyphs.dot} "
        size = self._size(self._key(part.src), part.picture)
        key = self._context.keys.name("page_figure")
        facts = [f"{size[0]}x{size[1]}"] if size is not None else []
        if key:
            can_show = self._loader.way != "none" or self._loader.draws_alone
            facts.append(f"{key} shows it, then o opens it" if can_show else f"{key} opens it in the browser")
        return f"▣ {label_of(part)}", "".join(f"{dot}{fact}" for fact in facts)

    def _thumbnail_rows(self, paper: Paper, measure: int, room: int) -> int:
        self._free_rows = paper.id, room
        size = self._sizes.get(PictureKey(paper.id, ""))
        if size is None or self._loader.way == "none" or room < _THUMBNAIL_ROWS.start:
            return 0
        rows = self._fitted(size, measure, min(room, _THUMBNAIL_ROWS.stop - 1))[1]
        return rows if rows in _THUMBNAIL_ROWS else 0

    # --- loading -------------------------------------------------------------------------------------

    def moved(self) -> None:
        """After the text or its visible part changed: load what is visible or near."""
        if self._preview.paper_id != self._paper_id:
            self._paper_id = self._preview.paper_id
            self._failures.clear()  # they are tried again
        if self._loader.way == "none" or self._is_loading or not self._is_wanted():
            return
        self._is_loading = True
        in_background(self._screen, self._load, group="pictures")

    def _is_wanted(self) -> bool:
        return next(self._jobs(), None) is not None or self._wanted_thumbnail() is not None

    def _wanted_thumbnail(self) -> PictureKey | None:
        """Return the thumbnail that is shown when it is there."""
        key, paper = self._key(""), self._preview.paper
        if self._is_reading() or paper is None or not paper.thumbnail or key in self._sizes or key in self._failures:
            return None
        id_, room = self._free_rows
        return key if id_ == paper.id and room >= _THUMBNAIL_ROWS.start else None

    def _jobs(self) -> Iterator[_Job]:
        """Yield the pictures that are not drawn yet: those that are visible, then those a page away."""
        preview = self._preview
        visible = preview.visible_blocks
        near = preview.near_blocks
        blocks, document = preview.text_blocks, preview.document
        for number in (*visible, *(one for one in near if one not in visible)):
            block = blocks[number]
            if block.role != "picture":
                continue
            picture = document.parts[block.part].picture if document is not None and block.part >= 0 else None
            key = self._key(picture.src if picture is not None else "")
            if key not in self._failures and not self._is_drawn(key, picture, block.rows):
                yield _Job(key, block.rows)

    def _is_drawn(self, key: PictureKey, picture: Picture | None, rows: int) -> bool:
        room = rows - 1 if key.src else rows
        size = self._size(key, picture)
        if size is None or not room:
            return False
        indent = _INDENT if key.src else 0
        columns, _ = self._fitted(size, self._preview.measure - indent, room)
        return self._loader.cells(key, columns, room) is not None

    async def _load(self) -> None:
        self._tried.clear()
        try:
            await asyncio.sleep(_SETTLED if self._is_reading() else _RESTED)  # who turns pages asks for nothing
            if (key := self._wanted_thumbnail()) is not None:
                await self._take(key, None)
            while (job := next((one for one in self._jobs() if one not in self._tried), None)) is not None:
                self._tried.add(job)
                await self._take(job.key, job.rows)
        finally:
            self._is_loading = False

    async def _take(self, key: PictureKey, rows: int | None) -> None:
        """Fetch and draw a picture; without `rows` only its size is needed so far."""
        try:
            data = await self._fetch(key)
            if data is None:
                self._failures[key] = "There is no picture."
                return
            await self._draw(key, rows, data)
        except PapertuiError as error:
            self._failures[key] = str(error)
            self._show_again()

    async def _draw(self, key: PictureKey, rows: int | None, data: bytes) -> None:
        size = await self._loader.size(data)
        before = self._size(key, self._picture(key))
        self._sizes[key] = size
        if before != size:  # it takes other lines, for which it is drawn then
            self._show_again()
            return
        room = (rows or 0) - 1 if key.src else rows
        if room:
            columns, _ = self._fitted(size, self._preview.measure - (_INDENT if key.src else 0), room)
            await self._loader.load(key, columns, room, data)
            self._preview.redraw_figures()

    def _picture(self, key: PictureKey) -> Picture | None:
        document = self._preview.document
        found = (part.picture for part in (document.parts if document is not None else ()) if part.src == key.src)
        return next(found, None) if key.src else None

    async def _fetch(self, key: PictureKey) -> bytes | None:
        is_online = self._context.start.uses_network
        if key.src:
            return await self._services.figures.figure(key.paper, key.src, offline=not is_online)
        paper = self._preview.paper
        if paper is None or paper.id != key.paper:
            return None
        return await self._services.figures.thumbnail(paper, offline=not (is_online and self._is_automatic))

    # --- a figure on the whole screen ----------------------------------------------------------------

    def show(self, number: int | None = None) -> None:
        """Show a figure large, by default the nearest one; where no picture can be shown, open it in the browser."""
        document = self._preview.document
        parts = document.parts if document is not None else ()
        figures = [
            Figure(place, label_of(part), part.text if part.role != "picture" else "", part.src)
            for place, part in enumerate(parts)
            if part.src
        ]
        if not figures:
            self._context.notice.show_message("This text has no pictures.")
            return
        chosen = self._nearest([figure.part for figure in figures]) if number is None else number
        at = next((place for place, figure in enumerate(figures) if figure.part == chosen), 0)
        if self._loader.way == "none" and not self._loader.draws_alone:
            self.open(figures[at].src)
            return
        fetch = partial(self._fetch_shown, self._preview.paper_id)
        screen = FigureScreen(figures, at, self._loader, fetch, self.open, self._context.glyphs)
        self._screen.app.push_screen(screen, self._go_to)

    async def _fetch_shown(self, paper_id: str, src: str) -> bytes:
        offline = not self._context.start.uses_network
        return await self._services.figures.figure(paper_id, src, offline=offline)

    def _nearest(self, parts: Sequence[int]) -> int:
        """Return the part of the first visible figure, else of the next one, else of the last one."""
        visible = self._preview.visible_blocks
        blocks = self._preview.text_blocks
        top = blocks[visible.start].part if visible else 0
        shown = blocks[visible.start : visible.stop] if visible else ()
        pictures = [block.part for block in shown if block.role == "picture"]
        captions = [block.part for block in shown]
        after = [part for part in parts if part >= top]
        return next(part for part in (*pictures, *captions, *after, parts[-1]) if part in parts)

    def _go_to(self, part: int | None) -> None:
        """Go to the figure that was looked at last."""
        blocks = self._preview.text_blocks
        block = next((number for number, one in enumerate(blocks) if one.part == part), None)
        if part is not None and block is not None:
            self._preview.reveal(block)
        self.moved()

    def open(self, src: str) -> None:
        """Open a figure in the browser."""
        in_background(self._screen, self._open, self._preview.paper_id, src, group="browser")

    async def _open(self, paper_id: str, src: str) -> None:
        with self._context.notice.errors():
            self._open_link(await self._services.figures.address(paper_id, src))


def label_of(part: DocumentPart) -> str:
    """Return what a figure is called: ``Figure 2``."""
    found = _LABEL.match(part.text)
    return found[0] if found else "Picture"
