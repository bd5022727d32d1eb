"""The list of papers: what it shows, moving in it, and selecting for actions on several papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic

from papertui.model.feed import Feed
from papertui.model.filters import ListFilter
from papertui.model.format import grouped, plural
from papertui.model.paper import Paper
from papertui.search.results import Highlight, Results
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.widgets.paper_list import PaperList
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.search_box import SearchBox

#: Why an action on all papers does nothing.
NONE_AS_TYPED = "No paper matches as typed; these only have a similar spelling."


class ListController:
    """Replaces the state of the list, which is held by the widget that shows it."""

    def __init__(self, context: ScreenContext, papers: PaperList, search_box: SearchBox) -> None:
        self._screen = context.screen
        self._notice = context.notice
        self._keys = context.keys
        self._dot = f" {context.glyphs.dot} "
        self._papers = papers
        self._search_box = search_box
        self._highlight: Highlight | None = None
        #: Whether a key was pressed or the mouse used since this list was opened.
        self.is_touched = False
        #: The paper on the whole screen, whatever happens to the list behind it.
        self._opened: Paper | None = None
        #: The scope of the search in words; empty for the open feed.
        self.scope_words = ""
        #: What finds papers, in words; empty for the typed words.
        self.mode_words = ""
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

    def open(self) -> Paper | None:
        """Put the paper under the cursor on the whole screen; return it."""
        self._opened = self._papers.paper
        return self._opened

    def close(self) -> None:
        """Return from the whole screen to the list, with the cursor on the paper that was read if it is there."""
        if self._opened is not None:
            row = self.state.row_of(self._opened.id)
            self._opened = None
            if row is not None:
                self._papers.move_to(row)

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
        """Show another state. The cursor follows its paper; it goes to the top when another list is shown."""
        old = self.state
        if new == old:
            return
        cursor = self._papers.cursor
        if old.query != new.query or (old.feed.name, old.feed.origin) != (new.feed.name, new.feed.origin):
            cursor = 0
            self.is_touched = self.is_touched and old.feed.name == new.feed.name
        elif not cursor and not self.is_touched and not self._papers.scroll_offset.y:
            pass  # a reader at the top sees the new first paper
        elif old.rows is not new.rows and cursor < old.size:
            row = new.row_of(old.paper(cursor).id)
            cursor = cursor if row is None else row
        if not new.query:
            self._highlight = None
        # A background refresh must not move the row under the cursor.
        steady = old.feed is not new.feed and old.query == new.query and old.feed.name == new.feed.name
        self._show(new, cursor, steady=steady)

    def redraw(self) -> None:
        """Show the same state again, after something else changed that the list shows."""
        self._show(self.state, self._papers.cursor)

    def _show(self, state: ListState, cursor: int, *, steady: bool = False) -> None:
        self._papers.show(
            state, cursor=cursor, highlight=self._highlight, empty=self._empty_lines(state), steady=steady
        )
        self.show_tally()

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

    def _empty_lines(self, state: ListState) -> tuple[str, ...]:
        if state.query:
            return "No matches.", f"{self._keys.name('back')} clears the search."
        if state.show is not ListFilter.ALL and state.feed.papers:
            return "No papers match this filter.", f"{self._keys.name('filter')} changes the filter."
        return self.placeholder

    def show_tally(self) -> None:
        """Show the number of papers shown, the total and the order in the search line."""
        state = self.state
        words = [f"{len(state.selected)} selected"] if state.selected else []
        words += [state.order.value.words] if state.found is None else []
        words.append(state.show.value.words)
        total = state.total if state.of is None else state.of
        similar = 0 if state.similar_from is None else state.size - state.similar_from
        size = state.size - similar
        is_whole = state.show is ListFilter.ALL and not (state.feed.muted and state.beyond is None)
        if (found := state.found) is not None and is_whole:
            size, similar = max(size, found.total), max(similar, found.similar)
        number = f"{grouped(size)} of {grouped(total)}" if size != total or found is not None else grouped(total)
        if total:
            words.append(number if found is not None else f"{number} paper{'s' if total != 1 else ''}")
        words.append(f"{grouped(similar)} similar" if similar else "")
        words.append(self.mode_words)
        words.append(self.scope_words)
        self._search_box.show_tally(self._dot.join(filter(None, words)))

    def focus(self) -> None:
        """Give the list the focus, before any further key is handled."""
        self._screen.set_focus(self._papers)

    # --- moving --------------------------------------------------------------------------------------

    def leap(self, by: int) -> bool:
        """Go to the next match or unread paper (any paper while reading); return whether there is one."""
        state, row = self.state, self._papers.cursor
        if self._opened is not None and (place := state.row_of(self._opened.id)) is not None:
            row = place
        row += by
        if not state.query and not self.is_reading:
            while 0 <= row < state.size and state.paper(row).id in state.read:
                row += by
        if 0 <= row < state.size:
            self._papers.move_to(row)
            if self.is_reading:
                self.open()
            return True
        kind = "matches" if state.query else "papers" if self.is_reading else "unread papers"
        self._notice.show_message(f"No more {kind}.")
        return False

    # --- sorting and filters -------------------------------------------------------------------------

    def next_order(self) -> None:
        state = self.state
        if state.found is not None and not state.fit_alike:
            self._notice.show_message("Search results are sorted by relevance.")
        elif is_lazy(state.feed.papers):
            self._notice.show_message("The archive is always sorted newest first.")
        else:
            orders = state.orders
            self.update(state.with_order(orders[(orders.index(state.order) + 1) % len(orders)]))

    def next_filter(self) -> None:
        state = self.state
        if is_lazy(state.feed.papers):
            self._notice.show_message(f"The archive has no filters. Press {self._keys.name('search')} to search it.")
        else:
            shows = state.shows
            self.update(state.with_show(shows[(shows.index(state.show) + 1) % len(shows)]))


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


#: Seconds within which a second press goes to the first paper, as ``g g`` in vi.
_TWICE = 1.0


class NavigationController:
    """Moves the cursor of the list, or scrolls the preview while it has the focus."""

    def __init__(self, context: ScreenContext, papers: PaperList, preview: Preview) -> None:
        self._screen = context.screen
        self._papers = papers
        self._preview = preview
        self._first_pressed = 0.0

    def _move(self, rows: int, lines: int) -> None:
        if self._preview.has_focus:
            self._preview.scroll_relative(y=lines, animate=False, force=True)
        else:
            self._papers.move(rows)

    def step(self, way: int) -> None:
        self._move(way, way)

    def half_page(self, way: int) -> None:
        self._move(way * max(1, self._papers.page // 2), way * (self._preview.size.height // 2))

    def page(self, way: int) -> None:
        self._move(way * self._papers.page, way * max(1, self._preview.size.height - 2))

    def top(self) -> None:
        if self._preview.has_focus:
            self._preview.scroll_to(y=0, animate=False, force=True)
        else:
            self._papers.move_to(0)

    def bottom(self) -> None:
        if self._preview.has_focus:
            self._preview.scroll_end(animate=False, force=True)
        else:
            self._papers.move_to(self._papers.state.size - 1)

    def top_if_twice(self) -> None:
        """Go to the top when called twice within a second."""
        now = monotonic()
        if now - self._first_pressed <= _TWICE:
            self._first_pressed = 0.0
            self.top()
        else:
            self._first_pressed = now

    def other_pane(self) -> None:
        if self._preview.display:
            self._screen.set_focus(self._papers if self._preview.has_focus else self._preview)
