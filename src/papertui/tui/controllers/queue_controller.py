"""The key that puts papers into the queue, and takes them out."""

from __future__ import annotations

from papertui.app import Services
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.model.queue import is_queued
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.read_controller import ReadController


class QueueController:
    """Puts papers into the queue of those to read later.

    Args:
        context: the screen.
        lists: knows the bookmarks.
        library: changes the library and shows it.
        reading: shows read marks.
        services: the queue.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        library: LibraryController,
        reading: ReadController,
        services: Services,
    ) -> None:
        self._context = context
        self._lists = lists
        self._library = library
        self._reading = reading
        self._services = services

    def _is_in(self, paper: Paper) -> bool:
        state = self._lists.state
        mark = state.marks.get(paper.id)
        return mark is not None and is_queued(paper.id, mark, state.read)

    async def toggle(self, papers: tuple[Paper, ...]) -> None:
        """Put papers into the queue, or take them out if all are in it."""
        queue, undo = self._services.triage, self._context.keys.name("undo")
        number = f"{plural(len(papers), 'paper')} " if len(papers) > 1 else ""
        with self._context.notice.errors():
            if all(map(self._is_in, papers)):
                await self._library.edit(lambda: queue.drop(papers))
                words = f"{number}taken out of the queue. {undo} undoes this."
            else:
                unmarked = await self._library.edit(lambda: queue.queue(papers))
                if unmarked:
                    self._reading.show_marks(unmarked, read=False)
                words = f"{number}put into the queue, to read later. {undo} undoes this."
            self._context.notice.show_message(words[:1].upper() + words[1:])
