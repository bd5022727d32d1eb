"""One of several in one line: arrows, Space or a click go through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from papertui.tui.signs import Signs


class Cycler(Static, can_focus=True):
    """A name, and what is chosen of several."""

    DEFAULT_CSS = """
    Cycler { height: 1; padding: 0 1; }
    Cycler:focus { background: $cursor; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("right,l,space", "go(1)", "The next one"),
        ("left,h", "go(-1)", "The one before"),
    ]

    class Turned(Message):
        """Another one is chosen."""

    def __init__(self, name: str, choices: Sequence[str], signs: Signs, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._label = name
        self._choices = tuple(choices)
        self._signs = signs
        self.place = 0

    def on_mount(self) -> None:
        """Shows the first one."""
        self._show()

    def _show(self) -> None:
        left, right = self._signs.arrow_left, self._signs.arrow_right
        self.update(
            Content.assemble(
                (f"{self._label:<8}", "$faint"),
                (f"{left} ", "$primary"),
                self._choices[self.place],
                (f" {right}", "$primary"),
            )
        )

    def action_go(self, by: int) -> None:
        """Goes on by so many, round and round."""
        self.place = (self.place + by) % len(self._choices)
        self._show()
        self.post_message(self.Turned())

    def on_click(self, event: events.Click) -> None:
        """A click goes on to the next one."""
        event.stop()
        self.action_go(1)
