"""The list of papers: what it shows, moving in it, and selecting for actions on several papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from papertui.model.feed import Feed
from papertui.model.filters import ListFilter
from papertui.model.format import grouped, plural
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.search.results import Highlight, Results
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.view_states import Place, ViewState
from papertui.tui.widgets.paper_list import Offer, PaperList
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.search_box import SearchBox, TallyPart
from papertui.tui.widgets.side_pane import SidePane

#: Why an action on all papers does nothing.
NONE_AS_TYPED = "No paper matches as typed; these only have a similar spelling."


class ListController:
    """Replaces the state of the list, which is held by the widget that shows it."""

    def __init__(self, context: ScreenContext, papers: PaperList, search_box: SearchBox) -> None:
        self._screen = context.screen
        self._notice = context.notice
        self._keys = context.keys
        self._glyphs = context.glyphs
        self._papers = papers
        self._search_box = search_box
        self._highlight: Highlight | None = None
        #: Where the cursor is to be when the papers of the list are there.
        self._place: Place | None = None
        #: Where the cursor was when a search began.
        self._before_search: Place | None = None
        #: Whether a key was pressed or the mouse used since this list was opened.
        self.is_touched = False
        #: The paper on the whole screen, whatever happens to the list behind it.
        self._opened: Paper | None = None
        #: Where is searched, and where else one can.
        self.scope_parts: tuple[TallyPart, ...] = ()
        #: What finds papers, in words; empty for the typed words.
        self.mode_words = ""
        #: What is offered when nothing is shown.
        self._offers: tuple[Offer, ...] = ()
        self._no_matches = "No matches."
        #: Shown when the feed has no papers: what is the case, and what to do.
        self.placeholder: tuple[str, ...] = ()

    @property
    def state(self) -> ListState:
        return self._papers.state

    @property
    def paper(self) -> Paper | None:
        """The paper that actions act on: the one on the whole screen, else the one under the cursor, if any."""
        return self._opened or self._papers.paper

    @property
    def is_reading(self) -> bool:
        """Whether a paper is shown on the whole screen."""
        return self._opened is not None

    def open(self, paper: Paper | None = None) -> Paper | None:
        """Put a paper on the whole screen, by default the one under the cursor; return it."""
        self._opened = paper or self._papers.paper
        return self._opened

    def close(self) -> None:
        """Return from the whole screen to the list, with the cursor on the paper that was read if it is there."""
        if self._opened is not None:
            row = self.state.row_of(self._opened.id)
            self._opened = None
            if row is not None:
                self._papers.move_to(row)

    def go_to(self, id_: str) -> bool:
        """Move the cursor to a paper; return whether the list has it."""
        state = self.state
        row = next((row for row in state.answering if state.paper(row).id == id_), None)
        if row is not None:
            self._papers.move_to(row)
        return row is not None

    @property
    def highlight(self) -> Highlight | None:
        """The function that finds the matched letters in a text; ``None`` without a search."""
        return self._highlight

    @property
    def shown(self) -> tuple[Paper, ...] | None:
        """The papers in the list that an action on all of them applies to.

        Without those that match a search only by another spelling. ``None`` for the whole archive, which is too large
        to act on.
        """
        state = self.state
        if is_lazy(state.feed.papers) and state.beyond is None:
            return None
        return tuple(map(state.paper, state.answering))

    # --- showing -----------------------------------------------------------------------------------

    def update(self, new: ListState) -> None:
        """Show another state. The cursor follows its paper; it goes to the top when another list is shown.

        After a search, it stays on the match that the reader went to, or returns to where it was before.
        """
        old = self.state
        if new == old:
            return
        cursor = self._papers.cursor
        if old.query != new.query or (old.feed.name, old.feed.origin) != (new.feed.name, new.feed.origin):
            cursor = self._row_after_search(old, new)
            self.is_touched = self.is_touched and old.feed.name == new.feed.name
        elif not cursor and not self.is_touched and not self._papers.scroll_offset.y:
            pass  # a reader at the top sees the new first paper
        elif old.rows is not new.rows and cursor < old.size:
            row = new.row_of(old.paper(cursor).id)
            cursor = cursor if row is None else row
        if not new.query:
            self._highlight = None
        # A background refresh must not move the rows under the reader's eyes, nor a rule that appears above them.
        steady = old.query == new.query and old.feed.name == new.feed.name
        is_same = (old.order, old.is_reversed, old.show) == (new.order, new.is_reversed, new.show)
        steady = steady and (is_same or old.feed is not new.feed)
        self._show(new, cursor, steady=steady)

    def _row_after_search(self, old: ListState, new: ListState) -> int:
        """Return the row of the cursor in another list; the top, unless a search of the same one ends."""
        if old.feed.name != new.feed.name:
            self._before_search = None
        elif not old.query:
            self._before_search = Place.at(old, self._papers.cursor, self._papers.lines_above)
        elif not new.query:
            if self._papers.has_focus and self._papers.cursor < old.size:
                row = new.row_of(old.paper(self._papers.cursor).id)
                if row is not None:
                    return row
            if self._place is None:
                self._place = self._before_search
        return 0

    def redraw(self) -> None:
        """Show the same state again, after something else changed that the list shows."""
        self._show(self.state, self._papers.cursor, steady=True)

    def _show(self, state: ListState, cursor: int, *, steady: bool = False) -> None:
        above = None
        if (place := self._place) is not None and place.is_in(state):
            self._place, cursor, above = None, place.row_in(state), place.above
        self._papers.show(
            state, cursor=cursor, highlight=self._highlight, empty=self._empty_lines(state), steady=steady, above=above
        )
        self._papers.offer(() if state.size else self._offers)
        self.show_tally()

    @property
    def place(self) -> Place | None:
        """The place of the cursor; ``None`` at the top."""
        if self._place is not None:  # not there yet
            return self._place
        return Place.at(self.state, self._papers.cursor, self._papers.lines_above)

    def restore(self, view: ViewState) -> None:
        """Show the open feed in an order and with a filter, and go to a place once its papers are there."""
        self._place = view.place
        self._show(self.state.arranged_by(view.order, view.show, is_reversed=view.is_reversed), self._papers.cursor)

    def keep_place(self) -> None:
        """Return to the paper under the cursor after the same search is done again."""
        self._place = self.place

    def touched(self) -> None:
        """After any key or mouse event: the list under the reader's eyes is not to move any more."""
        self.is_touched = True
        if self.state.size:
            self._place = None

    def show_feed(self, feed: Feed) -> None:
        self.update(self.state.with_feed(feed))

    def show_results(
        self,
        query: str,
        results: Results | None,
        highlight: Highlight | None = None,
        *,
        beyond: Sequence[Paper] | None = None,
        of: int | None = None,
    ) -> None:
        """Show the results of a search; see `ListState.with_results`."""
        self._highlight = highlight
        self.update(self.state.with_results(query, results, beyond=beyond, of=of))

    def say_no_matches(self, where: str) -> None:
        """Say in the empty list where a search matches nothing."""
        if (sentence := f"No matches {where}.") != self._no_matches:
            self._no_matches = sentence
            self.redraw()

    def offer(self, offers: tuple[Offer, ...]) -> None:
        """Offer something while the list is empty."""
        self._offers = offers
        self._papers.offer(() if self.state.size else offers)

    @property
    def best_offer(self) -> Offer | None:
        """What Enter does while the list is empty."""
        return next((one for one in self._offers if one.action), None) if not self.state.size else None

    def _empty_lines(self, state: ListState) -> tuple[str, ...]:
        if state.query:
            return (self._no_matches,)
        if state.show is not ListFilter.ALL and state.feed.papers:
            keys = self._keys
            return "No papers match this filter.", f"{keys.name('filter')} changes it, {keys.name('back')} removes it."
        return self.placeholder

    def show_tally(self) -> None:
        """Show the number of papers shown, the total, and what search, filter and order do, in the search line."""
        state = self.state
        parts = [TallyPart(f"{len(state.selected)} selected" if state.selected else "", rank=1)]
        if state.beyond is None and (state.found is None or state.fit_alike):
            words = order_words(state, self._glyphs)
            parts.append(TallyPart(words, "drop_order", is_removable=True, rank=3))
        if state.beyond is None:  # it filters the open view only
            parts.append(TallyPart(state.show.value.words, "drop_filter", is_removable=True, rank=2))
        total = state.total if state.of is None else state.of
        similar = 0 if state.similar_from is None else state.size - state.similar_from
        size = state.size - similar
        is_whole = state.show is ListFilter.ALL and not (state.feed.muted and state.beyond is None)
        if (found := state.found) is not None and is_whole:
            size, similar = max(size, found.total), max(similar, found.similar)
        number = f"{grouped(size)} of {grouped(total)}" if size != total or found is not None else grouped(total)
        if total:
            parts.append(TallyPart(number if found is not None else f"{number} paper{'s' if total != 1 else ''}"))
        parts.append(TallyPart(f"{grouped(similar)} similar" if similar else "", rank=4))
        parts.append(TallyPart(self.mode_words, "meaning", rank=2))
        self._search_box.show_tally([*parts, *self.scope_parts])

    def focus(self) -> None:
        """Give the list the focus, before any further key is handled."""
        self._screen.set_focus(self._papers)

    def focus_shown(self) -> None:
        """Give the focus to what is shown: the paper on the whole screen, or the list."""
        self._screen.set_focus(self._screen.query_one(Preview) if self.is_reading else self._papers)

    # --- moving --------------------------------------------------------------------------------------

    def leap(self, by: int) -> bool:
        """Go to the next match, or to the next paper while reading; return whether there is one."""
        state, row = self.state, self._papers.cursor
        if self._opened is not None and (place := state.row_of(self._opened.id)) is not None:
            row = place
        row += by
        if 0 <= row < state.size:
            self._papers.move_to(row)
            if self.is_reading:
                self.open()
            return True
        self._notice.show_message(f"No more {'matches' if state.query else 'papers'}.")
        return False

    def leap_to(self, by: int, is_wanted: Callable[[str], bool], *, from_start: bool = False) -> bool:
        """Go to the next paper whose id is wanted (the previous one if `by` is -1); return whether there is one.

        With `from_start` to the first one of the list, or the last one.
        """
        state, row = self.state, self._papers.cursor + by
        if from_start:
            row = 0 if by > 0 else state.size - 1
        while 0 <= row < state.size:
            if is_wanted(state.paper(row).id):
                self._papers.move_to(row)
                return True
            row += by
        return False

    # --- sorting -------------------------------------------------------------------------------------

    def show_sorted(self, feed: Feed, order: Order, *, is_reversed: bool) -> None:
        """Show the whole archive, which was read in `order`."""
        self.update(self.state.with_feed(feed).with_order(order, is_reversed=is_reversed))


