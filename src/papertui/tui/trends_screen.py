"""The screen of trends: topics that rise and fall, papers per day, and what the reader read."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen

from papertui.app import Services
from papertui.model.format import day, plural
from papertui.services.trends import TrendsReport
from papertui.tui.bar_sections import BarSection
from papertui.tui.controllers.context import Activity, in_background
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, Keymap, setting_name
from papertui.tui.trends_pages import day_sections, reading_sections, topic_sections
from papertui.tui.widgets.bar_rows import BarRows
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.tab_strip import Tab, TabStrip

#: The numbers of weeks to choose from; the second is shown first.
_SPANS = (4, 12, 26)
#: Screens of at least this width have room for two panes.
_TWO_PANES = 110
#: Actions of the main screen that this one has as well, with the keys the reader chose for them.
_SHARED = frozenset(
    {"down", "up", "half_down", "half_up", "page_down", "page_up", "top", "bottom", "next_pane"}
    | {"previous_pane", "previous_view", "next_view", "read_paper", "back", "trends"}
    | {f"view({number})" for number in range(1, len(_SPANS) + 1)}
)


def _shared_bindings() -> list[Binding]:
    return [
        Binding(action.keys, action.name, action.title, id=setting_name(action), show=False)
        for action in ACTIONS
        if action.name in _SHARED
    ]


class TrendsScreen(ModalScreen[str]):
    """Returns the search for the papers of the row that was opened.

    Args:
        services: compute the trends.
        glyphs: the symbols to draw with.
        keys: the keys of the reader.
        cursor: the search of the row to begin at.
    """

    DEFAULT_CSS = """
    TrendsScreen { background: $background; layout: vertical; }
    TrendsScreen #bars { height: 1fr; }
    TrendsScreen BarRows { width: 1fr; height: 1fr; padding: 1 0 0 1; background: $background; }
    TrendsScreen #days { display: none; width: 57; background: $panel; }
    TrendsScreen.-wide #days { display: block; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_TWO_PANES, "-wide")]  # noqa: RUF012 - Textual declares it so
    AUTO_FOCUS = "#topics"
    BINDINGS: ClassVar[list[BindingType]] = [*_shared_bindings(), Binding("q", "back", "Back", show=False)]

    def __init__(self, services: Services, glyphs: Glyphs, keys: Keymap, *, cursor: str = "") -> None:
        super().__init__()
        self._bindings.apply_keymap(dict(keys.changed))
        self._services = services
        self._glyphs = glyphs
        self._keys = keys
        self._cursor = cursor
        self._span = 1
        self._report: TrendsReport | None = None
        self._strip = TabStrip(glyphs)
        self._topics = BarRows(glyphs, id="topics")
        self._days = BarRows(glyphs, id="days")
        self._notice = NoticeLine()
        self._key_line = KeyLine()
        self._activity = Activity(self, glyphs, self._show_state)

    def compose(self) -> ComposeResult:
        yield self._strip
        with Horizontal(id="bars"):
            yield self._topics
            yield self._days
        yield self._notice
        yield self._key_line

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

    def on_mount(self) -> None:
        self._show_state()
        self._read()

    def _read(self) -> None:
        in_background(self, self._load, _SPANS[self._span], group="trends", exclusive=True)

    async def _load(self, weeks: int) -> None:
        with self._activity.running("counting"), self._notice.errors():
            self._report = await asyncio.to_thread(self._services.trends.report, weeks)
        self._show()

    # --- showing -------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        self._show()

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

    def _fill(self, rows: BarRows, sections: list[BarSection]) -> None:
        is_here = any(row.query == self._cursor for section in sections for row in section.rows)
        rows.show(sections, self._cursor if is_here else "")
        if is_here and self._cursor:
            self.set_focus(rows)

    def _show_state(self) -> None:
        words = self._activity.words
        if not words and self._report is not None and (topics := self._report.topics) is not None:
            words = f"{plural(topics.papers, 'paper')} in 7 days to {day(topics.last, self._report.today)}"
        tabs = tuple(
            Tab(f"{'Trends, ' if place == self._span else ''}{weeks} weeks", f"{weeks} weeks")
            for place, weeks in enumerate(_SPANS)
        )
        self._strip.show(tabs, self._span, words, busy=self._activity.is_running)

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    # --- moving --------------------------------------------------------------------------------------

    @property
    def _pane(self) -> BarRows:
        return self._days if self._days.has_focus else self._topics

    def action_down(self) -> None:
        self._pane.move(1)

    def action_up(self) -> None:
        self._pane.move(-1)

    def action_half_down(self) -> None:
        self._pane.move(self._pane.page // 2)

    def action_half_up(self) -> None:
        self._pane.move(-(self._pane.page // 2))

    def action_page_down(self) -> None:
        self._pane.move(self._pane.page)

    def action_page_up(self) -> None:
        self._pane.move(-self._pane.page)

    def action_first(self) -> None:
        self._pane.cursor = 0
        self._pane.scroll_to(y=0, animate=False, force=True)

    action_top = action_first

    def action_bottom(self) -> None:
        self._pane.cursor = max(0, len(self._pane.rows) - 1)
        self._pane.scroll_end(animate=False, force=True)

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

    @on(TabStrip.TabClicked)
    def _open_tab(self, message: TabStrip.TabClicked) -> None:
        self.action_view(message.place + 1)

    def action_next_view(self) -> None:
        self.action_view((self._span + 1) % len(_SPANS) + 1)

    def action_previous_view(self) -> None:
        self.action_view((self._span - 1) % len(_SPANS) + 1)

    # --- opening and closing -------------------------------------------------------------------------

    def action_read_paper(self) -> None:
        self._pane.open()

    @on(BarRows.RowOpened)
    def _open_row(self, message: BarRows.RowOpened) -> None:
        self.dismiss(message.row.query)

    def action_back(self) -> None:
        self.dismiss("")

    action_trends = action_back

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close the screen, once: a second quick key would close the screen below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
