"""The screen of trends: topics that rise and fall, papers per day, and what the reader read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from papertui.app import Services
from papertui.model.format import day, plural
from papertui.services.trends import TrendsReport
from papertui.tui.bars_screen import BarsScreen, shared_bindings
from papertui.tui.controllers.context import in_background
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.trends_pages import day_sections, reading_sections, topic_sections
from papertui.tui.widgets.bar_rows import BarRows
from papertui.tui.widgets.key_line import KeyHint
from papertui.tui.widgets.tab_strip import Tab

#: The numbers of weeks to choose from; the second is shown first.
_SPANS = (4, 12, 26)
#: Screens of at least this width have room for two panes.
_TWO_PANES = 110


class TrendsScreen(BarsScreen):
    """Returns the search for the papers of the row that was opened.

    Args:
        services: compute the trends.
        glyphs: the symbols to draw with.
        keys: the keys of the reader.
        cursor: the search of the row to begin at.
    """

    DEFAULT_CSS = """
    TrendsScreen #bars { height: 1fr; }
    TrendsScreen #days { display: none; width: 57; background: $panel; }
    TrendsScreen.-wide #days { display: block; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_TWO_PANES, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "#topics"
    BINDINGS: ClassVar[list[BindingType]] = shared_bindings("trends", "view(1)", "view(2)", "view(3)")

    def __init__(self, services: Services, glyphs: Glyphs, keys: Keymap, *, cursor: str = "") -> None:
        super().__init__(glyphs, keys, cursor=cursor)
        self._services = services
        self._span = 1
        self._report: TrendsReport | None = None
        self._topics = BarRows(glyphs, id="topics")
        self._days = BarRows(glyphs, id="days")

    def _panes(self) -> Iterator[Widget]:
        yield Horizontal(self._topics, self._days, id="bars")

    def _hints(self) -> list[KeyHint]:
        name = self._keys.name
        hints = [
            KeyHint(name("read_paper"), "show papers", "read_paper"),
            KeyHint(name("next_view"), "weeks", "next_view"),
        ]
        hints += [KeyHint(name("next_pane"), "other pane", "next_pane")] if self._is_wide else []
        return [*hints, KeyHint(name("back"), "back", "back")]

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= _TWO_PANES

    def _read(self) -> None:
        in_background(self, self._load, _SPANS[self._span], group="trends", exclusive=True)

    async def _load(self, weeks: int) -> None:
        with self._activity.running("counting"), self._notice.errors():
            self._report = await asyncio.to_thread(self._services.trends.report, weeks)
        self._show()

    # --- showing -------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the report: two panes if there is room, else all in one."""
        self._key_line.show(self._hints())
        if self._report is None:
            return
        topics = list(topic_sections(self._report, self._glyphs))
        others = [*day_sections(self._report), *reading_sections(self._report, self._glyphs)]
        self._fill(self._topics, topics if self._is_wide else [*topics, *others])
        self._fill(self._days, others if self._is_wide else [])
        if not self._is_wide and self._days.has_focus:
            self.set_focus(self._topics)
        self._cursor = ""
        self._show_state()

    def _show_state(self) -> None:
        words = self._activity.words
        if not words and self._report is not None and (topics := self._report.topics) is not None:
            words = f"{plural(topics.papers, 'paper')} in 7 days to {day(topics.last, self._report.today)}"
        tabs = tuple(
            Tab(f"{'Trends, ' if place == self._span else ''}{weeks} weeks", f"{weeks} weeks")
            for place, weeks in enumerate(_SPANS)
        )
        self._strip.show(tabs, self._span, words, busy=self._activity.is_running)

    # --- moving --------------------------------------------------------------------------------------

    @property
    def _pane(self) -> BarRows:
        return self._days if self._days.has_focus else self._topics

    def action_next_pane(self) -> None:
        if self._days.display:
            self.set_focus(self._topics if self._days.has_focus else self._days)

    action_previous_pane = action_next_pane

    # --- weeks ---------------------------------------------------------------------------------------

    def action_view(self, number: int) -> None:
        if self._span != number - 1:
            self._span = number - 1
            self._show_state()
            self._read()

    def action_next_view(self) -> None:
        self.action_view((self._span + 1) % len(_SPANS) + 1)

    def action_previous_view(self) -> None:
        self.action_view((self._span - 1) % len(_SPANS) + 1)

    action_trends = BarsScreen.action_back
