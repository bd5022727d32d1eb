"""A wide table or listing alone on the screen, panned in all directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.tui.text_layout import filled
from papertui.tui.theme import make_styles
from papertui.tui.widgets.key_line import KeyHint, KeyLine

#: Cells of one step to the side.
_STEP = 8


class WideText(ScrollView, can_focus=True):
    """Lines that are never broken."""

    DEFAULT_CSS = """
    WideText { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "scroll_down", "Down"),
        ("k", "scroll_up", "Up"),
        ("h,left", "pan(-1)", "Left"),
        ("l,right", "pan(1)", "Right"),
        ("g", "scroll_home", "Top"),
        ("G", "scroll_end", "End"),
    ]

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = tuple(lines)

    def on_mount(self) -> None:
        self.virtual_size = Size(max(map(cell_len, self._lines), default=0), len(self._lines))

    def action_pan(self, way: int) -> None:
        self.scroll_relative(x=way * _STEP, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        x, top = self.scroll_offset
        row = top + y
        if row >= len(self._lines):
            return Strip.blank(width, base)
        text = make_styles(self.app.theme_variables).text
        full = max(self.virtual_size.width, x + width)
        return filled([Segment(self._lines[row], text)], base, full).crop(x, x + width)


class WideScreen(ModalScreen[None]):
    """The lines, and the keys."""

    DEFAULT_CSS = (
        "WideScreen { background: $background; layout: vertical; } WideScreen WideText { background: $background; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,enter,backspace", "close", "Close")]
    AUTO_FOCUS = "WideText"

    def __init__(self, lines: Sequence[str], *, is_unicode: bool) -> None:
        super().__init__()
        self._lines = lines
        self._arrows = "←↓↑→" if is_unicode else "arrows"

    def compose(self) -> ComposeResult:
        yield WideText(self._lines)
        yield KeyLine([KeyHint(self._arrows, "move"), KeyHint("Esc", "back to the text", "close")])

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    def action_close(self) -> None:
        self.dismiss(None)
