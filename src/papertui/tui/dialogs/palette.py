"""The command palette: every action with its key, views, tags, collections and themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

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

#: Cells around a row: the blanks at its ends, and the scrollbar.
_AROUND = 4
_LEAST_TITLE = 12


def _listed(query: str, commands: Sequence[Command]) -> list[Command | str]:
    return list(ranked(query, commands))


#: What is typed in the palette.
WORDS = "an action, view, tag, collection or theme"


def make_line(placeholder: str = WORDS) -> Input:
    return Input(placeholder=placeholder, select_on_focus=False)


def _row(command: Command, width: int) -> Content:
    """Format a command: the title, its group, and its keys at the end."""
    keys = command.keys
    title = cut(command.title, max(_LEAST_TITLE, width - cell_len(keys) - 2), "…")
    room = width - cell_len(title) - cell_len(keys) - 2
    group = f"  {command.group}" if cell_len(command.group) + 2 <= room else ""
    gap = " " * max(1, width - cell_len(title) - cell_len(group) - cell_len(keys))
    return Content.assemble((f" {title}", ""), (group, "$faint"), gap, (f"{keys} ", "$primary"))


class PaletteForm(NamedTuple):
    """How a list of commands looks."""

    name: str = "-palette"  # the class for the style sheet
    hints: Sequence[KeyHint] = (KeyHint("Enter", "run", "run"), KeyHint("Esc", "close", "close"))
    nothing: str = "No command has these words."
    #: Returns the rows for what is typed: commands, and headings of groups of them.
    listed: Callable[[str, Sequence[Command]], list[Command | str]] = _listed
    #: Formats a command for a width.
    row: Callable[[Command, int], Content] = _row
    #: Makes the input.
    make_line: Callable[[], Input] = make_line
    #: The place of the command under the cursor while nothing is typed.
    start: int = 0


class PaletteDialog(Dialog[Command]):
    """Returns the command to run."""

    DEFAULT_CSS = """
    PaletteDialog { align: center top; }
    PaletteDialog > Vertical { margin-top: 1; max-width: 84; }
    PaletteDialog DialogList { margin-top: 1; }
    PaletteDialog DialogList > .option-list--option-highlighted { background: $cursor; }
    PaletteDialog.-clear { background: transparent; }
    PaletteDialog.-clear > Vertical { max-width: 54; }
    PaletteDialog.-help { align: center middle; }
    PaletteDialog.-help > Vertical { width: 100%; max-width: 100; height: 96%; max-height: 96%; margin-top: 0; }
    PaletteDialog.-help DialogList, PaletteDialog.-help DialogList:focus { max-height: 100vh; height: 1fr; }
    PaletteDialog.-help DialogList > .option-list--option-disabled { color: $primary; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "run", "Run")]

    def __init__(
        self, commands: Sequence[Command], leave: Callable[[], object], form: PaletteForm | None = None
    ) -> None:
        """Create the dialog.

        Args:
            commands: what can be chosen.
            leave: reverts what a preview changed; called when no command is chosen.
            form: how the commands are shown; by default as a palette.
        """
        super().__init__()
        self._form = form or PaletteForm()
        self.add_class(self._form.name)
        self._commands = commands
        self._leave = leave
        self._shown: list[Command | str] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._form.make_line()
            yield self.notice
            yield DialogList()
            yield KeyLine(self._form.hints, wraps=True)

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        line, rows = self.query_one(Input), self.query_one(DialogList)
        self._shown = self._form.listed(line.value, self._commands)
        width = max(_LEAST_TITLE, rows.size.width or line.size.width) - _AROUND
        headings = [place for place, row in enumerate(self._shown) if isinstance(row, str)]
        rows.show([self._row(row, width, place) for place, row in enumerate(self._shown)])
        for place in headings:
            rows.disable_option_at_index(place)
        if self._shown:
            rows.highlighted = 1 if headings else 0 if line.value else self._form.start
            self.notice.dismiss()
        else:
            self.notice.show_message(self._form.nothing, warning=True)

    def _row(self, row: Command | str, width: int, place: int) -> Content:
        if isinstance(row, str):  # an empty line before each group but the first
            return Content.assemble("\n" if place else "", (f" {row}", "bold"))
        return self._form.row(row, width)

    def _command(self, place: int | None) -> Command | None:
        command = self._shown[place] if place is not None and place < len(self._shown) else None
        return None if isinstance(command, str) else command

    @on(DialogList.OptionHighlighted)
    def _preview(self, message: DialogList.OptionHighlighted) -> None:
        if (command := self._command(message.option_index)) is not None:
            (command.preview or self._leave)()

    def on_key(self, event: events.Key) -> None:
        """Move in the list while typing."""
        rows = self.query_one(DialogList)
        moves = {
            "down": rows.action_cursor_down,
            "up": rows.action_cursor_up,
            "ctrl+n": rows.action_cursor_down,
            "ctrl+p": rows.action_cursor_up,
            "pagedown": rows.action_page_down,
            "pageup": rows.action_page_up,
        }
        last = len(self._shown) - 1
        is_at_end = event.key in {"down", "ctrl+n"} and rows.highlighted == last
        is_at_start = event.key in {"up", "ctrl+p"} and not any(map(self._command, range(rows.highlighted or 0)))
        if (move := moves.get(event.key)) is not None and self._shown:
            self.stop(event)
            if not is_at_end and not is_at_start:  # the list itself would go around
                move()

    @staticmethod
    def stop(event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    @on(Input.Submitted)
    def action_run(self) -> None:
        if (command := self._command(self.query_one(DialogList).highlighted)) is not None:
            self.dismiss(command)

    @on(DialogList.OptionSelected)
    def _choose(self, message: DialogList.OptionSelected) -> None:
        self.dismiss(self._command(message.option_index))

    def action_close(self) -> None:
        self._leave()
        self.dismiss(None)
