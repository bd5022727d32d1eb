"""A page with what a command printed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.widgets.key_line import KeyHint, KeyLine


class OutputDialog(Dialog[None]):
    """Shows text that scrolls."""

    DEFAULT_CSS = """
    OutputDialog > Vertical { width: 94%; max-width: 120; max-height: 90%; }
    OutputDialog VerticalScroll { height: auto; max-height: 70vh; background: $panel; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,enter", "close", "Close"),
        ("j", "scroll_by(1)", "Down"),
        ("k", "scroll_by(-1)", "Up"),
        ("space,ctrl+d", "scroll_by(10)", "Page down"),
        ("ctrl+u", "scroll_by(-10)", "Page up"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line(self._title)
            with VerticalScroll():
                yield Static(Content(self._text))
            yield KeyLine((KeyHint("Esc", "close", "close"),), wraps=True)

    def action_scroll_by(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
