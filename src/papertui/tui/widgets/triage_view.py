"""The widgets of the triage screen, as its controller fills them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.triage_lines import TriageHead, TriageStatus
from papertui.tui.widgets.triage_list import TriageList
from papertui.tui.widgets.triage_page import TriagePage


class TriageView:
    """What the triage shows, once a screen has mounted it."""

    def __init__(self, glyphs: Glyphs, keys: Keymap) -> None:
        self.keys = keys
        #: The screen that shows them; it may not be mounted yet.
        self.screen: Screen[None] | None = None
        self.head = TriageHead(glyphs)
        self.page = TriagePage(glyphs)
        self.list = TriageList(glyphs)
        self.status = TriageStatus(glyphs)
        self.notice = NoticeLine()
        self.tags = KeyLine(wraps=True)
        self.tags.id = "tags"
        self.key_line = KeyLine(wraps=True)

    @property
    def is_mounted(self) -> bool:
        return self.page.is_attached

    @property
    def is_open(self) -> bool:
        """Whether no dialog is above it."""
        return self.screen is not None and self.screen.is_current

    def close(self) -> None:
        """Close its screen."""
        if self.screen is not None:
            self.screen.dismiss()

    def show_keys(self, words: Sequence[tuple[str, str]]) -> None:
        """Show what keys do, in words by the setting name of their action."""
        self.key_line.show([KeyHint(self.keys.name(name), word, name) for name, word in words])

    def show_tags(self, tags: Sequence[tuple[str, bool]]) -> None:
        """Show the tags on the number keys, those that fit the paper with an accent."""
        self.tags.show(
            [
                KeyHint(str(number), f"#{tag}", f"tag({number})", is_strong=fits)
                for number, (tag, fits) in enumerate(tags, start=1)
            ]
        )
        self.tags.display = bool(tags)
