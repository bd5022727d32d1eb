"""One of a few, by its key, by arrows and Enter, or by a click."""

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


class Choice(Dialog[str]):
    """Ends with the key of what was chosen."""

    DEFAULT_CSS = """
    Choice > Vertical { width: auto; min-width: 36; max-width: 76; }
    Choice OptionList { width: auto; min-width: 30; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("j", "down", "Down"), ("k", "up", "Up")]

    def __init__(self, title: str, about: str, choices: Mapping[str, str], now: str = "", style: str = "") -> None:
        """Asks.

        Args:
            title: what is asked.
            about: of what, in a few words.
            choices: what there is, each by the key that chooses it at once.
            now: the key of how it is, where the cursor begins.
            style: how the words are drawn.
        """
        super().__init__()
        self._title = title
        self._about = about
        self._choices = dict(choices)
        self._now = now
        self._style = style

    def compose(self) -> ComposeResult:
        """The choices, one below the other."""
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
        """The cursor begins at how it is."""
        listed = self.query_one(OptionList)
        listed.highlighted = list(self._choices).index(self._now) if self._now in self._choices else 0
        listed.focus()

    def on_key(self, event: events.Key) -> None:
        """A key of a choice chooses it."""
        if event.character in self._choices:
            event.stop()
            self.dismiss(event.character)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """So do Enter and a click."""
        message.stop()
        self.dismiss(list(self._choices)[message.option_index])

    def action_down(self) -> None:
        """The next choice."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """The choice before."""
        self.query_one(OptionList).action_cursor_up()
