"""The command palette: every action with its key, views, tags, collections and themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from papertui.tui.commands import Command, ranked
from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.text_layout import cut
from papertui.tui.widgets.key_line import KeyHint, KeyLine

_HINTS = (KeyHint("Enter", "run", "run"), KeyHint("Esc", "close", "close"))
#: Cells around a row: the blanks at its ends, and the scrollbar.
_AROUND = 4
_LEAST_TITLE = 12


class PaletteDialog(Dialog[Command]):
    """Returns the command to run."""

    DEFAULT_CSS = """
    PaletteDialog { align: center top; }
    PaletteDialog > Vertical { margin-top: 1; max-width: 84; }
    PaletteDialog DialogList { margin-top: 1; }
    PaletteDialog.-clear { background: transparent; }
    PaletteDialog.-clear > Vertical { max-width: 48; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "run", "Run")]

    def __init__(
        self,
        commands: Sequence[Command],
        leave: Callable[[], object],
        *,
        placeholder: str = "an action, view, tag, collection or theme",
        start: int = 0,
        is_clear: bool = False,
    ) -> None:
        """Create the dialog.

        Args:
            commands: what can be chosen.
            leave: reverts what a preview changed; called when no command is chosen.
            placeholder: what can be typed.
            start: the command under the cursor while nothing is typed.
            is_clear: whether the screen below is not dimmed, so that previews can be judged.
        """
        super().__init__()
        self.set_class(is_clear, "-clear")
        self._placeholder = placeholder
        self._start = start
        self._commands = commands
        self._leave = leave
        self._shown: list[Command] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder=self._placeholder, select_on_focus=False)
            yield self.notice
            yield DialogList()
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        line, rows = self.query_one(Input), self.query_one(DialogList)
        self._shown = ranked(line.value, self._commands)
        width = max(_LEAST_TITLE, rows.size.width or line.size.width) - _AROUND
        rows.show([_row(command, width) for command in self._shown])
        if self._shown:
            rows.highlighted = 0 if line.value else self._start
            self.notice.dismiss()
        else:
            self.notice.show_message("No command has these words.", warning=True)

    @on(DialogList.OptionHighlighted)
    def _preview(self, message: DialogList.OptionHighlighted) -> None:
        if message.option_index < len(self._shown):
            (self._shown[message.option_index].preview or self._leave)()

    def on_key(self, event: events.Key) -> None:
        """Move in the list while typing."""
        moves = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}
        rows = self.query_one(DialogList)
        if event.key in moves and self._shown:
            place = (rows.highlighted or 0) + moves[event.key]
            rows.highlighted = max(0, min(place, len(self._shown) - 1))
            event.stop()
            event.prevent_default()

    @on(Input.Submitted)
    def action_run(self) -> None:
        row = self.query_one(DialogList).highlighted
        if self._shown and row is not None:
            self.dismiss(self._shown[row])

    @on(DialogList.OptionSelected)
    def _choose(self, message: DialogList.OptionSelected) -> None:
        self.dismiss(self._shown[message.option_index])

    def action_close(self) -> None:
        self._leave()
        self.dismiss(None)


def _row(command: Command, width: int) -> Content:
    """Format a command: the title, its group, and its keys at the end."""
    keys = command.keys
    title = cut(command.title, max(_LEAST_TITLE, width - cell_len(keys) - 2), "…")
    room = width - cell_len(title) - cell_len(keys) - 2
    group = f"  {command.group}" if cell_len(command.group) + 2 <= room else ""
    gap = " " * max(1, width - cell_len(title) - cell_len(group) - cell_len(keys))
    return Content.assemble((f" {title}", ""), (group, "$faint"), gap, (f"{keys} ", "$primary"))
