"""Pasted text: ids and addresses of papers are found, fetched and shown; other text is searched."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.errors import PapertuiError
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.model.paper_ids import ids_in
from papertui.model.safe_text import safe
from papertui.services.papers import PaperService
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.widgets.search_box import SearchBox

#: More than any list of papers that somebody pastes on purpose.
_LONGEST = 10_000
_MOST = 50


class PasteController:
    """Acts on text that is pasted anywhere on the main screen."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        search_box: SearchBox,
        papers: PaperService,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search = search
        self._search_box = search_box
        self._papers = papers

    async def into_screen(self, text: str) -> None:
        """Search for text that was pasted outside the search line; show the papers it names."""
        line = _one_line(text)
        if not line:
            return
        field = await self._search_box.prepare()
        self._search_box.put(line)
        if ids_in(line):
            self._lists.focus()
        else:
            self._screen.set_focus(field)
        self.into_line(text)

    def into_line(self, text: str) -> None:
        """After text was pasted into the search line: find the papers it names, also those that are not stored."""
        known = {paper.id for paper in self._known}
        ids = ids_in(_one_line(text))[:_MOST]
        is_whole = _one_line(text) == self._search_box.text.strip()
        if len(ids) > 1 and is_whole:
            in_background(self._screen, self._show_all, ids, group="paste", exclusive=True)
        elif missing := [id_ for id_ in ids if id_ not in known]:
            in_background(self._screen, self._fetch, missing, group="paste", exclusive=True)

    @property
    def _known(self) -> Sequence[Paper]:
        """The papers of the open view, unless they are too many to go through."""
        papers = self._lists.state.feed.papers
        return papers if isinstance(papers, tuple | list) else ()

    async def _fetch(self, ids: Sequence[str]) -> None:
        """Fetch papers that are not stored, and search again."""
        query = self._search_box.text
        await self._find(ids)
        self._search.forget_stored()
        if self._search_box.text == query:
            self._search.search(query)

    async def _show_all(self, ids: Sequence[str]) -> None:
        """Show several papers as a result list."""
        line = self._search_box.text
        found = await self._find(ids)
        if found and self._search_box.text == line:
            self._search.show_papers(" ".join(paper.id for paper in found), found)
            self._lists.focus()

    async def _find(self, ids: Sequence[str]) -> list[Paper]:
        """Return the papers with `ids` that can be found; say which cannot."""
        self._search_box.show_activity(f"finding {ids[0] if len(ids) == 1 else plural(len(ids), 'paper')}")
        here = {paper.id: paper for paper in self._known}
        found, failures = [], []
        for id_ in ids:
            try:
                is_offline = not self._context.start.uses_network
                found.append(here.get(id_) or await self._papers.find(id_, offline=is_offline))
            except PapertuiError as error:
                failures.append(str(error))
        self._lists.show_tally()
        if failures:
            more = f" {plural(len(failures) - 1, 'more paper')} could not be found." if len(failures) > 1 else ""
            self._notice.warn(f"{failures[0]}{more}")
        return found


def _one_line(text: str) -> str:
    return " ".join(safe(text[:_LONGEST]).split())
