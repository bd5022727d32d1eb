"""Selecting papers for actions on several papers. A selection lasts while the feed is open, across searches."""

from __future__ import annotations

from collections.abc import Mapping

from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.widgets.paper_list import PaperList


class SelectionController:
    """Selects papers; the list state holds their ids."""

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
        """The papers an action applies to: the selection, else the paper under the cursor."""
        if selected := self.selected:
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
        """Select all papers shown, or none if they are selected."""
        shown = self._lists.shown
        if shown is None:
            self._notice.show_message("This is the whole archive. Search first, then select the matches.")
        elif self._lists.state.selected.issuperset(paper.id for paper in shown):
            self.clear()
        else:
            self._select((*self.selected, *shown))


def describe(papers: tuple[Paper, ...]) -> str:
    """Describe `papers`: the title of one, the number of several."""
    return f"“{papers[0].title}”" if len(papers) == 1 else plural(len(papers), "paper")
