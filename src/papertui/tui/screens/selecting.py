"""Selecting papers for actions on several papers."""

from __future__ import annotations

from datetime import date

from papertui.app import Services
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.screens.handling import Handling
from papertui.tui.widgets.paperlist import PaperList


class Selecting(Handling):
    """The main screen with a selection, which lasts while the feed is open, across searches."""

    #: The row where the last selection started, for selecting a range.
    _anchor = 0

    def __init__(self, services: Services, signs: Glyphs, today: date, shelf: ListState, *, compact: bool) -> None:
        super().__init__(services, signs, today, shelf, compact=compact)
        self._selected: dict[str, Paper] = {}

    def subject(self) -> tuple[Paper, ...]:
        """Return the papers an action applies to: the selection, else the paper under the cursor."""
        selected = self.selected_papers()
        if selected:
            return selected
        paper = self.paper
        return () if paper is None else (paper,)

    def selected_papers(self) -> tuple[Paper, ...]:
        """Return the selected papers in the order of selection."""
        return tuple(paper for id_, paper in self._selected.items() if id_ in self.shelf.selected)

    def about(self, papers: tuple[Paper, ...]) -> str:
        """Describe `papers`: the title of one, the number of several."""
        return f"“{papers[0].title}”" if len(papers) == 1 else plural(len(papers), "paper")

    def select(self, papers: dict[str, Paper]) -> None:
        """Replace the selection."""
        self._selected = papers
        self.shelf = self.shelf.with_selected(frozenset(papers))
        self.show_keys()

    def _with(self, rows: range) -> dict[str, Paper]:
        selected = {paper.id: paper for paper in self.selected_papers()}
        return selected | {paper.id: paper for paper in map(self.shelf.paper, rows)}

    def action_select(self) -> None:
        """Toggle the selection of the paper and move to the next one; while reading, scroll a page down."""
        if self.is_reading or self.preview.has_focus:
            self.action_page_down()
        elif self._switch():
            self.papers.move(1)

    def _switch(self) -> bool:
        """Toggle the selection of the paper under the cursor; return whether there is one."""
        paper, row = self.paper, self.papers.cursor
        if paper is None:
            return False
        if paper.id in self.shelf.selected:
            self.select({one.id: one for one in self.selected_papers() if one.id != paper.id})
        else:
            self._anchor = row
            self.select(self._with(range(row, row + 1)))
        return True

    def action_select_to_here(self) -> None:
        cursor_row = self.papers.cursor
        if self.paper is None or self.is_reading:
            return
        anchor = min(self._anchor, self.shelf.size - 1) if self.shelf.selected else cursor_row
        self.select(self._with(range(min(anchor, cursor_row), max(anchor, cursor_row) + 1)))

    def action_select_all(self) -> None:
        shelf = self.shelf
        if is_lazy(shelf.feed.papers) and shelf.beyond is None:
            self.notice.tell("This is the whole archive. Search first, then select the matches.")
            return
        shown = {paper.id: paper for paper in map(shelf.paper, range(shelf.size))}
        if shown.keys() <= shelf.selected:
            self.select({})
        else:
            self.select({paper.id: paper for paper in self.selected_papers()} | shown)

    def on_paper_list_select_clicked(self, message: PaperList.SelectClicked) -> None:
        message.stop()
        self._switch()

    def action_mark_read(self) -> None:
        """Mark the selected papers as read, or as unread if all of them are read."""
        ids = self.shelf.selected
        if not ids:
            super().action_mark_read()
            return
        read = not ids <= self.shelf.read
        self.run_worker(self.write_read(ids, read=read), group="marks")
        self.notice.tell(f"{plural(len(ids), 'paper')} marked as {'read' if read else 'unread'}.")

    def action_copy_link(self) -> None:
        papers = self.selected_papers()
        if not papers:
            super().action_copy_link()
            return
        self.app.copy_to_clipboard("\n".join(paper.url for paper in papers if paper.url))
        self.notice.tell(f"Copied the links of {plural(len(papers), 'paper')}.")

    def action_back(self) -> None:
        """Go one step back; clear the selection before the search."""
        at_rest = not (self.search_box.is_typing or self.is_reading or self.notice.is_told) and self.papers.has_focus
        if at_rest and self.shelf.selected:
            self.select({})
            return
        super().action_back()
