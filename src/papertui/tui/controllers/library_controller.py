"""The library: bookmarks on the screen follow the file, also when another window or command changes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from papertui.errors import PaperNotFoundError, StoreError
from papertui.model.changes import UndoResult
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.library import LibraryService
from papertui.services.read_state import ReadState
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.feed_controller import FeedController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController

#: Seconds between two checks whether another process changed the library.
_CHECK_INTERVAL = 0.5

Result = TypeVar("Result")


class LibraryController:
    """Changes the library, one change after the other, and shows it."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        feeds: FeedController,
        library: LibraryService,
        read_state: ReadState,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._feeds = feeds
        self._library = library
        self._read_state = read_state
        self._lock = asyncio.Lock()
        self._stamp: object = None
        self._check: asyncio.Task[object] | None = None

    # --- following the file --------------------------------------------------------------------------

    async def start(self) -> None:
        """Show the library, and start watching it."""
        with self._notice.errors():
            async with self._lock:
                await self._feeds.show_library()
                await self._reload()
            self._notice.warn_each((*self._library.take_notices(), *self._read_state.take_notices()))
        self._screen.set_interval(_CHECK_INTERVAL, self._look)

    def _look(self) -> None:
        # A disk that does not respond (a network folder) must neither block the screen nor pile up checks.
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(asyncio.to_thread(self._library.stamp))
            self._check.add_done_callback(self._looked)

    def _looked(self, check: asyncio.Task[object]) -> None:
        if check.cancelled() or isinstance(check.exception(), StoreError):
            return  # reported by the next action on the library
        if check.result() != self._stamp and self._screen.is_attached:
            self._screen.run_worker(self._follow(), group="library")

    async def _follow(self) -> None:
        async with self._lock:
            with self._notice.errors():
                await self._reload(unless=self._stamp)
        self._notice.warn_each(self._library.take_notices())

    async def _reload(self, *, unless: object = None) -> None:
        """Show the current library; do nothing if its stamp is still `unless`.

        Raises:
            StoreError: the library cannot be read. The screen stays as it is until the file changes.
        """
        stamp = await asyncio.to_thread(self._library.stamp)
        if unless is not None and stamp == unless:
            return
        # Taken before reading: a change in between is seen by the next check.
        self._stamp = stamp
        marks = await asyncio.to_thread(self._library.by_id)
        before = self._lists.state.marks
        self._lists.update(self._lists.state.with_marks(marks=marks))
        self._search.forget_stored()
        self._tabs.show()
        self._feeds.bookmarks_changed(frozenset(marks.keys() - before.keys()))

    # --- changing ------------------------------------------------------------------------------------

    async def edit(self, work: Callable[[], Result], papers: tuple[Paper, ...] = ()) -> Result:
        """Run `work` in a thread and show the changed library.

        Two quick key presses are two changes, one after the other. A bundled paper is not stored, so `papers` are
        bookmarked before they are tagged, rated and so on.

        Raises:
            PapertuiError: the change could not be made.
        """
        async with self._lock:
            try:
                result = await asyncio.to_thread(work)
            except PaperNotFoundError:
                if not papers:
                    raise
                await asyncio.to_thread(self._library.keep, papers)
                result = await asyncio.to_thread(work)
            await self._reload()
        self._notice.warn_each(self._library.take_notices())
        return result

    async def toggle_bookmarks(self, papers: tuple[Paper, ...]) -> None:
        """Bookmark papers, or remove their bookmarks if all have one. The star follows the disk."""
        undo = self._context.keys.name("undo")
        library = self._library
        with self._notice.errors():
            if len(papers) == 1:
                is_bookmarked = await self.edit(lambda: library.toggle(papers[0]))
                words = "Bookmark added." if is_bookmarked else f"Bookmark removed. {undo} undoes this."
            elif self._lists.state.kept.issuperset(paper.id for paper in papers):
                removed = await self.edit(lambda: library.release(paper.id for paper in papers))
                words = f"{plural(len(removed), 'bookmark')} removed. {undo} undoes this."
            else:
                added = await self.edit(lambda: library.keep(papers))
                words = f"{plural(len(added), 'bookmark')} added."
            self._notice.show_message(words)

    async def undo(self) -> str:
        """Undo one change; return a sentence about it.

        Raises:
            PapertuiError: the change cannot be undone.
        """
        return _undo_words("Undone", await self.edit(self._library.undo)) or "Nothing to undo."

    async def redo(self) -> str:
        """Redo one change; return a sentence about it.

        Raises:
            PapertuiError: the change cannot be redone.
        """
        return _undo_words("Redone", await self.edit(self._library.redo)) or "Nothing to redo."


def _undo_words(word: str, result: UndoResult | None) -> str:
    return "" if result is None else " ".join((f"{word}: {result.step.in_words}.", *result.left))
