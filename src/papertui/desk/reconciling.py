"""Merges imported bookmarks into the library."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper
from papertui.core.unite import reconciled
from papertui.core.wording import plural
from papertui.desk.doors import Clock, OpenLibrary
from papertui.desk.papers import Papers
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources.files import Kept
from papertui.store.archive import Archive


class Reconciled(NamedTuple):
    """The result of importing bookmarks."""

    added: tuple[str, ...] = ()  # Ids of new bookmarks
    merged: tuple[str, ...] = ()  # Ids of bookmarks that were changed
    same: int = 0  # How many did not change
    missing: tuple[str, ...] = ()  # A sentence for each paper that could not be found


class Reconciler:
    """Imports bookmarks as one step."""

    def __init__(self, archive: Archive, library: OpenLibrary, papers: Papers, now: Clock) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._now = now

    async def take_in(self, kept: Sequence[Kept], ids: Sequence[str] = (), *, offline: bool = False) -> Reconciled:
        """Import bookmarks, merging them with existing ones.

        Args:
            kept: bookmarks with their papers, which are in the archive (`papertui.desk.importing`).
            ids: papers to bookmark by their id; those that are not stored are fetched.
            offline: do not fetch anything.

        Raises:
            StoreError: the disk cannot be read or written; then no bookmark is imported.
        """
        found, missing = await self._found(ids, offline=offline)
        return await asyncio.to_thread(self._take_in, [*kept, *found], missing)

    async def _found(self, ids: Sequence[str], *, offline: bool) -> tuple[list[Kept], tuple[str, ...]]:
        found: list[Kept] = []
        missing: list[str] = []
        for id_ in dict.fromkeys(ids):
            try:
                found.append(Kept(await self._papers.find(id_, offline=offline), whole=True))
            except PaperNotFoundError as problem:
                missing.append(str(problem))
            except SourceError as problem:
                # After a failure do not request the other papers; those that are stored are still imported.
                missing.append(f"{id_}: {problem}")
                offline = True
        return found, tuple(missing)

    def _take_in(self, kept: Sequence[Kept], missing: tuple[str, ...]) -> Reconciled:
        if not kept:
            return Reconciled(missing=missing)
        now = self._now()
        stored = self._archive.papers([one.paper.id for one in kept if not one.whole])
        marks = [
            Bookmark(
                one.paper if one.whole else stored.get(one.paper.id, one.paper),
                one.added or now, one.tags, one.note, one.state, one.rating,
            )
            for one in kept
        ]  # fmt: skip
        library = self._library()
        here = self._here([mark.paper.id for mark in marks])
        abstracts = library.whole({here.get(mark.paper.id, mark.paper.id) for mark in marks})
        added: list[str] = []
        merged: list[str] = []

        def work(before: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            after: dict[str, Bookmark | None] = {}
            for mark in marks:
                id_ = here.get(mark.paper.id, mark.paper.id)
                existing = after.get(id_) or before.get(id_)
                after[id_] = mark if existing is None else _united(existing, mark, abstracts.get(id_))
            # Of bookmarks added at the same time the last one is listed first: that should be the file's first.
            changed = {id_: mark for id_, mark in reversed(after.items()) if mark != before.get(id_)}
            added[:] = [id_ for id_ in changed if id_ not in before]
            merged[:] = [id_ for id_ in changed if id_ in before]
            return changed

        library.change(work, f"import {plural(len(marks), 'bookmark')}", now)
        same = len({here.get(mark.paper.id, mark.paper.id) for mark in marks}) - len(added) - len(merged)
        return Reconciled(tuple(added), tuple(merged), same, missing)

    def _here(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The id under which each paper is bookmarked, if it is bookmarked."""
        kept = self._library().ids()
        made = [id_ for id_ in {*kept, *ids} if not is_arxiv(id_)]
        better = self._archive.better_ids(made) if made else {}
        bearers = {better.get(id_, id_): id_ for id_ in kept}
        return {id_: bearer for id_ in ids if (bearer := bearers.get(better.get(id_, id_))) is not None}


def _united(there: Bookmark, mark: Bookmark, whole: Paper | None) -> Bookmark:
    """Merge two bookmarks. A stored abstract stays, even if `there` comes without it."""
    both = reconciled(there, mark)
    if whole is not None and whole.abstract and not there.paper.abstract:
        return both._replace(paper=both.paper._replace(abstract=""))
    return both
