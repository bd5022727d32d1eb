"""The prompt for a command that gets the text of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.text_line import TextLine


class Pipe(NamedTuple):
    """What is piped where."""

    command: str
    is_section: bool


class PipeDialog(Dialog[Pipe]):
    """Returns the command, and whether it gets the section or the whole text.

    Args:
        past: commands run before, the newest first.
        section: the name of the section, or an empty string.
        is_unicode: whether the arrows can be drawn.
    """

    def __init__(self, past: Sequence[str], section: str, *, is_unicode: bool) -> None:
        super().__init__()
        self._past = tuple(past)
        self._place = -1
        self._section = section
        self._is_section = False
        self._arrows = "↑↓" if is_unicode else "up/down"

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("Pipe to a command", "it runs in the terminal and gets the text on its input")
            yield TextLine("a command, such as wc -w or less")
            yield Static(id="what")
            yield self.notice
            hints = [KeyHint("Enter", "run", "run"), KeyHint(self._arrows, "past commands")]
            if self._section:
                hints.append(KeyHint("Tab", "text or section", "switch"))
            yield KeyLine([*hints, KeyHint("Esc", "close", "close")], wraps=True)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        what = f"Section: {self._section}" if self._is_section else "The whole text"
        self.query_one("#what", Static).update(Content.assemble((what, "$faint")))

    def action_switch(self) -> None:
        self._is_section = bool(self._section) and not self._is_section
        self._show()

    def action_run(self) -> None:
        if command := self.query_one(Input).value.strip():
            self.dismiss(Pipe(command, self._is_section))

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_run()

    def on_key(self, event: events.Key) -> None:
        if event.key == "tab":
            self.action_switch()
        elif event.key in {"up", "down"}:
            self._place = max(-1, min(self._place + (1 if event.key == "up" else -1), len(self._past) - 1))
            line = self.query_one(Input)
            line.value = self._past[self._place] if self._place >= 0 else ""
            line.cursor_position = len(line.value)
        else:
            return
        event.stop()
        event.prevent_default()
