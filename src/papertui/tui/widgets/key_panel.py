"""A panel above the key line: what may follow a pending key, in columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from papertui.tui.widgets.key_line import KeyHint, KeyLine


class KeyPanel(VerticalScroll, can_focus=False):
    """Shows keys that may follow the ones typed, over the list; a click on one posts `KeyLine.Pressed`."""

    DEFAULT_CSS = """
    KeyPanel {
        layer: panel; dock: bottom; margin-bottom: 1; height: auto; max-height: 60%; padding: 0 1;
        background: $panel; border-top: solid $faint; scrollbar-size-vertical: 1;
    }
    KeyPanel.-ascii { border-top: ascii $faint; }
    """

    def __init__(self, hints: Sequence[KeyHint], *, is_ascii: bool = False) -> None:
        super().__init__(classes="-ascii" if is_ascii else None)
        keys, words = max(cell_len(hint.key) for hint in hints), max(cell_len(hint.word) for hint in hints)
        self._hints = [
            KeyHint(
                " " * (keys - cell_len(hint.key)) + hint.key,
                hint.word + " " * (words - cell_len(hint.word)),
                hint.action,
            )
            for hint in hints
        ]

    def compose(self) -> ComposeResult:
        yield KeyLine(self._hints, wraps=True)
