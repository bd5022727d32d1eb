"""Whether everything is in order: the stores, and the way to each service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

from papertui.core.feed import FeedName
from papertui.core.wording import plural
from papertui.desk.doors import OpenLibrary, OpenSource
from papertui.desk.following import Following
from papertui.errors import PapertuiError, SourceError
from papertui.store.archive import Archive

#: A question to each service, small and always answered; the last one may rightly have no papers.
_PROBES = (
    ("Hugging Face", FeedName("trending")),
    ("arXiv, new papers", FeedName("arxiv", "cs.CL")),
    ("arXiv, search", FeedName("arxiv-search", "ti:attention")),
)


class Finding(NamedTuple):
    """What was found of one part.

    Attributes:
        name: the part.
        fine: whether it works.
        words: what was found, or what is wrong and what to do.
    """

    name: str
    fine: bool
    words: str


class Checks:
    """Looks at every part, changing nothing but what a damaged file calls for."""

    def __init__(self, archive: Archive, library: OpenLibrary, source: OpenSource, following: Following) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._following = following

    def stores(self) -> tuple[Finding, ...]:
        """The library and the archive."""
        findings = []
        for name, look in (("library", self._bookmarks), ("backups", self._backups), ("archive", self._papers)):
            try:
                findings.append(look())
            except PapertuiError as problem:
                findings.append(Finding(name, False, str(problem)))  # noqa: FBT003 - a fact
        return tuple(findings)

    def _bookmarks(self) -> Finding:
        library = self._library()
        number = plural(len(library.all()), "bookmark")
        problems = library.problems()
        words = f"{number}. {' '.join(problems)} See “papertui doctor --help”." if problems else number
        return Finding("library", not problems, words)

    def _backups(self) -> Finding:
        backups = self._library().backups()
        words = ", ".join(f"{backup.name} ({backup.at.astimezone():%Y-%m-%d %H:%M})" for backup in backups)
        return Finding("backups", True, words or "none yet")  # noqa: FBT003 - a fact

    def _papers(self) -> Finding:
        problem = self._archive.problem()
        words = plural(self._archive.count(), "paper") + (f"; {problem}" if problem else "")
        return Finding("archive", True, words)  # noqa: FBT003 - a fact

    async def network(self) -> AsyncIterator[Finding]:
        """Asks each service a small question; nothing is stored."""
        asked = [
            *_PROBES,
            *((follow.title, follow.name) for follow in self._following.all if follow.name.kind == "url"),
        ]
        async with self._source() as source:

            async def probe(name: str, feed: FeedName) -> Finding:
                began = time.monotonic()
                try:
                    fetched = await source.fetch(feed, 1)
                except SourceError as problem:
                    return Finding(name, False, str(problem))  # noqa: FBT003 - a fact
                took = time.monotonic() - began
                found = (
                    plural(len(fetched.papers), "paper") if fetched.papers else " ".join(fetched.notices) or "nothing"
                )
                return Finding(name, True, f"answered in {took:.1f} s: {found}")  # noqa: FBT003 - as above

            for done in [asyncio.create_task(probe(name, feed)) for name, feed in asked]:
                yield await done
