"""Writes the decisions of a triage, one after the other, in the order of the keys."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple, TypeVar

from papertui.app import Services
from papertui.errors import PapertuiError
from papertui.model.paper import Paper
from papertui.services.triage import Applied, Decision
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.read_controller import ReadController

Result = TypeVar("Result")


class TriageJob(NamedTuple):
    """A change to make on the disk."""

    paper: Paper
    decision: Decision | None  # ``None`` takes the last one back
    is_queue: bool = False  # whether the paper was decided about in the queue


class WriteListener(NamedTuple):
    """What is called for the writer."""

    changed: Callable[[], None]  # after each job
    saved: Callable[[], Awaitable[None]]  # after the last one
    failed: Callable[[TriageJob, PapertuiError], None]
    warn: Callable[[str], None]


class TriageWriter:
    """Makes decisions durable, and takes them back.

    Args:
        context: the main screen: the triage may be left before everything is written.
        library: changes the library and shows it.
        reading: shows read marks.
        services: apply the decisions.
    """

    def __init__(
        self, context: ScreenContext, library: LibraryController, reading: ReadController, services: Services
    ) -> None:
        self._screen = context.screen
        #: Set when the bookmarks are known; before, a bookmarked paper would be offered.
        self.library_loaded = library.loaded
        self._library = library
        self._reading = reading
        self._services = services
        self._jobs: deque[TriageJob] = deque()
        #: What the decisions of this start changed, by paper id.
        self._applied: dict[str, Applied] = {}
        self.listener: WriteListener | None = None
        #: Set while everything is on the disk.
        self.is_idle = asyncio.Event()
        self.is_idle.set()

    @property
    def pending(self) -> AbstractSet[str]:
        """The ids of the papers with a decision that is not on the disk yet."""
        return {job.paper.id for job in self._jobs}

    @property
    def decided(self) -> AbstractSet[str]:
        """The ids of the papers that have a decision once everything is on the disk, among the `pending`."""
        last = {job.paper.id: job.decision for job in self._jobs}
        return {id_ for id_, decision in last.items() if decision is not None}

    def write(self, paper: Paper, decision: Decision, *, is_queue: bool) -> None:
        """Make a decision durable, after those before it."""
        self._add(TriageJob(paper, decision, is_queue))

    def take_back(self, paper: Paper, *, was_skipped: bool) -> None:
        """Take the decision about a paper back.

        Args:
            paper: the paper.
            was_skipped: whether it was marked as read, perhaps before this start.
        """
        if was_skipped and paper.id not in self._applied and paper.id not in self.pending:
            self._applied[paper.id] = Applied(paper, marked=True)
        self._add(TriageJob(paper, None))

    def _add(self, job: TriageJob) -> None:
        self._jobs.append(job)
        if self.is_idle.is_set():
            self.is_idle.clear()
            in_background(self._screen, self._work, group="triage")

    async def _work(self) -> None:
        while self._jobs:
            job = self._jobs[0]
            failure: PapertuiError | None = None
            try:
                await self._do(job)
            except PapertuiError as error:
                failure = error
            self._jobs.popleft()
            if self.listener is not None:
                if failure is not None:
                    self.listener.failed(job, failure)
                self.listener.changed()
                if not self._jobs:
                    await self.listener.saved()  # further jobs may come meanwhile
        self.is_idle.set()

    async def _do(self, job: TriageJob) -> None:
        """Make a decision durable, or take one back.

        Raises:
            PapertuiError: the disk cannot be written.
        """
        service, paper = self._services.triage, job.paper
        if job.decision is not None:
            apply = partial(service.apply, paper, job.decision, is_queue=job.is_queue)
            applied = await self._run(apply, in_library=job.is_queue or job.decision.choice in {"keep", "later"})
            self._applied[paper.id] = applied
            if applied.marked is not None:
                self._reading.show_marks(frozenset([paper.id]), read=applied.marked)
        elif (done := self._applied.pop(paper.id, None)) is not None:
            for words in await self._run(partial(service.take_back, done), in_library=done.step is not None):
                if self.listener is not None:
                    self.listener.warn(words)
            if done.marked is not None:
                self._reading.show_marks(frozenset([paper.id]), read=not done.marked)

    async def _run(self, work: Callable[[], Result], *, in_library: bool) -> Result:
        return await (self._library.edit(work) if in_library else asyncio.to_thread(work))
