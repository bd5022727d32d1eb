"""Bookmarks from elsewhere, taken into the library beside those that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper
from papertui.core.reconcile import reconciled
from papertui.core.wording import plural
from papertui.desk.doors import Clock, OpenLibrary
from papertui.desk.papers import Papers
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources.files import Kept
from papertui.store.archive import Archive


class Reconciled(NamedTuple):
    """What came of taking bookmarks in.

    Attributes:
        added: ids of papers that were not kept before.
        merged: ids of papers that were, and of which more is said now.
        same: how many said nothing new.
        missing: a sentence for each paper that could not be found.
    """

    added: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    same: int = 0
    missing: tuple[str, ...] = ()


class Reconciler:
    """Takes bookmarks in, all of them as one step that is undone as one."""

    def __init__(self, archive: Archive, library: OpenLibrary, papers: Papers, now: Clock) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._now = now

    async def take_in(self, kept: Sequence[Kept], ids: Sequence[str] = (), *, offline: bool = False) -> Reconciled:
        """Takes bookmarks in; those of papers that are kept already are merged with what is there.

        Args:
            kept: bookmarks, with their papers, which the archive has taken in (`papertui.desk.importing`).
            ids: papers to be kept that are known by their ids alone; those not stored are fetched.
            offline: whether nothing may be fetched.

        Raises:
            StoreError: the disk cannot be read or written; then none of them is taken in.
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
                # Who failed once will fail for the others, too; those that are stored still go in.
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
                there = after.get(id_) or before.get(id_)
                after[id_] = mark if there is None else _united(there, mark, abstracts.get(id_))
            # Of bookmarks added at one moment the last one stands on top: the first of the file shall.
            changed = {id_: mark for id_, mark in reversed(after.items()) if mark != before.get(id_)}
            added[:] = [id_ for id_ in changed if id_ not in before]
            merged[:] = [id_ for id_ in changed if id_ in before]
            return changed

        library.change(work, f"import {plural(len(marks), 'bookmark')}", now)
        same = len({here.get(mark.paper.id, mark.paper.id) for mark in marks}) - len(added) - len(merged)
        return Reconciled(tuple(added), tuple(merged), same, missing)

    def _here(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The id under which each paper is kept, where that is another than the one it comes with."""
        kept = self._library().ids()
        made = [id_ for id_ in {*kept, *ids} if not is_arxiv(id_)]
        better = self._archive.better_ids(made) if made else {}
        bearers = {better.get(id_, id_): id_ for id_ in kept}
        return {id_: bearer for id_ in ids if (bearer := bearers.get(better.get(id_, id_))) is not None}


def _united(there: Bookmark, mark: Bookmark, whole: Paper | None) -> Bookmark:
    """Both bookmarks as one; an abstract that is kept stays, whether or not it is at hand here."""
    both = reconciled(there, mark)
    if whole is not None and whole.abstract and not there.paper.abstract:
        return both._replace(paper=both.paper._replace(abstract=""))
    return both
