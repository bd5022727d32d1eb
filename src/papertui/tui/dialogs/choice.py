"""A dialog to choose one option by its key, by arrows and Enter, or by a click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.keymap import shown_key


class ChoiceDialog(Dialog[str]):
    """Returns the key of the chosen option."""

    DEFAULT_CSS = """
    Choice > Vertical { width: auto; min-width: 36; max-width: 76; }
    Choice OptionList { width: auto; min-width: 30; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("j", "down", "Down"), ("k", "up", "Up")]

    def __init__(self, title: str, about: str, choices: Mapping[str, str], now: str = "", style: str = "") -> None:
        """Create the dialog.

        Args:
            title: the title.
            about: what the choice applies to, in a few words.
            choices: the options by the key that chooses each of them.
            now: the key of the current option, where the cursor starts.
            style: the style of the options.
        """
        super().__init__()
        self._title = title
        self._about = about
        self._choices = dict(choices)
        self._now = now
        self._style = style

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.head(self._title, self._about)
            yield OptionList(
                *(
                    Option(
                        Content.assemble((f" {shown_key(key)}  ", "$primary"), (f"{words} ", self._style)),
                        id=f"choice-{place}",
                    )
                    for place, (key, words) in enumerate(self._choices.items())
                )
            )

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = list(self._choices).index(self._now) if self._now in self._choices else 0
        listed.focus()

    def on_key(self, event: events.Key) -> None:
        if event.character in self._choices:
            event.stop()
            self.dismiss(event.character)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(list(self._choices)[message.option_index])

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
