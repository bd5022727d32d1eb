"""The list of papers. It draws only visible lines, so its cost does not grow with the feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.model.format import day
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.search.results import Highlight
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import Styles, make_styles
from papertui.tui.widgets.paper_row import ROOM_FOR_STARS, RowPainter

#: Rows that are kept drawn: two screens or more.
_ROWS_KEPT = 128
#: Above the papers that match a search only by another spelling.
_RULE = "similar spelling"
#: Above the papers seen at an earlier visit.
_SEEN = "seen before"
#: The part of a row that is the rule above it.
_RULE_PART = -1


class Offer(NamedTuple):
    """What can be done when the list is empty: a line that can be clicked."""

    words: str
    key: str = ""
    #: What a click runs; empty while it is not known whether it helps.
    action: str = ""


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

    class OfferChosen(Message):
        """What the empty list offers should be done."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class StarClicked(Message):
        """The bookmark of the paper under the cursor should be toggled."""

    class HeadingClicked(Message):
        """The name of a column was clicked."""

        def __init__(self, order: Order) -> None:
            super().__init__()
            self.order = order

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
        self._offers: tuple[Offer, ...] = ()
        #: The lines of a row, by its number and whether the cursor and the mouse are on it.
        self._drawn: LRUCache[tuple[int, bool, bool], tuple[Strip, ...]] = LRUCache(_ROWS_KEPT)
        self._made_styles: Styles | None = None
        self._feed_has_stars = _has_stars(state.feed.papers)
        #: Lines above the cursor that are to be shown once the size of the list is known.
        self._above: int | None = None

    # --- what is shown ---------------------------------------------------------------------------

    def show(
        self,
        state: ListState,
        *,
        cursor: int,
        highlight: Highlight | None = None,
        empty: tuple[str, ...] = (),
        steady: bool = False,
        above: int | None = None,
    ) -> None:
        """Show `state`.

        Args:
            state: the list of papers.
            cursor: the row of the cursor.
            highlight: finds the matched letters.
            empty: the lines to show when there are no papers.
            steady: whether the row of the cursor keeps its place on the screen when rows above it change.
            above: the number of lines between the top of the screen and the cursor, to show a place again.
        """
        if steady:
            above = self.lines_above
        if state.feed is not self._state.feed:
            self._feed_has_stars = _has_stars(state.feed.papers)
        self._state, self._highlight, self._empty = state, highlight, empty
        self._drawn.clear()
        self._resize()
        place = max(0, min(cursor, state.size - 1))
        self.set_reactive(PaperList.cursor, place)
        if above is not None:
            self._above = above
        self._follow(place)
        self.refresh()
        self.post_message(self.Changed())

    def offer(self, offers: tuple[Offer, ...]) -> None:
        """Show what can be done below the sentence of an empty list."""
        if offers != self._offers:
            self._offers = offers
            self.refresh()

    @property
    def state(self) -> ListState:
        """What is shown. A controller replaces it with `show`."""
        return self._state

    @property
    def paper(self) -> Paper | None:
        """The paper under the cursor, if any."""
        return self._state.paper(self.cursor) if 0 <= self.cursor < self._state.size else None

    @property
    def lines_above(self) -> int:
        """The number of lines between the top of the screen and the cursor; negative if it is scrolled away."""
        return self._line_of(self.cursor) - self.scroll_offset.y if self._above is None else self._above

    @property
    def visible_rows(self) -> range:
        """The rows of which at least the first line is on the screen."""
        top, view = self.scroll_offset.y, self.scrollable_content_region.height
        first, part = self._row_and_part(top)
        last, _ = self._row_and_part(top + view - 1)
        return range(first + (part > 0), min(last + 1, self._state.size)) if view else range(0)

    @property
    def _rule_row(self) -> int | None:
        """The row above which there is a rule."""
        return self._state.seen_from if self._state.similar_from is None else self._state.similar_from

    def _line_of(self, row: int) -> int:
        """Return the first line of a row, counted from the top of the list."""
        rule = self._rule_row
        return row * self.row_height + (rule is not None and row >= rule)

    def _row_and_part(self, line: int) -> tuple[int, int]:
        """Return the row at a line of the list, and which line of the row it is."""
        rule = self._rule_row
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
        self._drawn.clear()
        self._resize()
        self._follow(self.cursor)

    def on_resize(self) -> None:
        self._drawn.clear()
        self._resize()
        self._follow(self.cursor)

    def notify_style_update(self) -> None:
        """Redraw with the colours of another theme."""
        super().notify_style_update()
        self._made_styles = None
        self._drawn.clear()

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
        first -= row == self._rule_row  # the rule as well
        region = Region(0, first, max(1, self.scrollable_content_region.width), last - first)
        view = self.scrollable_content_region.height
        if not view:  # before the first layout
            return
        if self._above is not None:
            above, self._above = self._above, None
            self.scroll_to(y=max(0, self._line_of(row) - above), animate=False, force=True)
            if above < 0:  # the wheel scrolled it away
                return
        top = self.scroll_offset.y
        if region.y < top:
            self.scroll_to(y=region.y, animate=False, force=True)
        elif region.bottom > top + view:
            self.scroll_to(y=region.bottom - view, animate=False, force=True)

    def _refresh_row(self, row: int) -> None:
        if row >= 0:
            self.refresh_lines(self._line_of(row), self.row_height)

    # --- the mouse -------------------------------------------------------------------------------

    def _row_at(self, y: int) -> int:
        row, part = self._row_and_part(y - self.gutter.top + self.scroll_offset.y)
        return row if y >= self.gutter.top and 0 <= row < self._state.size and part != _RULE_PART else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._row_at(event.y)

    def on_focus(self) -> None:
        self._show_focus()

    def on_blur(self) -> None:
        self._show_focus()

    def _show_focus(self) -> None:
        self._drawn.clear()
        self.refresh()

    def on_leave(self) -> None:
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        if event.y < self.gutter.top:
            width = self.scrollable_content_region.width
            self.post_message(self.HeadingClicked(self._painter.order_at(event.x, width)))
        row = self._row_at(event.y)
        if row < 0:
            if (offer := self._offer_at(event.y)) is not None and offer.action:
                self.post_message(self.OfferChosen(offer.action))
            return
        self.move_to(row)
        if event.ctrl:
            self.post_message(self.SelectClicked())
        elif event.x in self._painter.star_columns:
            self.post_message(self.StarClicked())
        elif event.chain == 2:  # noqa: PLR2004 - a double click
            self.post_message(self.PaperOpened())

    # --- drawing ---------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of the region of the list.

        Not through Textual's cache of styled lines: that keeps lines by their place on the screen, so that each step of
        a list that scrolls would lay out every line again. Here a line has no border, and keeps what is made of it.
        """
        top, width, painted = self.gutter.top, self.region.width, self.scrollable_content_region.width
        ground, filters, (_, background) = self._styles.ground, self.get_line_filters(), self.background_colors
        strips = []
        for y in crop.line_range:
            if y < top:
                strip = self._painter.heading(painted, ground) if y == 0 else Strip.blank(width, ground)
            else:
                strip = self._line(y - top, painted)
            strip = strip.adjust_cell_length(width, ground)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip.crop(*crop.column_span))
        return strips

    def render_line(self, y: int) -> Strip:
        return self._line(y, self.scrollable_content_region.width)

    def _line(self, y: int, width: int) -> Strip:
        row, part = self._row_and_part(y + self.scroll_offset.y)
        if row >= self._state.size:
            return self._empty_line(y, width)
        if part == _RULE_PART:
            return self._rule(width)
        key = (row, row == self.cursor, row == self.hover)
        if (lines := self._drawn.get(key)) is None:
            lines = self._drawn[key] = self._draw(row, width)
        return lines[part]

    def _draw(self, row: int, width: int) -> tuple[Strip, ...]:
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
        return tuple(filled(line, base, width) for line in lines)

    @property
    def _painter(self) -> RowPainter:
        has_stars = (
            self._feed_has_stars
            and self._state.beyond is None
            and self.scrollable_content_region.width >= ROOM_FOR_STARS
        )
        return RowPainter(
            self._state, self._styles, self._glyphs, self.today, self._highlight, has_stars, has_focus=self.has_focus
        )

    def _rule(self, width: int) -> Strip:
        styles, rule = self._styles, self._glyphs.rule
        words = _RULE if self._state.similar_from is not None else self._seen_words()
        text = cut(f"{rule * max(0, self._painter.indent - 1)} {words} ", max(0, width - 1), self._glyphs.ellipsis)
        return filled([Segment(f"{text}{rule * max(0, width - len(text) - 1)}", styles.faint)], styles.ground, width)

    def _seen_words(self) -> str:
        last = self._state.context.last_visit
        if last is None:
            return _SEEN
        when = "today" if last == self.today else f"{last:%a} {day(last, self.today)}"
        return f"{_SEEN} {self._glyphs.dot} last visit {when}"

    def _empty_line(self, y: int, width: int) -> Strip:
        styles = self._styles
        top = self._empty_top
        if (offer := self._offer_at(y)) is not None:
            return self._offer_line(offer, width)
        if self._state.size or not top <= y < top + len(self._empty):
            return Strip.blank(width, styles.ground)
        text = self._empty[y - top][: max(0, width - 2)]
        return filled([Segment(text.center(width), styles.strong if y == top else styles.faint)], styles.ground, width)

    @property
    def _empty_top(self) -> int:
        """The line of the sentence of an empty list."""
        lines = len(self._empty) + (len(self._offers) + 1 if self._offers else 0)
        return max(0, self.scrollable_content_region.height // 3 - lines // 2)

    def _offer_at(self, y: int) -> Offer | None:
        place = y - self._empty_top - len(self._empty) - 1
        return self._offers[place] if not self._state.size and 0 <= place < len(self._offers) else None

    def _offer_line(self, offer: Offer, width: int) -> Strip:
        """Draw an offer; all of them are aligned, with their keys in one column."""
        styles = self._styles
        keys = max(cell_len(one.key) for one in self._offers)
        words = min(max(cell_len(one.words) for one in self._offers), max(1, width - keys - 4))
        shown = cut(offer.words, words, self._glyphs.ellipsis)
        segments = [
            Segment(" " * max(0, (width - words - keys - 3) // 2)),
            Segment(shown, styles.text if offer.action else styles.faint),
            Segment(" " * (words - cell_len(shown) + 3)),
            Segment(offer.key, styles.name),
        ]
        return filled(segments, styles.ground, width)

    @property
    def _styles(self) -> Styles:
        if self._made_styles is None:
            self._made_styles = make_styles(self.app.theme_variables)
        return self._made_styles


def _has_stars(papers: Sequence[Paper]) -> bool:
    return not is_lazy(papers) and any(paper.stars for paper in papers)
