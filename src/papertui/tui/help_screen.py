"""The help screen: all keys as currently configured."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from papertui.search.language import help_lines
from papertui.tui.dialogs.dialog import Dialog
from papertui.tui.keymap import ACTIONS, TRIAGE, TRIAGE_ACTIONS, Keymap, setting_name

_TABS = tuple(action for action in ACTIONS if action.name.startswith("view("))


class HelpText(VerticalScroll):
    """The scrolling page."""


class HelpScreen(Dialog[None]):
    """All keys by group, and the search syntax."""

    DEFAULT_CSS = """
    HelpScreen HelpText {
        width: 90%;
        max-width: 96;
        height: auto;
        max-height: 94%;
        background: $panel;
        padding: 1 3;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,question_mark,enter", "close", "Close"),
        ("j,down", "scroll_by(1)", "Down"),
        ("k,up", "scroll_by(-1)", "Up"),
        ("ctrl+d,pagedown", "scroll_by(10)", "Page down"),
        ("ctrl+u,pageup", "scroll_by(-10)", "Page up"),
    ]

    def __init__(self, keys: Keymap) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        with HelpText():
            yield Static(Content.assemble(*self._parts()))

    @property
    def _has_default_tabs(self) -> bool:
        """Whether each tab has its number as key, so that one line describes them all."""
        return all(self._keys.keys[setting_name(action)] == action.keys for action in _TABS)

    def _parts(self) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = [("Keys", "bold $primary"), ("   Esc closes this page\n", "$faint")]
        group = ""
        for action in (*ACTIONS, *TRIAGE_ACTIONS):
            if action.group != group:
                group = action.group
                parts.append((f"\n{group}\n", "bold"))
                if group == TRIAGE:
                    tags = f"{self._keys.name('view_1')} to {self._keys.name('view_9')}"
                    parts += [(f"  {tags:<18} ", "$accent"), ("Keep with that tag\n", "")]
            keys = self._keys.names(setting_name(action))
            if action in _TABS and self._has_default_tabs:
                if action is _TABS[-1]:
                    parts += [(f"  {f'{_TABS[0].keys} to {keys}':<18} ", "$accent"), ("Open that tab\n", "")]
                continue
            parts += [(f"  {keys:<18} ", "$accent"), (f"{action.title}\n", "")]
        parts.append(("\nSearch\n", "bold"))
        for example, about in help_lines():
            parts += [(f"  {example:<22} ", "$accent"), (f"{about}\n", "")]
        parts += [
            ("\nMouse: ", "bold"),
            ("click a paper (twice: read it, Ctrl: select it), its star (bookmark), a tab, a link or a key.\n", ""),
            ("Change keys under [keys] in the settings: papertui config edit.", "$faint"),
        ]
        return parts

    def action_scroll_by(self, lines: int) -> None:
        self.query_one(HelpText).scroll_relative(y=lines, animate=False)
