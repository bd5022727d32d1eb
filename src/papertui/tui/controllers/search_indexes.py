"""The search indexes of the main screen: of the open feed, and of everything stored. Both are made in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from papertui.model.paper import Paper
from papertui.services.search import Scope, SearchService, SearchSession

if TYPE_CHECKING:
    from papertui.search.index import Index


class FeedIndex:
    """The index of one feed, built once, however many keys are pressed meanwhile."""

    def __init__(self, service: SearchService) -> None:
        self._service = service
        self._building: tuple[Sequence[Paper], asyncio.Task[Index]] | None = None
        self._papers: Sequence[Paper] | None = None
        #: The finished index, if any.
        self.index: Index | None = None

    def forget(self) -> None:
        self.index, self._papers = None, None

    def of(self, papers: Sequence[Paper]) -> Index | None:
        """Return the index of `papers` if it is built."""
        return self.index if self._papers is papers else None

    async def build(self, papers: Sequence[Paper]) -> Index:
        """Build the index of `papers` in a thread. Cancelling the caller does not cancel the build."""
        if self._building is None or self._building[0] is not papers:
            self._building = papers, asyncio.create_task(asyncio.to_thread(self._service.index, papers))
        return await asyncio.shield(self._building[1])

    def keep(self, papers: Sequence[Paper], index: Index) -> None:
        """Use `index` as the index of `papers`."""
        self.index, self._papers = index, papers

    async def update_marks(self) -> None:
        """Update bookmarks, tags and read marks.

        Raises:
            StoreError: they cannot be read; the index keeps the old ones.
        """
        index, papers = self.index, self._papers
        if index is None or papers is None:
            return
        updated = await asyncio.to_thread(self._service.marked, index, papers)
        if self.index is index:
            self.index = updated


class StoredIndex:
    """The search over stored papers, opened once for all waiting keys."""

    def __init__(self, service: SearchService) -> None:
        self._service = service
        self._session: tuple[Scope, SearchSession] | None = None
        self._opening: tuple[Scope, asyncio.Task[SearchSession]] | None = None

    @property
    def is_open(self) -> bool:
        return self._session is not None

    def forget(self) -> None:
        """Open the index again on the next search, not one that is being opened: papers or bookmarks changed."""
        self._session = self._opening = None

    def of(self, scope: Scope) -> SearchSession | None:
        """Return the search within `scope` if it is open."""
        return self._session[1] if self._session is not None and self._session[0] == scope else None

    async def open(self, scope: Scope, also: Sequence[Paper], progress: Callable[[int, int], None]) -> SearchSession:
        """Return the search within `scope`, with the papers `also`; the index is updated in a thread.

        Raises:
            StoreError: the archive or the library cannot be read.
        """
        if (session := self.of(scope)) is not None:
            return session
        if self._opening is None or self._opening[1].done() or self._opening[0] != scope:
            opening = asyncio.to_thread(lambda: self._service.open(scope, progress, also=also))
            self._opening = scope, asyncio.create_task(opening)
        opened = self._opening
        session = await asyncio.shield(opened[1])
        if self._opening is opened:
            self._session = scope, session
        return session
