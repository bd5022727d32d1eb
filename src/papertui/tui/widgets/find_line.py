"""The line to find words in an open paper."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from papertui.tui.widgets.text_line import TextLine


class FindLine(Horizontal):
    """An input with the number of matches at its end; hidden while nothing is searched."""

    DEFAULT_CSS = """
    FindLine { height: 1; display: none; background: $panel; }
    FindLine.-shown { display: block; }
    FindLine #sign { width: 2; padding: 0 0 0 1; color: $primary; }
    FindLine #count { width: auto; padding: 0 1; color: $faint; }
    FindLine Input, FindLine Input:focus {
        width: 1fr; border: none; height: 1; padding: 0; background: $panel; background-tint: $panel 0%;
    }
    """

    def __init__(self, sign: str, typed: Callable[[str], None]) -> None:
        """Create the line; `typed` is called with the text after each change."""
        super().__init__()
        self._sign = sign
        self._typed = typed
        self.input = TextLine("find in this paper", compact=True, select_on_focus=True)

    def compose(self) -> ComposeResult:
        yield Static(Content(self._sign), id="sign")
        yield self.input
        yield Static(id="count")

    def show_count(self, words: str) -> None:
        self.query_one("#count", Static).update(Content(words))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self._typed(message.value)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()  # Enter is a key of the screen
