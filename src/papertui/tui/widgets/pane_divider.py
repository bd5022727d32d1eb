"""The divider between the list and the preview: dragging it moves the split."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import filled
from papertui.tui.theme import make_styles
from papertui.tui.widgets.pane_title import pane_title

_DOUBLE = 2


class PaneDivider(Widget):
    """A column beside the list, or a line below it with the title of the preview.

    It is seen under the mouse and while it is dragged; beside the preview also while that has the focus.
    """

    DEFAULT_CSS = """
    PaneDivider { width: 1; height: 1fr; }
    """

    is_active: reactive[bool] = reactive(False, init=False)  # noqa: FBT003 - a reactive's first value
    marks_focus: reactive[bool] = reactive(False, init=False)  # noqa: FBT003
    heading: reactive[str] = reactive("Paper", init=False)

    class Dragged(Message):
        """The divider was dragged to a place on the screen."""

        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x = x
            self.y = y

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, PaneDivider.Dragged)

    class Dropped(Message):
        """The mouse button was released."""

    class DoubleClicked(Message):
        """The split should be where it is by default."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._is_dragged = False

    def on_enter(self) -> None:
        self.is_active = True

    def on_leave(self) -> None:
        self.is_active = self._is_dragged

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self._is_dragged = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._is_dragged:
            event.stop()
            self.post_message(self.Dragged(event.screen_x, event.screen_y))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._is_dragged:
            event.stop()
            self._is_dragged = False
            self.release_mouse()
            self.is_active = self.is_mouse_over
            self.post_message(self.Dropped())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.chain == _DOUBLE:
            self.post_message(self.DoubleClicked())

    def render_line(self, y: int) -> Strip:
        del y
        styles, width, base = make_styles(self.app.theme_variables), self.size.width, self.rich_style
        if width > 1:  # below the list
            line = pane_title(self.heading, width, base, styles, self._glyphs, has_focus=self.marks_focus)
            if not (self.is_active or self.marks_focus):
                return line
            used = len(line.text.rstrip()) + 1
            rest = filled([Segment(self._glyphs.rule * width, styles.primary)], base, max(0, width - used))
            return Strip.join([line.crop(0, used), rest])
        if self.is_active:
            return filled([Segment(self._glyphs.grip, styles.primary)], base, width)
        return filled([Segment(self._glyphs.edge if self.marks_focus else " ", styles.primary)], base, width)
