"""A figure as large as the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import Worker

from papertui.errors import PapertuiError
from papertui.pictures.decoding import size_of
from papertui.pictures.fitting import fitted
from papertui.tui.glyphs import Glyphs
from papertui.tui.picture_loader import PictureKey, PictureLoader
from papertui.tui.text_layout import cut, filled, wrap
from papertui.tui.theme import make_styles
from papertui.tui.widgets.figures import Cells
from papertui.tui.widgets.key_line import KeyHint, KeyLine

#: Lines of a caption that are shown.
_CAPTION = 4
#: Enlarged no further: half a screen of coloured squares shows nothing.
_MOST_GROWTH = 3


class Figure(NamedTuple):
    """A figure of the paper."""

    part: int
    label: str
    caption: str
    src: str


class FigureArea(Widget):
    """The picture in the middle, or a sentence."""

    DEFAULT_CSS = "FigureArea { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._cells: Cells = ()
        self._columns = 0
        self._words = ""
        self._draw_alone: Callable[[], None] | None = None
        self._is_due = False

    def show(self, cells: Cells, columns: int, words: str = "") -> None:
        self._cells, self._columns, self._words, self._draw_alone = cells, columns, words, None
        self.refresh()

    def show_alone(self, draw: Callable[[], None]) -> None:
        """Show a picture that the terminal draws over empty cells: again after each time they are drawn."""
        self.show((), 0)
        self._draw_alone = draw

    def forget(self) -> None:
        """Do not draw again what was made for another size, or is another figure."""
        self._draw_alone = None

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._draw_alone is not None and not self._is_due:
            self._is_due = True
            self.call_after_refresh(self._draw_over)
        return super().render_lines(crop)

    def _draw_over(self) -> None:
        self._is_due = False
        if self._draw_alone is not None:
            self._draw_alone()

    def corner(self, columns: int, rows: int) -> tuple[int, int]:
        """Return the first column and line of a picture of some size."""
        return max(0, (self.size.width - columns) // 2), max(0, (self.size.height - rows) // 2)

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        if self._words:
            if y != self.size.height // 2:
                return Strip.blank(width, base)
            words = cut(self._words, width, "…")
            style = make_styles(self.app.theme_variables).faint
            return filled([Segment(" " * ((width - len(words)) // 2)), Segment(words, style)], base, width)
        left, top = self.corner(self._columns, len(self._cells))
        if not top <= y < top + len(self._cells):
            return Strip.blank(width, base)
        return filled([Segment(" " * left), *self._cells[y - top]], base, width)


class Caption(Widget):
    """The name of the figure, its place among all, and its caption."""

    DEFAULT_CSS = "Caption { height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._head = self._text = ""

    def show(self, head: str, text: str) -> None:
        self._head, self._text = head, text
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[str]:
        found = [self._text[start:end] for start, end in wrap(self._text, max(10, width))] if self._text else []
        if len(found) > _CAPTION:
            found = [*found[: _CAPTION - 1], cut(f"{found[_CAPTION - 1]} …", width, "…")]
        return found

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        del container, viewport
        return 1 + len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        styles = make_styles(self.app.theme_variables)
        if not y:
            return filled([Segment(self._head, styles.name)], base, width)
        lines = self._lines(width)
        return filled([Segment(lines[y - 1] if y <= len(lines) else "", styles.text)], base, width)


class FigureScreen(Screen[int]):
    """One figure after the other.

    Args:
        figures: the figures of the paper.
        at: the first one to show.
        loader: makes the cells.
        fetch: returns the file of a figure.
        open_figure: opens a figure in the browser.
        glyphs: the symbols.
    """

    DEFAULT_CSS = "FigureScreen { background: $background; layout: vertical; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,i,backspace", "close", "Back"),
        ("n,l,j,right,down,space", "step(1)", "Next figure"),
        ("p,N,h,k,left,up", "step(-1)", "Previous figure"),
        ("g,home", "go(0)", "First figure"),
        ("G,end", "go(-1)", "Last figure"),
        ("o,enter", "open", "Open in the browser"),
    ]

    def __init__(
        self,
        figures: Sequence[Figure],
        at: int,
        loader: PictureLoader,
        fetch: Callable[[str], Awaitable[bytes]],
        open_figure: Callable[[str], None],
        glyphs: Glyphs,
    ) -> None:
        super().__init__()
        self._figures = figures
        self._at = at
        self._loader = loader
        self._fetch = fetch
        self._open_figure = open_figure
        self._glyphs = glyphs
        self._area = FigureArea()
        self._caption = Caption()
        self._size_text = ""

    def compose(self) -> ComposeResult:
        yield self._area
        yield self._caption
        several = len(self._figures) > 1
        steps = [KeyHint("n", "next", "step(1)"), KeyHint("p", "previous", "step(-1)")] if several else []
        yield KeyLine(
            [*steps, KeyHint("o", "open in the browser", "open"), KeyHint("Esc", "back to the text", "close")]
        )

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    def on_mount(self) -> None:
        self._size_text = ""
        self._show_caption()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        self._area.forget()
        self.call_after_refresh(self._show)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._show)

    def action_step(self, by: int) -> None:
        self.action_go(max(0, min(self._at + by, len(self._figures) - 1)))

    def action_go(self, at: int) -> None:
        at %= len(self._figures)
        if at != self._at:
            self._at, self._size_text = at, ""
            self._area.forget()
            self._show_caption()
            self.call_after_refresh(self._show)  # the caption takes its lines before

    def action_open(self) -> None:
        self._open_figure(self._figures[self._at].src)

    def action_close(self) -> None:
        self.dismiss(self._figures[self._at].part)

    def _show_caption(self) -> None:
        figure = self._figures[self._at]
        place = f"{self._at + 1} of {len(self._figures)}"
        facts = (figure.label, *((self._size_text,) if self._size_text else ()), place)
        text = figure.caption or ("" if figure.label != "Picture" else figure.src.rsplit("/", 1)[-1])
        self._caption.show(f" {self._glyphs.dot} ".join(facts), text)

    def _show(self) -> None:
        if self._area.size.width and self._area.size.height:
            load: Callable[[], Coroutine[None, None, None]] = self._load
            _: Worker[None] = self.run_worker(load, group="figure", exclusive=True)

    async def _load(self) -> None:
        figure = self._figures[self._at]
        if not self._size_text:
            self._area.show((), 0, f"Loading the picture {self._glyphs.ellipsis}")
        try:
            data = await self._fetch(figure.src)
            size = await asyncio.to_thread(size_of, data)
            self._size_text = f"{size[0]}x{size[1]}"
            self._show_caption()
            await self._draw(PictureKey("", figure.src), size, data)
        except PapertuiError as error:
            self._area.show((), 0, str(error))

    async def _draw(self, key: PictureKey, size: tuple[int, int], data: bytes) -> None:
        most = self._area.size.width, self._area.size.height
        ratio = self._loader.terminal.ratio
        natural = fitted(size, (1000, 1000), ratio=ratio)
        most = min(most[0], _MOST_GROWTH * natural[0]), min(most[1], _MOST_GROWTH * natural[1])
        columns, rows = fitted(size, most, ratio=ratio, grows=True)
        if self._loader.draws_alone:
            draw = await asyncio.to_thread(self._loader.terminal.alone, data, columns, rows)
            self._area.show_alone(partial(self._draw_alone, draw, columns, rows))
            self.refresh()  # what was drawn before is only removed where cells are drawn again
            return
        await self._loader.load(key, columns, rows, data)
        if (cells := self._loader.cells(key, columns, rows)) is not None:
            self._area.show(cells, columns)

    def _draw_alone(self, draw: Callable[[int, int], None], columns: int, rows: int) -> None:
        if self.app.screen is self:
            left, top = self._area.corner(columns, rows)
            region = self._area.region
            draw(region.x + left, region.y + top)
