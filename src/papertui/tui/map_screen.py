"""The screen of the map: clusters of the stored or of the kept papers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from papertui.app import Services
from papertui.model.feed import KEPT_CLUSTER
from papertui.model.format import plural
from papertui.services.paper_map import PaperMap
from papertui.tui.bars_screen import BarsScreen, shared_bindings
from papertui.tui.controllers.context import in_background
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.map_pages import map_section, waiting_section
from papertui.tui.widgets.bar_rows import BarRows
from papertui.tui.widgets.key_line import KeyHint
from papertui.tui.widgets.tab_strip import Tab

#: The tabs in full and short form: of everything stored, and of the library.
_TABS = (("stored papers", "stored"), ("kept papers", "kept"))


class MapScreen(BarsScreen):
    """Returns the name of the cluster that was opened.

    Args:
        services: find the clusters.
        glyphs: the symbols to draw with.
        keys: the keys of the reader.
        cursor: the name of the cluster to begin at.
    """

    AUTO_FOCUS = "#clusters"
    BINDINGS: ClassVar[list[BindingType]] = shared_bindings("map", "refresh", "view(1)", "view(2)")

    def __init__(self, services: Services, glyphs: Glyphs, keys: Keymap, *, cursor: str = "") -> None:
        super().__init__(glyphs, keys, cursor=cursor)
        self._services = services
        self._is_kept = cursor.startswith(f"cluster:{KEPT_CLUSTER}")
        self._found: PaperMap | None = None
        self._progress = ""
        self._rows = BarRows(glyphs, id="clusters")

    def _panes(self) -> Iterator[Widget]:
        yield self._rows

    def _hints(self) -> list[KeyHint]:
        name = self._keys.name
        other = "stored papers" if self._is_kept else "kept papers"
        return [
            KeyHint(name("read_paper"), "show papers", "read_paper"),
            KeyHint(name("next_view"), other, "next_view"),
            KeyHint(name("refresh"), "make again", "refresh"),
            KeyHint(name("back"), "back", "back"),
        ]

    @property
    def _pane(self) -> BarRows:
        return self._rows

    def _read(self, *, again: bool = False) -> None:
        in_background(self, self._load, self._is_kept, group="map", exclusive=True, again=again)

    async def _load(self, is_kept: bool, *, again: bool) -> None:  # noqa: FBT001 - the work of a screen
        self._progress = ""
        with self._activity.running("making the map"), self._notice.errors():
            found = await asyncio.to_thread(
                self._services.paper_map.report, kept=is_kept, again=again, progress=self._note_progress
            )
            if is_kept == self._is_kept:
                self._found = found
        self._show()

    def _note_progress(self, done: int, total: int) -> None:
        """Remember how far the map is; called in a thread. The next frame shows it."""
        self._progress = f" {100 * done // max(1, total)} %"

    # --- showing -------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._key_line.show(self._hints())
        if self._found is not None and self._found.is_kept == self._is_kept:
            self._fill(self._rows, [map_section(self._found, self._glyphs)])
            self._cursor = ""
        self._show_state()

    def _show_state(self) -> None:
        words = self._activity.words
        if words:
            words += self._progress
            self._show_waiting()
        elif self._found is not None:
            kept = "" if self._found.is_kept else f", {plural(self._found.kept, 'bookmark')}"
            words = f"{plural(self._found.papers, 'paper')}{kept}"
        tabs = tuple(
            Tab(f"Map: {full}" if place == self._is_kept else full.capitalize(), short.capitalize())
            for place, (full, short) in enumerate(_TABS)
        )
        self._strip.show(tabs, int(self._is_kept), words, busy=self._activity.is_running)

    def _show_waiting(self) -> None:
        """Say what is going on while clusters are found, unless there is a map to look at."""
        if self._progress and (self._found is None or self._found.is_kept != self._is_kept):
            self._rows.show([waiting_section(is_kept=self._is_kept)])

    # --- stored and kept -----------------------------------------------------------------------------

    def action_view(self, number: int) -> None:
        if self._is_kept != (number == len(_TABS)):
            self._is_kept = not self._is_kept
            self._show()
            self._read()

    def action_next_view(self) -> None:
        self.action_view(1 if self._is_kept else 2)

    action_previous_view = action_next_pane = action_previous_pane = action_next_view

    def action_refresh(self) -> None:
        self._read(again=True)

    action_map = BarsScreen.action_back
