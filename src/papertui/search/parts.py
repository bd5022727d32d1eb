"""Build the parts of a large index in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from ctypes import Array, c_longlong
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from papertui.archive.database import Database
from papertui.search.builder import Builder, whole
from papertui.search.segment_file import SegmentFile, write_segment
from papertui.search.updates import IndexUpdates, Position, Progress
from papertui.workers import CONTEXT, worker_pool

#: The papers of a part: few, so that several processes together stay below 400 MB, and many, so that merging is fast.
PART = 20_000
#: Papers after which a worker reports its progress, and asks whether to go on.
_STEP = 1_000
_SECONDS = 0.2


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


Counts = Array[c_longlong]
_NONE = BuiltPart("", SegmentFile(0, 0), 0)


class PartBuilder:
    """Builds parts of an index in other processes; on leaving, those that are not complete are dropped."""

    def __init__(self, plans: Sequence[PartPlan]) -> None:
        self._plans = plans
        # How many papers of each part are indexed, and at the end whether to stop. Each number has one writer, so that
        # there is no lock that a killed worker could leave behind.
        self._counts: Counts = CONTEXT.RawArray(c_longlong, len(plans) + 1)
        self._pool = worker_pool(_begin, self._counts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._counts[-1] = 1
        self._pool.shutdown(cancel_futures=True)

    def parts(self, done: int, total: int, progress: Progress | None) -> Iterator[BuiltPart]:
        """Yield the parts in their order.

        Args:
            done: the number of papers that are indexed already.
            total: the number of all papers.
            progress: called several times a second.
        """
        futures = [self._pool.submit(_build_in_worker, number, plan) for number, plan in enumerate(self._plans)]
        for number, future in enumerate(futures):
            part = None
            while part is None:
                part = self._result(number, future)
                if progress is not None:
                    progress(min(done + sum(self._counts[:-1]), total), total)
            yield part

    def _result(self, number: int, future: Future[BuiltPart]) -> BuiltPart | None:
        try:
            return future.result(_SECONDS)
        except TimeoutError:
            return None
        except BrokenProcessPool:  # a worker was killed, perhaps for want of memory
            return build_part(self._plans[number], self._counts, number)


_counts: Counts | None = None


def _begin(counts: Counts) -> None:
    global _counts  # noqa: PLW0603 - what a worker shares with its parent comes when it starts
    _counts = counts


def _build_in_worker(number: int, plan: PartPlan) -> BuiltPart:
    assert _counts is not None  # noqa: S101 - `_begin` was called
    return build_part(plan, _counts, number)


def build_part(plan: PartPlan, counts: Counts, number: int) -> BuiltPart:
    """Build a part and write it to a file, durably.

    Args:
        plan: the part.
        counts: of each part the number of indexed papers, and whether to stop.
        number: that of the part in `counts`.

    Raises:
        StoreError: the archive cannot be read.
        OSError: the part cannot be written.
    """
    builder = Builder()
    archive = Database(plan.archive)
    try:
        for paper in IndexUpdates(archive).oldest_first(plan.last, plan.after, plan.size):
            builder.add(paper, abstract=len(builder) >= plan.plain or paper.featured is not None)
            if not len(builder) % _STEP:
                counts[number] = len(builder)
                if counts[-1]:
                    return _NONE
    finally:
        archive.close()
    counts[number] = len(builder)
    if not len(builder) or counts[-1]:
        return _NONE
    path = plan.folder / f"{os.urandom(6).hex()}.segment"
    return BuiltPart(path.name, write_segment(path, whole(builder.arrays(neighbours=False))), len(builder))
