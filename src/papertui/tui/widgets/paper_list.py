"""The list of papers. It draws only visible lines, so its cost does not grow with the feed."""

from __future__ import annotations

from datetime import date

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.model.paper import Paper
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState
from papertui.tui.text_layout import filled
from papertui.tui.theme import Styles, make_styles
from papertui.tui.widgets.paper_row import RowPainter

#: Lines that are kept drawn: two screens.
_LINES_KEPT = 128
#: Above the papers that match a search only by another spelling.
_RULE = "similar spelling"
#: The part of a row that is the rule above it.
_RULE_PART = -1


class PaperList(ScrollView, can_focus=True, inherit_bindings=False):
    """Papers with a cursor, one to three lines each."""

    DEFAULT_CSS = """
    PaperList {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    row_height: reactive[int] = reactive(2, init=False)
    hover: reactive[int] = reactive(-1, repaint=False, init=False)

    class Changed(Message):
        """The cursor moved to another row, or another list is shown."""

        def can_replace(self, message: Message) -> bool:
            """Keep only the last of several quick changes."""
            return isinstance(message, PaperList.Changed)

    class PaperOpened(Message):
        """The paper under the cursor should be opened."""

    class StarClicked(Message):
        """The bookmark of the paper under the cursor should be toggled."""

    class SelectClicked(Message):
        """The selection of the paper under the cursor should be toggled."""

    def __init__(self, state: ListState, glyphs: Glyphs, *, today: date, row_height: int = 2) -> None:
        """Create the list; `row_height` is the number of lines of a paper, from 1 to 3."""
        super().__init__()
        self.set_reactive(PaperList.row_height, row_height)
        self._state = state
        self._glyphs = glyphs
        self.today = today
        self._highlight: Highlight | None = None
        self._empty: tuple[str, ...] = ()
        self._lines: LRUCache[tuple[int, int, bool, bool], list[Segment]] = LRUCache(_LINES_KEPT)
        self._made_styles: Styles | None = None

    # --- what is shown ---------------------------------------------------------------------------

    def show(
        self,
        state: ListState,
        *,
        cursor: int,
        highlight: Highlight | None = None,
        empty: tuple[str, ...] = (),
        steady: bool = False,
    ) -> None:
        """Show `state`.

        Args:
            state: the list of papers.
            cursor: the row of the cursor.
            highlight: finds the matched letters.
            empty: the lines to show when there are no papers.
            steady: whether the row of the cursor keeps its place on the screen when rows above it change.
        """
        above = self._line_of(self.cursor) - self.scroll_offset.y
        self._state, self._highlight, self._empty = state, highlight, empty
        self._lines.clear()
        self._resize()
        place = max(0, min(cursor, state.size - 1))
        self.set_reactive(PaperList.cursor, place)
        if steady:
            self.scroll_to(y=max(0, self._line_of(place) - above), animate=False, force=True)
        self._follow(place)
        self.refresh()
        self.post_message(self.Changed())

    @property
    def state(self) -> ListState:
        """What is shown. A controller replaces it with `show`."""
        return self._state

    @property
    def paper(self) -> Paper | None:
        """The paper under the cursor, if any."""
        return self._state.paper(self.cursor) if 0 <= self.cursor < self._state.size else None

    def _line_of(self, row: int) -> int:
        """Return the first line of a row, counted from the top of the list."""
        rule = self._state.similar_from
        return row * self.row_height + (rule is not None and row >= rule)

    def _row_and_part(self, line: int) -> tuple[int, int]:
        """Return the row at a line of the list, and which line of the row it is."""
        rule = self._state.similar_from
        if rule is not None and line >= (at := rule * self.row_height):
            if line == at:
                return rule, _RULE_PART
            line -= 1
        return divmod(line, self.row_height)

    def _resize(self) -> None:
        size = Size(self.scrollable_content_region.width, self._line_of(self._state.size))
        if size != self.virtual_size:
            # Setting the reactive would lay out the whole screen again at every key press of a search.
            self.set_reactive(PaperList.virtual_size, size)
            self._scroll_update(size)
            self.refresh()
            self.scroll_to(y=min(self.scroll_offset.y, self.max_scroll_y), animate=False, force=True)

    def watch_row_height(self) -> None:
        self._lines.clear()
        self._resize()
        self._follow(self.cursor)

    def on_resize(self) -> None:
        self._lines.clear()
        self._resize()
        self._follow(self.cursor)

    def notify_style_update(self) -> None:
        """Redraw with the colours of another theme."""
        super().notify_style_update()
        self._made_styles = None
        self._lines.clear()

    # --- moving ----------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """Number of rows that fit on the screen."""
        return max(1, self.scrollable_content_region.height // self.row_height)

    def move(self, by: int) -> None:
        """Move the cursor by `by` rows, within the list."""
        self.move_to(self.cursor + by)

    def move_to(self, row: int) -> None:
        """Move the cursor to `row`, or to the nearest row."""
        row = max(0, min(row, self._state.size - 1))
        if row == self.cursor:  # the wheel may have scrolled it away
            self._follow(row)
        self.cursor = row

    def watch_cursor(self, old: int, new: int) -> None:
        self._follow(new)
        self._refresh_row(old)
        self._refresh_row(new)
        self.post_message(self.Changed())

    def watch_hover(self, old: int, new: int) -> None:
        self._refresh_row(old)
        self._refresh_row(new)

    def _follow(self, row: int) -> None:
        first, last = self._line_of(row), self._line_of(row) + self.row_height
        first -= row == self._state.similar_from  # the rule as well
        region = Region(0, first, max(1, self.scrollable_content_region.width), last - first)
        top, view = self.scroll_offset.y, self.scrollable_content_region.height
        if not view:  # before the first layout
            return
        if region.y < top:
            self.scroll_to(y=region.y, animate=False, force=True)
        elif region.bottom > top + view:
            self.scroll_to(y=region.bottom - view, animate=False, force=True)

    def _refresh_row(self, row: int) -> None:
        if row >= 0:
            self.refresh_lines(self._line_of(row), self.row_height)

    # --- the mouse -------------------------------------------------------------------------------

    def _row_at(self, y: int) -> int:
        row, part = self._row_and_part(y + self.scroll_offset.y)
        return row if 0 <= row < self._state.size and part != _RULE_PART else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._row_at(event.y)

    def on_focus(self) -> None:
        self._lines.clear()
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        self._lines.clear()
        self._refresh_row(self.cursor)

    def on_leave(self) -> None:
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        row = self._row_at(event.y)
        if row < 0:
            return
        self.move_to(row)
        if event.ctrl:
            self.post_message(self.SelectClicked())
        elif event.x in self._painter.star_columns:
            self.post_message(self.StarClicked())
        elif event.chain == 2:  # noqa: PLR2004 - a double click
            self.post_message(self.PaperOpened())

    # --- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row, part = self._row_and_part(y + self.scroll_offset.y)
        if row >= self._state.size:
            return self._empty_line(y, width)
        key = (row, part, row == self.cursor, row == self.hover)
        # The segments are kept and not the strip: a strip collects all the pieces it was ever divided into.
        if (line := self._lines.get(key)) is None:
            line = self._lines[key] = [*(self._rule(width) if part == _RULE_PART else self._draw(row, part, width))]
        return Strip(line, width)

    def _draw(self, row: int, part: int, width: int) -> Strip:
        state, styles = self._state, self._styles
        paper = state.paper(row)
        is_cursor = row == self.cursor
        base = styles.ground
        if is_cursor:
            base = styles.cursor if self.has_focus else styles.cursor_blurred
        elif paper.id in state.selected:
            base = styles.selected
        elif row == self.hover:
            base = styles.cursor_blurred
        lines = self._painter.lines(paper, width, self.row_height, is_cursor=is_cursor)
        return filled(lines[part], base, width)

    @property
    def _painter(self) -> RowPainter:
        return RowPainter(self._state, self._styles, self._glyphs, self.today, self._highlight)

    def _rule(self, width: int) -> Strip:
        styles, rule = self._styles, self._glyphs.rule
        text = f"{rule * max(0, self._painter.indent - 1)} {_RULE} "
        return filled([Segment(f"{text}{rule * max(0, width - len(text) - 1)}", styles.faint)], styles.ground, width)

    def _empty_line(self, y: int, width: int) -> Strip:
        styles = self._styles
        top = max(0, self.scrollable_content_region.height // 3 - len(self._empty) // 2)
        if self._state.size or not top <= y < top + len(self._empty):
            return Strip.blank(width, styles.ground)
        text = self._empty[y - top][: max(0, width - 2)]
        return filled([Segment(text.center(width), styles.strong if y == top else styles.faint)], styles.ground, width)

    @property
    def _styles(self) -> Styles:
        if self._made_styles is None:
            self._made_styles = make_styles(self.app.theme_variables)
        return self._made_styles
