"""The parts of all dialogs (a centred box, a title, a list, a notice line), and the dialog to choose one option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.css.scalar import Unit
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from papertui.tui.keymap import shown_key
from papertui.tui.widgets.key_line import KeyLine
from papertui.tui.widgets.notice_line import NoticeLine

Result = TypeVar("Result")
#: Labels longer than this do not widen the column.
_MOST_LABEL = 28


class DialogList(OptionList):
    """The list of a dialog; hidden while it is empty."""

    BINDINGS: ClassVar[list[BindingType]] = [("j", "cursor_down", "Down"), ("k", "cursor_up", "Up")]

    def on_mount(self) -> None:
        self.display = bool(self.option_count)

    def show(self, rows: Sequence[Content]) -> None:
        """Show `rows`; the cursor stays at its place."""
        place = self.highlighted or 0
        self.clear_options()
        self.add_options([Option(row) for row in rows])
        self.display = bool(rows)
        if rows:
            self.highlighted = min(place, len(rows) - 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        height = super().get_content_height(container, viewport, width)
        most = self.styles.max_height
        if most is None or most.unit is not Unit.VIEW_HEIGHT:
            return height
        # Textual ignores such a limit while it measures the box around the list, which would be too high.
        return min(height, int(most.resolve(viewport, viewport)))

    def action_page_up(self) -> None:
        self._move_by(-self.size.height)

    def action_page_down(self) -> None:
        self._move_by(self.size.height)

    def _move_by(self, rows: int) -> None:
        """Move the cursor. Textual's own page keys fail in a list that was not drawn yet."""
        if self.option_count:
            self.highlighted = max(0, min((self.highlighted or 0) + rows, self.option_count - 1))

    @property
    def row(self) -> int | None:
        """The row under the cursor while the list has the focus."""
        return self.highlighted if self.has_focus else None


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A modal box; returns the result, or ``None`` when it is cancelled."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > Vertical {
        width: 90%; max-width: 76; height: auto; max-height: 94%; background: $panel; padding: 1 2;
    }
    Dialog Input, Dialog Input:focus {
        border: none; height: 1; padding: 0 1; background: $background; color: $foreground;
    }
    Dialog Input > .input--placeholder, Dialog Input > .input--suggestion { color: $faint; }
    Dialog OptionList, Dialog OptionList:focus {
        border: none; height: auto; max-height: 34vh; background: $panel; background-tint: $panel 0%; padding: 0;
        scrollbar-size-vertical: 1; scrollbar-background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Dialog.-high OptionList { max-height: 50vh; }
    Dialog OptionList > .option-list--option-highlighted {
        background: $panel; color: $foreground; text-style: none;
    }
    Dialog OptionList:focus > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: $cursor-text-style;
    }
    Dialog .title { height: 1; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Dialog NoticeLine { max-height: 4; padding: 0; margin-top: 1; }
    Dialog KeyLine { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012 - Textual declares it so

    def __init__(self) -> None:
        super().__init__()
        self.notice = NoticeLine()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close the dialog with `result`, once: a second quick key would close the screen below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    @staticmethod
    def title_line(title: str, about: str = "") -> Static:
        return Static(Content.assemble((title, "bold $primary"), (f"  {about}" if about else "", "$faint")),
                      classes="title")  # fmt: skip

    def on_key(self, event: events.Key) -> None:
        """Go from the line to the list with Down, and from its first row back with Up."""
        line, rows = self.query(Input), self.query(DialogList)
        if not line or not rows:
            return
        if line.first().has_focus and event.key == "down" and rows.first().display:
            rows.first().focus()
        elif rows.first().row == 0 and event.key in {"up", "k"}:
            line.first().focus()
        else:
            return
        event.stop()
        event.prevent_default()

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    async def save(self) -> bool:
        """Save what the reader typed, before the app quits; return whether it may."""
        return True

    def action_close(self) -> None:
        self.dismiss(None)


def column_gap(label: str, labels: Sequence[str]) -> str:
    """Return the space after `label` that aligns what follows it below the other `labels`."""
    width = min(_MOST_LABEL, max(map(cell_len, labels), default=0))
    return " " * max(2, width - cell_len(label) + 2)


class ChoiceDialog(Dialog[str]):
    """Returns the key of the chosen option."""

    DEFAULT_CSS = """
    ChoiceDialog > Vertical { width: auto; min-width: 36; max-width: 76; }
    ChoiceDialog DialogList { width: auto; min-width: 30; }
    """

    def __init__(self, title: str, about: str, choices: Mapping[str, str], current: str = "", style: str = "") -> None:
        """Create the dialog.

        Args:
            title: the title.
            about: what the choice applies to, in a few words.
            choices: the options by the key that chooses each of them.
            current: the key of the current option, where the cursor starts.
            style: the style of the options.
        """
        super().__init__()
        self._title = title
        self._about = about
        self._choices = dict(choices)
        self._current = current
        self._style = style

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line(self._title, self._about)
            yield DialogList()

    def on_mount(self) -> None:
        rows = self.query_one(DialogList)
        rows.show(
            [
                Content.assemble((f" {shown_key(key)}  ", "$primary"), (f"{words} ", self._style))
                for key, words in self._choices.items()
            ]
        )
        rows.highlighted = list(self._choices).index(self._current) if self._current in self._choices else 0
        rows.focus()

    def on_key(self, event: events.Key) -> None:
        if event.character in self._choices:
            event.stop()
            self.dismiss(event.character)

    @on(DialogList.OptionSelected)
    def _choose(self, message: DialogList.OptionSelected) -> None:
        self.dismiss(list(self._choices)[message.option_index])
