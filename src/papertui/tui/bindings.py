"""The actions of the keymap as bindings of Textual."""

from __future__ import annotations

from textual.binding import Binding

from papertui.tui.keymap import ACTIONS, setting_name


def bindings() -> list[Binding]:
    """Return bindings of the default keys of every action."""
    return [
        Binding(
            action.keys,
            action.name,
            action.title,
            id=setting_name(action),
            show=bool(action.bar),
            priority=action.moves_keys,
        )
        for action in ACTIONS
    ]
