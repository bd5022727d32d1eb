"""The dialog that waits for a key and gives it to an action."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, Action, Keymap, setting_name, shown_key
from papertui.tui.widgets.key_line import KeyHint, KeyLine

#: Keys that terminals send for other keys too: Backspace, Tab, Enter; and paste.
_AMBIGUOUS = frozenset({"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+v"})
_TITLES = {setting_name(action): action.title for action in (*READING_ACTIONS, *ACTIONS)}
_HINTS = (KeyHint("Enter", "save", "save"), KeyHint("Esc", "cancel", "close"))


class KeyDialog(Dialog[dict[str, str | None]]):
    """Returns the changed keys by action, the new ones of this action last; ``None`` stands for the default.

    The new key takes the place of the first one; other keys of the action stay.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "save", "Save")]

    def __init__(self, action: Action, keys: Keymap) -> None:
        super().__init__()
        self._action = action
        self._setting = setting_name(action)
        self._keys = keys
        self._changes: dict[str, str | None] = {}
        self._problem = ""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line(self._action.title)
            yield Static(id="pressed")
            yield self.notice
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        self._show(f"Now: {self._keys.names(self._setting)}")

    def _show(self, words: str) -> None:
        self.query_one("#pressed", Static).update(Content.assemble("Press the new key.  ", (words, "bold $primary")))

    def on_key(self, event: events.Key) -> None:
        if event.key in {"escape", "enter"}:
            return
        event.stop()
        event.prevent_default()
        self._press(event.key)

    def _press(self, key: str) -> None:
        """Show a pressed key, and what it does now."""
        self._changes, self._problem = {}, ""
        self.notice.dismiss()
        self._show(shown_key(key))
        # The triage has keys apart from these: where they clash there, it gives way.
        named = ((name, keys) for name, keys in self._keys.keys.items() if name in _TITLES)
        owner = next((name for name, keys in named if key in keys.split(",")), "")
        if key in _AMBIGUOUS:
            self._problem = f"{shown_key(key)} cannot be used: a terminal sends the same for another key."
        elif owner and owner != self._setting:
            left = [other for other in self._keys.keys[owner].split(",") if other != key]
            does = f"{shown_key(key)} is the key of “{_TITLES[owner]}”."
            if not left:
                self._problem = f"{does} Give that another key first."
            else:
                self._changes[owner] = ",".join(left)
                stays = ", ".join(map(shown_key, left))
                self.notice.warn(f"{does} Enter takes it away there, where {stays} stays.")
        if self._problem:
            self.notice.warn(self._problem)
            return
        _, *others = self._keys.keys[self._setting].split(",")
        new = ",".join(dict.fromkeys([key, *others]))
        self._changes[self._setting] = None if new == self._action.keys else new

    def action_save(self) -> None:
        if not self._problem:
            self.dismiss(self._changes or None)
