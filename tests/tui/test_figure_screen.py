"""A figure that the terminal draws over empty cells: each time after these are drawn, and not after it is closed."""

from textual.app import App

from kit.pngs import a_png
from kit.sixel_terminal import SixelGraphics
from papertui.tui.figure_screen import Figure, FigureArea, FigureScreen
from papertui.tui.glyphs import UNICODE
from papertui.tui.picture_loader import PictureLoader
from papertui.tui.terminal_pictures import TerminalPictures
from papertui.tui.theme import INK
from tui.screen import rest


class Room(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.register_theme(INK)
        self.theme = INK.name

    def on_mount(self) -> None:
        terminal = TerminalPictures({"TERM": "foot"}, self.written.append)
        terminal.take("\x1b[6;20;10t")
        terminal.take("\x1b[?62;4c")
        loader = PictureLoader(self.screen.app, terminal, "auto", is_unicode=True)
        figures = [Figure(7, "Figure 1", "One.", "1.png"), Figure(9, "Figure 2", "Two.", "2.png")]
        self.push_screen(FigureScreen(figures, 0, loader, self.fetch, lambda _: None, UNICODE))

    async def fetch(self, src: str) -> bytes:
        return a_png(200, 100) if src == "1.png" else a_png(100, 100)

    def drawn(self) -> SixelGraphics:
        """Return the terminal after what was written since the last time."""
        graphics = SixelGraphics((80, 24))
        graphics.feed("".join(self.written).encode())
        self.written.clear()
        return graphics


async def test_a_picture_is_drawn_again_after_its_cells() -> None:
    app = Room()
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        graphics = app.drawn()
        assert (graphics.drawings[-1].width, graphics.drawings[-1].height) == (720, 360)
        app.screen.query_one(FigureArea).refresh()
        await rest(pilot)
        assert len(app.drawn().drawings) == 1
        await rest(pilot)
        assert app.written == [], "nothing is drawn for nothing"
        await pilot.press("n")
        await rest(pilot)
        assert {(one.width, one.height) for one in app.drawn().drawings} == {(360, 360)}
        await pilot.press("escape")
        await rest(pilot)
        app.drawn()
        app.screen.refresh()
        await rest(pilot)
        assert app.written == []
