"""A one-line selector: arrows, Space or a click move to the next value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from papertui.tui.glyphs import Glyphs


class Cycler(Static, can_focus=True):
    """A label and the current value."""

    DEFAULT_CSS = """
    Cycler { height: 1; padding: 0 1; }
    Cycler:focus { background: $cursor; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("right,l,space", "go(1)", "Next value"),
        ("left,h", "go(-1)", "Previous value"),
    ]

    class Changed(Message):
        """The value changed."""

    def __init__(self, name: str, choices: Sequence[str], glyphs: Glyphs, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._label = name
        self._choices = tuple(choices)
        self._glyphs = glyphs
        self.place = 0

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        left, right = self._glyphs.arrow_left, self._glyphs.arrow_right
        self.update(
            Content.assemble(
                (f"{self._label:<8}", "$faint"),
                (f"{left} ", "$primary"),
                self._choices[self.place],
                (f" {right}", "$primary"),
            )
        )

    def action_go(self, by: int) -> None:
        self.place = (self.place + by) % len(self._choices)
        self._show()
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_go(1)
