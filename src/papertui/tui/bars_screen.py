"""A screen with rows of bars: tabs above, keys below, and a cursor on the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

from papertui.tui.bar_sections import BarSection
from papertui.tui.controllers.context import Activity
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, Keymap, setting_name
from papertui.tui.widgets.bar_rows import BarRows
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.notice_line import NoticeLine
from papertui.tui.widgets.tab_strip import TabStrip

#: Actions of the main screen that such a screen has as well, with the keys the reader chose for them.
_MOVES = frozenset(
    {"down", "up", "half_down", "half_up", "page_down", "page_up", "top", "bottom", "next_pane"}
    | {"previous_pane", "previous_view", "next_view", "read_paper", "back"}
)


def shared_bindings(*others: str) -> list[BindingType]:
    """Return the bindings of the moves and of `others`, which are actions of the main screen."""
    return [
        *(
            Binding(action.keys, action.name, action.title, id=setting_name(action), show=False)
            for action in ACTIONS
            if action.name in _MOVES.union(others)
        ),
        Binding("q", "back", "Back", show=False),
    ]


class BarsScreen(ModalScreen[str]):
    """Returns the `query` of the row that was opened; subclasses fill the rows.

    Args:
        glyphs: the symbols to draw with.
        keys: the keys of the reader.
        cursor: the `query` of the row to begin at.
    """

    DEFAULT_CSS = """
    BarsScreen { background: $background; layout: vertical; }
    BarsScreen BarRows { width: 1fr; height: 1fr; padding: 1 0 0 1; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, glyphs: Glyphs, keys: Keymap, *, cursor: str = "") -> None:
        super().__init__()
        self._bindings.apply_keymap(dict(keys.changed))
        self._glyphs = glyphs
        self._keys = keys
        self._cursor = cursor
        self._strip = TabStrip(glyphs)
        self._notice = NoticeLine()
        self._key_line = KeyLine()
        self._activity = Activity(self, glyphs, self._show_state)

    def compose(self) -> ComposeResult:
        yield self._strip
        yield from self._panes()
        yield self._notice
        yield self._key_line

    def _panes(self) -> Iterator[Widget]:
        """Yield what is between tabs and keys."""
        raise NotImplementedError

    def _hints(self) -> list[KeyHint]:
        raise NotImplementedError

    @property
    def _pane(self) -> BarRows:
        """The rows with the cursor."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self._show_state()
        self._read()

    def _read(self) -> None:
        """Begin to read what is shown."""
        raise NotImplementedError

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        """Show what was read."""
        raise NotImplementedError

    def _show_state(self) -> None:
        """Show tabs and state."""
        raise NotImplementedError

    def _fill(self, rows: BarRows, sections: list[BarSection]) -> None:
        is_here = any(row.query == self._cursor for section in sections for row in section.rows)
        rows.show(sections, self._cursor if is_here else "")
        if is_here and self._cursor:
            self.set_focus(rows)

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    # --- moving --------------------------------------------------------------------------------------

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

    # --- tabs ----------------------------------------------------------------------------------------

    def action_view(self, number: int) -> None:
        """Open a tab, counted from 1."""
        raise NotImplementedError

    @on(TabStrip.TabClicked)
    def _open_tab(self, message: TabStrip.TabClicked) -> None:
        self.action_view(message.place + 1)

    # --- opening and closing -------------------------------------------------------------------------

    def action_read_paper(self) -> None:
        self._pane.open()

    @on(BarRows.RowOpened)
    def _open_row(self, message: BarRows.RowOpened) -> None:
        self.dismiss(message.row.query)

    def action_back(self) -> None:
        self.dismiss("")

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close the screen, once: a second quick key would close the screen below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