def arrow(glyphs: Glyphs, *, down: bool) -> str:
    """Return the sign of a direction: down for the most or the newest first."""
    if glyphs.is_unicode:
        return "↓" if down else "↑"
    return "v" if down else "^"


def order_words(state: ListState, glyphs: Glyphs) -> str:
    """Describe the order of the list; empty for the order in which the papers come."""
    order = state.order.value
    if not state.is_reversed:
        return order.words
    return order.reversed_words or f"{order.words} {arrow(glyphs, down=not order.descending)}"


class SelectionController:
    """Selects papers; the list state holds their ids. A selection lasts while the feed is open, across searches."""

    def __init__(self, context: ScreenContext, lists: ListController, papers: PaperList) -> None:
        self._notice = context.notice
        self._lists = lists
        self._papers = papers
        # Includes papers that the current search does not show.
        self._selected: Mapping[str, Paper] = {}
        #: The row where the last selection started, for selecting a range.
        self._anchor = 0

    @property
    def selected(self) -> tuple[Paper, ...]:
        """The selected papers in the order of selection."""
        return tuple(paper for id_, paper in self._selected.items() if id_ in self._lists.state.selected)

    @property
    def targets(self) -> tuple[Paper, ...]:
        """The papers an action applies to: the one being read, else the selection, else the one under the cursor."""
        if (selected := self.selected) and not self._lists.is_reading:
            return selected
        paper = self._lists.paper
        return () if paper is None else (paper,)

    def _select(self, papers: tuple[Paper, ...]) -> None:
        self._selected = {paper.id: paper for paper in papers}
        self._lists.update(self._lists.state.with_selected(frozenset(self._selected)))

    def clear(self) -> None:
        self._select(())

    def toggle(self) -> bool:
        """Toggle the selection of the paper under the cursor; return whether there is one."""
        paper = self._lists.paper
        if paper is None:
            return False
        if paper.id in self._lists.state.selected:
            self._select(tuple(one for one in self.selected if one.id != paper.id))
        else:
            self._anchor = self._papers.cursor
            self._select((*self.selected, paper))
        return True

    def select_to_cursor(self) -> None:
        """Select from the last selected paper to the one under the cursor."""
        state, cursor = self._lists.state, self._papers.cursor
        if self._lists.paper is None:
            return
        anchor = min(self._anchor, state.size - 1) if state.selected else cursor
        rows = range(min(anchor, cursor), max(anchor, cursor) + 1)
        self._select((*self.selected, *map(state.paper, rows)))

    def toggle_all(self) -> None:
        """Select all papers that match as typed, or none if they are selected."""
        shown = self._lists.shown
        if shown is None:
            self._notice.show_message("This is the whole archive. Search first, then select the matches.")
        elif not shown and self._lists.state.size:
            self._notice.show_message(f"{NONE_AS_TYPED} Select papers one by one.")
        elif self._lists.state.selected.issuperset(paper.id for paper in shown):
            self.clear()
        else:
            self._select((*self.selected, *shown))
            if (left := self._lists.state.size - len(shown)) > 0:
                self._notice.show_message(f"Not selected: {plural(left, 'paper')} with a similar spelling only.")


