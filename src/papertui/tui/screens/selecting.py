"""Selecting papers, to do something with all of them."""

from __future__ import annotations

from datetime import date

from papertui.core.paper import Paper
from papertui.core.shelf import Shelf, is_lazy
from papertui.core.wording import plural
from papertui.desk import Desk
from papertui.tui.screens.handling import Handling
from papertui.tui.signs import Signs
from papertui.tui.widgets.paperlist import PaperList


class Selecting(Handling):
    """The stage, with a selection. It lasts as long as the view is open, whatever is searched for in it."""

    #: The row where the last selecting began, for selecting from there to here.
    _anchor = 0

    def __init__(self, desk: Desk, signs: Signs, today: date, shelf: Shelf, *, compact: bool) -> None:
        super().__init__(desk, signs, today, shelf, compact=compact)
        self._selected: dict[str, Paper] = {}

    def subject(self) -> tuple[Paper, ...]:
        """The papers that a key is about: those selected, else the one under the cursor."""
        selected = self.selected_papers()
        if selected:
            return selected
        paper = self.paper
        return () if paper is None else (paper,)

    def selected_papers(self) -> tuple[Paper, ...]:
        """The papers selected, in the order they were selected in."""
        return tuple(paper for id_, paper in self._selected.items() if id_ in self.shelf.selected)

    def about(self, papers: tuple[Paper, ...]) -> str:
        """`papers` in a few words: the title of one, the number of several."""
        return f"“{papers[0].title}”" if len(papers) == 1 else plural(len(papers), "paper")

    def select(self, papers: dict[str, Paper]) -> None:
        """Selects these papers and no others."""
        self._selected = papers
        self.shelf = self.shelf.with_selected(frozenset(papers))
        self.show_keys()

    def _with(self, rows: range) -> dict[str, Paper]:
        there = {paper.id: paper for paper in self.selected_papers()}
        return there | {paper.id: paper for paper in map(self.shelf.paper, rows)}

    def action_select(self) -> None:
        """Selects the paper, or takes it out of the selection, and goes on to the next; a page down while reading."""
        if self.is_reading or self.preview.has_focus:
            self.action_page_down()
        elif self._switch():
            self.papers.move(1)

    def _switch(self) -> bool:
        """Selects the paper under the cursor, or no more; whether there is one."""
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
        """Selects all papers from where the last selecting began down, or up, to the cursor."""
        here = self.papers.cursor
        if self.paper is None or self.is_reading:
            return
        anchor = min(self._anchor, self.shelf.size - 1) if self.shelf.selected else here
        self.select(self._with(range(min(anchor, here), max(anchor, here) + 1)))

    def action_select_all(self) -> None:
        """Selects all papers that are shown; nothing any more where they all were."""
        shelf = self.shelf
        if is_lazy(shelf.feed.papers) and shelf.beyond is None:
            self.notice.tell("These are all papers there are; search first, then select what was found.")
            return
        shown = {paper.id: paper for paper in map(shelf.paper, range(shelf.size))}
        if shown.keys() <= shelf.selected:
            self.select({})
        else:
            self.select({paper.id: paper for paper in self.selected_papers()} | shown)

    def on_paper_list_select_clicked(self, message: PaperList.SelectClicked) -> None:
        """A click with Ctrl selects."""
        message.stop()
        self._switch()

    def action_mark_read(self) -> None:
        """Marks the papers selected read, or unread where all of them are; without a selection, the one paper."""
        ids = self.shelf.selected
        if not ids:
            super().action_mark_read()
            return
        read = not ids <= self.shelf.read
        self.run_worker(self.write_read(ids, read=read), group="marks")
        self.notice.tell(f"{plural(len(ids), 'paper')} {'read' if read else 'unread again'}.")

    def action_copy_link(self) -> None:
        """Copies the addresses of the papers selected, a line each; without a selection, that of the one paper."""
        papers = self.selected_papers()
        if not papers:
            super().action_copy_link()
            return
        self.app.copy_to_clipboard("\n".join(paper.url for paper in papers if paper.url))
        self.notice.tell(f"Copied the links of {plural(len(papers), 'paper')}.")

    def action_back(self) -> None:
        """One step back; a selection is given up before a search is."""
        at_rest = not (self.search_box.is_typing or self.is_reading or self.notice.is_told) and self.papers.has_focus
        if at_rest and self.shelf.selected:
            self.select({})
            return
        super().action_back()
