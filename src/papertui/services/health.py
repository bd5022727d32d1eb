"""Health checks of the stores and the network services."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.errors import PapertuiError, SourceError
from papertui.library.bookmarks import Library
from papertui.model.feed import FeedName
from papertui.model.format import plural
from papertui.services.follows import FollowService
from papertui.services.types import OpenSource
from papertui.sources.registry import SOURCES

#: Mixed papers that are named.
_NAMED = 10


class CheckResult(NamedTuple):
    """The result of one check."""

    name: str  # The part that was checked
    fine: bool
    words: str  # The state, or the problem and what to do


class HealthService:
    """Checks every part. Changes nothing except that a damaged file is repaired."""

    def __init__(self, archive: Archive, library: Library, source: OpenSource, following: FollowService) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._following = following

    def stores(self) -> tuple[CheckResult, ...]:
        findings = []
        for name, look in (
            ("library", self._bookmarks),
            ("backups", self._backups),
            ("archive", self._papers),
            ("works", self._works),
        ):
            try:
                findings.append(look())
            except PapertuiError as problem:
                findings.append(CheckResult(name, False, str(problem)))  # noqa: FBT003 - a value
        return tuple(findings)

    def _bookmarks(self) -> CheckResult:
        library = self._library
        number = plural(len(library.all()), "bookmark")
        problems = library.problems()
        words = f"{number}. {' '.join(problems)} See “papertui doctor --help”." if problems else number
        return CheckResult("library", not problems, words)

    def _backups(self) -> CheckResult:
        backups = self._library.backups()
        words = ", ".join(f"{backup.name} ({backup.at.astimezone():%Y-%m-%d %H:%M})" for backup in backups)
        return CheckResult("backups", True, words or "none yet")  # noqa: FBT003 - a value

    def _papers(self) -> CheckResult:
        problem = self._archive.problem()
        if self._archive.is_missing:
            return CheckResult("archive", False, self._archive.unwritable)  # noqa: FBT003 - a value
        words = plural(self._archive.count(), "paper") + (f"; {problem}" if problem else "")
        return CheckResult("archive", True, words)  # noqa: FBT003 - a value

    def _works(self) -> CheckResult:
        from papertui.services.mixed import mixed_papers  # noqa: PLC0415 - needed by the doctor alone

        found = mixed_papers(self._library, self._archive)
        if not found:
            return CheckResult("works", True, "no paper mixes facts of two works")  # noqa: FBT003 - a value
        named = "; ".join(f"{mixed.id} has {mixed.why}" for mixed in found[:_NAMED])
        more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        words = f"{plural(len(found), 'paper')} mixed with another one: {named}{more}. “papertui doctor --repair”"
        return CheckResult("works", False, f"{words} separates them; “papertui undo” undoes that.")  # noqa: FBT003

    async def network(self) -> AsyncIterator[CheckResult]:
        """Send a small request to each service; nothing is stored."""
        probes = [
            *(probe for spec in SOURCES for probe in spec.probes.items()),
            *((follow.title, follow.name) for follow in self._following.all if follow.name.kind == "url"),
        ]
        async with self._source() as source:

            async def probe(name: str, feed: FeedName) -> CheckResult:
                began = time.monotonic()
                try:
                    fetched = await source.fetch(feed, 1)
                except SourceError as problem:
                    return CheckResult(name, False, str(problem))  # noqa: FBT003 - a value
                seconds = time.monotonic() - began
                found = (
                    plural(len(fetched.papers), "paper") if fetched.papers else " ".join(fetched.notices) or "nothing"
                )
                return CheckResult(name, True, f"answered in {seconds:.1f} s: {found}")  # noqa: FBT003 - as above

            for done in [asyncio.create_task(probe(name, feed)) for name, feed in probes]:
                yield await done