def describe(papers: tuple[Paper, ...]) -> str:
    """Describe `papers`: the title of one, the number of several."""
    return f"“{papers[0].title}”" if len(papers) == 1 else plural(len(papers), "paper")


class NavigationController:
    """Moves the cursor of the list or of the side pane, or scrolls the preview, whichever has the focus."""

    def __init__(self, papers: PaperList, preview: Preview, side: SidePane) -> None:
        self._papers = papers
        self._preview = preview
        self._side = side

    def _move(self, rows: int, lines: int) -> None:
        if self._preview.has_focus:
            self._preview.scroll_relative(y=lines, animate=False, force=True)
        elif self._side.has_focus:
            self._side.move(rows)
        else:
            self._papers.move(rows)

    def step(self, way: int) -> None:
        self._move(way, way)

    def half_page(self, way: int) -> None:
        self._move(way * max(1, self._page // 2), way * (self._preview.page_height // 2))

    def page(self, way: int) -> None:
        self._move(way * self._page, way * max(1, self._preview.page_height - 2))

    @property
    def _page(self) -> int:
        return self._side.page if self._side.has_focus else self._papers.page

    def to_row(self, number: int | None) -> None:
        """Go to the row, or line of the text, with this number from 1 on; ``None`` is the last one."""
        if self._side.has_focus:
            self._side.cursor = min(number or len(self._side.entries), len(self._side.entries)) - 1
        elif self._preview.has_focus and number is None:
            self._preview.scroll_end(animate=False, force=True)
        elif self._preview.has_focus:
            self._preview.scroll_to(y=(number or 1) - 1, animate=False, force=True)
        else:
            last = self._papers.state.size
            self._papers.move_to(min(number or last, last) - 1)
