"""The base of all dialogs: a centred box with a title, a line for errors and a line of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

Wish = TypeVar("Wish")
#: Cells between two keys.
_BETWEEN = 3


class _Keys(Static):
    """Keys with their descriptions, wrapped so that a key and its description stay on one line."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__("", classes="keys")
        self._keys = tuple(keys)

    def on_resize(self, event: events.Resize) -> None:
        parts: list[str | tuple[str, str]] = []
        used = 0
        for key, words in self._keys:
            length = cell_len(key) + 1 + cell_len(words)
            if used and used + _BETWEEN + length > event.size.width:
                parts.append("\n")
                used = 0
            elif used:
                parts.append(" " * _BETWEEN)
                used += _BETWEEN
            parts += [(key, "$primary"), (f" {words}", "$faint")]
            used += length
        self.update(Content.assemble(*parts))


class Dialog(ModalScreen[Wish | None], Generic[Wish]):
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
        background: $cursor; color: $foreground; text-style: none;
    }
    Dialog .title { height: 1; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Dialog .said { color: $accent; height: auto; max-height: 4; margin-top: 1; display: none; }
    Dialog .said.-told { display: block; }
    Dialog .keys { color: $faint; height: auto; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012 - Textual declares it so

    @staticmethod
    def head(title: str, about: str = "") -> Static:
        """Make the title line."""
        return Static(Content.assemble((title, "bold $primary"), (f"  {about}" if about else "", "$faint")),
                      classes="title")  # fmt: skip

    @staticmethod
    def keys_line(*keys: tuple[str, str]) -> Static:
        """Make the line of keys and their descriptions."""
        return _Keys(keys)

    @staticmethod
    def voice() -> Static:
        """Make the line that `say` writes to."""
        return Static("", classes="said")

    def say(self, sentence: str) -> None:
        """Show a sentence; an empty one hides the line."""
        voice = self.query_one(".said", Static)
        voice.update(Content(sentence))
        voice.set_class(bool(sentence), "-told")

    def action_close(self) -> None:
        self.dismiss(None)
