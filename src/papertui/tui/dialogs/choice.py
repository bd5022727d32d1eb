"""A dialog to choose one option by its key, by arrows and Enter, or by a click."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.keymap import shown_key


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
