"""The menu of the authors, keywords, organisation, category and submitter of a paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from papertui.tui.dialogs.dialog import DialogList
from papertui.tui.dialogs.menu import Menu, MenuItem
from papertui.tui.glyphs import Glyphs

_HINTS = (("Enter show", "screen.show_papers"), ("f follow (+)", "screen.follow"))


class TopicsMenu(Menu):
    """Returns the id of the topic whose papers are to be shown; ``f`` follows a topic, or follows it no more."""

    BINDINGS: ClassVar[list[BindingType]] = [("f", "follow", "Follow, or stop following")]

    def __init__(
        self,
        items: Sequence[MenuItem],
        follow: Callable[[str], None],
        *,
        beside: Widget,
        glyphs: Glyphs,
        opener: str,
    ) -> None:
        """Create the menu.

        Args:
            items: the topics.
            follow: called with the id of a topic.
            beside: see `Menu`.
            glyphs: see `Menu`.
            opener: see `Menu`.
        """
        about = f" {glyphs.dot} ".join(words for words, _ in _HINTS)
        super().__init__("Authors and topics", items, beside=beside, glyphs=glyphs, opener=opener, about=about)
        self._follow = follow
        self._is_long = False  # its keys are for the list, not for a line that filters it

    def on_mount(self) -> None:
        super().on_mount()
        # Both work by mouse as well.
        dot = f" {self._glyphs.dot} "
        self.query_one(Vertical).border_subtitle = dot.join(f"[@click={run}]{words}[/]" for words, run in _HINTS)

    def action_show_papers(self) -> None:
        self.query_one(DialogList).action_select()

    def action_follow(self) -> None:
        rows = self.query_one(DialogList)
        if rows.highlighted is not None:
            _, _, place = (rows.get_option_at_index(rows.highlighted).id or "").partition("-")
            if place:
                self._follow(self._shown[int(place)].id)
