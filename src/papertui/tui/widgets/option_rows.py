"""Options: a list of values, ticks and commands, and a selector of one value in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from papertui.tui.glyphs import Glyphs

#: Width of the label of a value.
_LABEL = 11
#: Width of the label of a command.
_COMMAND = 22


class OptionRow(NamedTuple):
    """One line of the list."""

    id: str
    #: ``value``: changed with the arrows; ``tick``: on or off; ``do``: a command; ``head`` and ``fact``: text.
    kind: Literal["value", "tick", "do", "head", "fact"]
    label: str
    value: str = ""
    on: bool = False


class OptionRows(OptionList, inherit_bindings=False):
    """The list. It posts messages when a row is changed, moved or pressed."""

    DEFAULT_CSS = """
    OptionRows, OptionRows:focus {
        border: none; background: $panel; background-tint: $panel 0%; padding: 1 1; scrollbar-size-vertical: 1;
        scrollbar-background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    OptionRows > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    OptionRows:focus > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: $cursor-text-style;
    }
    OptionRows > .option-list--option-disabled { color: $foreground; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("j,down", "cursor_down", "Down"),
        ("k,up", "cursor_up", "Up"),
        ("g,home", "first", "First"),
        ("G,end", "last", "Last"),
        ("l,right", "change(1)", "More"),
        ("h,left", "change(-1)", "Less"),
        ("greater_than_sign,J", "move(1)", "Move down"),
        ("less_than_sign,K", "move(-1)", "Move up"),
        ("enter,space", "select", "Turn on or off, or run"),
    ]

    class Turned(Message):
        """A value should change by `by` steps."""

        def __init__(self, row: str, by: int) -> None:
            super().__init__()
            self.row, self.by = row, by

    class Moved(Message):
        """A ticked row should move by `by` places."""

        def __init__(self, row: str, by: int) -> None:
            super().__init__()
            self.row, self.by = row, by

    class Pressed(Message):
        """A row was ticked or unticked, or a command should run."""

        def __init__(self, row: str) -> None:
            super().__init__()
            self.row = row

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._rows: tuple[OptionRow, ...] = ()

    def show(self, rows: Sequence[OptionRow], cursor: str = "") -> None:
        """Show `rows`; the cursor stays on its row, or goes to the row with the id `cursor`."""
        wanted = cursor or self._cursor_id()
        if tuple(rows) == self._rows and not cursor:
            return
        self._rows = tuple(rows)
        self.clear_options()
        self.add_options(
            [
                Option(self._line(row), id=f"row-{place}", disabled=row.kind in {"head", "fact"})
                for place, row in enumerate(rows)
            ]
        )
        places = [place for place, row in enumerate(rows) if row.kind not in {"head", "fact"}]
        same = next((place for place in places if rows[place].id == wanted), None)
        self.highlighted = same if same is not None else next(iter(places), None)

    def _line(self, row: OptionRow) -> Content:
        if row.kind == "head":
            return Content.assemble((row.label, "bold $primary"))
        if row.kind == "fact":
            label = f"{row.label:<{_LABEL}}" if row.label else ""
            return Content.assemble((label, "$faint"), row.value)
        if row.kind == "value":
            left, right = self._glyphs.arrow_left, self._glyphs.arrow_right
            room = " " * max(1, _LABEL - cell_len(row.label))
            return Content.assemble(
                f"{row.label}{room}", (f"{left} ", "$primary"), row.value, (f" {right}", "$primary")
            )
        if row.kind == "tick":
            return Content.assemble(
                (f"{self._glyphs.new if row.on else ' '} ", "$accent"), (row.label, "" if row.on else "$faint")
            )
        return Content.assemble((f"{row.label:<{_COMMAND}}", "$primary"), (row.value, "$faint"))

    def _cursor_id(self) -> str:
        place = self.highlighted
        return self._rows[place].id if place is not None and place < len(self._rows) else ""

    def _row(self) -> OptionRow | None:
        return next((row for row in self._rows if row.id == self._cursor_id()), None)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        row = self._rows[message.option_index]
        self.post_message(self.Turned(row.id, 1) if row.kind == "value" else self.Pressed(row.id))

    def action_change(self, by: int) -> None:
        if (row := self._row()) is not None and row.kind == "value":
            self.post_message(self.Turned(row.id, by))

    def action_move(self, by: int) -> None:
        if (row := self._row()) is not None and row.kind == "tick" and row.on:
            self.post_message(self.Moved(row.id, by))


class Cycler(Static, can_focus=True):
    """A label and the current value."""

    DEFAULT_CSS = """
    Cycler { height: 1; padding: 0 1; }
    Cycler:focus { background: $cursor; text-style: $cursor-text-style; }
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
