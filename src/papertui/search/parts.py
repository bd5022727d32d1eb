"""Build the parts of a large index in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from papertui.archive.database import Database
from papertui.search.builder import Builder, whole
from papertui.search.segment_file import SegmentFile, write_segment
from papertui.search.updates import IndexUpdates, Position, Progress
from papertui.workers import CONTEXT, worker_pool

#: The papers of a part: few, so that several processes together stay below 400 MB, and many, so that merging is fast.
PART = 25_000
#: Papers after which a worker reports its progress, and asks whether to go on.
_STEP = 1_000
_SECONDS = 0.2
#: The value of the number of indexed papers that stops the workers.
_STOP = -(2**62)


class PartPlan(NamedTuple):
    """A part of an index to build."""

    folder: Path
    #: The archive's file.
    archive: Path
    #: The greatest row number.
    last: int
    #: The paper before the first one.
    after: Position
    #: The most papers.
    size: int
    #: The number of them, from the oldest on, whose abstracts are not indexed unless they were featured.
    plain: int


class BuiltPart(NamedTuple):
    """A complete segment, in a file without support of misspelt words."""

    file: str
    written: SegmentFile
    papers: int


_NONE = BuiltPart("", SegmentFile(0, 0), 0)


class PartBuilder:
    """Builds parts of an index in other processes; on leaving, those that are not complete are dropped."""

    def __init__(self, plans: Sequence[PartPlan]) -> None:
        self._plans = plans
        self._indexed: Synchronized[int] = CONTEXT.Value("q", 0)
        self._pool = worker_pool(_begin, self._indexed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._indexed.value = _STOP
        self._pool.shutdown(cancel_futures=True)

    def parts(self, done: int, total: int, progress: Progress | None) -> Iterator[BuiltPart]:
        """Yield the parts in their order.

        Args:
            done: the number of papers that are indexed already.
            total: the number of all papers.
            progress: called several times a second.
        """
        futures = [(plan, self._pool.submit(build_part, plan)) for plan in self._plans]
        for plan, future in futures:
            part = None
            while part is None:
                part = self._result(plan, future)
                if progress is not None:
                    progress(max(0, min(done + self._indexed.value, total)), total)
            yield part

    @staticmethod
    def _result(plan: PartPlan, future: Future[BuiltPart]) -> BuiltPart | None:
        try:
            return future.result(_SECONDS)
        except TimeoutError:
            return None
        except BrokenProcessPool:  # a worker was killed, perhaps for want of memory
            return build_part(plan)


_counter: Synchronized[int] | None = None


def _begin(counter: Synchronized[int]) -> None:
    global _counter  # noqa: PLW0603 - what a worker shares with its parent comes when it starts
    _counter = counter


def build_part(plan: PartPlan) -> BuiltPart:
    """Build a part and write it to a file, durably.

    Raises:
        StoreError: the archive cannot be read.
        OSError: the part cannot be written.
    """
    builder = Builder()
    archive = Database(plan.archive)
    try:
        for paper in IndexUpdates(archive).oldest_first(plan.last, plan.after, plan.size):
            builder.add(paper, abstract=len(builder) >= plan.plain or paper.featured is not None)
            if not len(builder) % _STEP and not _goes_on(_STEP):
                return _NONE
    finally:
        archive.close()
    if not len(builder) or not _goes_on(len(builder) % _STEP):
        return _NONE
    path = plan.folder / f"{os.urandom(6).hex()}.segment"
    return BuiltPart(path.name, write_segment(path, whole(builder.arrays(neighbours=False))), len(builder))


def _goes_on(more: int) -> bool:
    if _counter is None:
        return True
    with _counter.get_lock():
        _counter.value += more
        return _counter.value >= 0
