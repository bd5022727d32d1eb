"""Read a file of papers in any known format, a batch at a time: memory does not grow with the file.

With more than one processor, JSON lines are parsed in worker processes: converting their TeX takes longer than writing
them to the database.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path

from papertui.core import text
from papertui.core.paper import Paper
from papertui.errors import SourceError, UsageError
from papertui.sources.decode import json_value
from papertui.sources.files import Bad, Batch
from papertui.sources.files.atom import read_atom
from papertui.sources.files.bookmarks import reader_of_bookmarks
from papertui.sources.files.lines import Heap, heaps
from papertui.sources.files.opening import UNPACKING_ERRORS, Opened, opened, whole
from papertui.sources.files.pagetext import is_page_text, read_page
from papertui.sources.files.records import Read, read_lines
from papertui.sources.hf_entry import read_entries

#: The approximate bytes of lines read at a time: some 2,600 papers of the snapshot.
_HEAP = 4 << 20
#: A smaller file is parsed in this process, in less time than a worker needs to start.
_SMALL = 16 << 20
_BATCH = 2_000
_PEEK = 1 << 16
#: Chunks read ahead per worker.
_AHEAD = 2
_KINDS = (
    "papertui reads its own exports, BibTeX, RIS, lists of arXiv ids or addresses, arXiv's metadata snapshot (JSON "
    "lines), Hugging Face's daily papers (JSON), arXiv's Atom, and paper sites saved as text, plain or compressed "
    "with gzip or zip."
)


def read_file(path: Path, *, place: int = 0, number: int = 0) -> Iterator[Batch]:
    """Yield the papers of a file, batch by batch.

    Args:
        path: the file.
        place: the bytes of its content to skip, from an earlier `Batch.place`.
        number: the lines in those bytes.

    Raises:
        UsageError: it cannot be read, or its format is unknown.
    """
    with opened(path) as file:
        try:
            head = _head(file)
        except UNPACKING_ERRORS as error:
            raise UsageError(f"The file {path} is damaged: it cannot be decompressed. Download it again.") from error
        read = _reader(head, path)
        yield from read(file, head, place, number)


_Reader = Callable[[Opened, bytes, int, int], Iterator[Batch]]


def _head(file: Opened) -> bytes:
    """Return the first bytes of the content, without moving the stream."""
    peek = getattr(file.stream, "peek", None)
    head: bytes = b"" if peek is None else peek(_PEEK)[:_PEEK]
    return head


def _reader(head: bytes, path: Path) -> _Reader:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if read := reader_of_bookmarks(head, cut=len(head) == _PEEK):
        return read
    if start.startswith(b"{"):
        return _read_lines
    if start.startswith(b"["):
        return _read_array
    if start.startswith(b"<") and b"<feed" in start[:4096]:
        return _read_atom
    if b"\0" not in start and is_page_text(start.decode("utf-8", "replace").splitlines()[:-1]):
        return _read_page
    raise UsageError(f"The file {path} has an unknown format. {_KINDS}")


# --- lines ---------------------------------------------------------------------------------------


def _read_lines(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head
    _pass_over(file, place)
    many = (os.cpu_count() or 1) > 1 and (not file.size or file.size - place > _SMALL)
    with ExitStack() as ending:
        if many:
            workers = min(os.cpu_count() or 1, 4)
            pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_obey)
            # When reading is cancelled, the chunks read ahead are dropped.
            ending.callback(pool.shutdown, wait=True, cancel_futures=True)
            yield from _side_by_side(file, pool, workers, place, number)
        else:
            for heap, torn in _whole_heaps(file, place, number):
                yield _batch(file, heap, read_lines(heap.first, heap.lines), torn)


def _side_by_side(file: Opened, pool: ProcessPoolExecutor, workers: int, place: int, number: int) -> Iterator[Batch]:
    waiting: deque[tuple[Heap, Bad | None, int, Future[Read]]] = deque()
    for heap, torn in _whole_heaps(file, place, number):
        waiting.append((heap, torn, file.done(), pool.submit(read_lines, heap.first, heap.lines)))
        if len(waiting) > _AHEAD * workers:
            yield _taken(waiting)
    while waiting:
        yield _taken(waiting)


def _taken(waiting: deque[tuple[Heap, Bad | None, int, Future[Read]]]) -> Batch:
    heap, torn, done, future = waiting.popleft()
    papers, bad = future.result()
    number = heap.first + len(heap.lines) - 1
    return Batch(tuple(papers), (*bad, *([torn] if torn else [])), heap.place, number, done)


def _whole_heaps(file: Opened, place: int, number: int) -> Iterator[tuple[Heap, Bad | None]]:
    """Yield the chunks of a file; for a damaged one what could be decompressed, and an entry for the rest."""
    last = Heap(number + 1, [], place)
    try:
        for heap in heaps(file.stream, _HEAP, place=place, number=number):
            last = heap
            yield heap, None
    except UNPACKING_ERRORS:
        number = last.first + len(last.lines)
        yield Heap(number, [], last.place), Bad(number, "the compressed file is truncated or damaged from here on")


def _batch(file: Opened, heap: Heap, read: Read, torn: Bad | None) -> Batch:
    papers, bad = read
    number = heap.first + len(heap.lines) - 1
    return Batch(tuple(papers), (*bad, *([torn] if torn else [])), heap.place, number, file.done())


def _pass_over(file: Opened, place: int) -> None:
    if file.seekable:
        file.stream.seek(place)
        return
    while place > 0:
        passed = len(file.stream.read(min(place, _HEAP)))
        if not passed:
            return
        place -= passed


def _obey() -> None:
    """Make a worker ignore Ctrl-C, which every process receives, and exit with its parent, however that exits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# --- other kinds ---------------------------------------------------------------------------------


def _read_array(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    """Read a JSON array of entries, as Hugging Face sends it."""
    del head, place, number
    try:
        value = json_value(whole(file.stream), "The file")
    except SourceError as error:
        raise UsageError("The file is not valid JSON, or truncated. Save the response again.") from error
    entries = value if isinstance(value, list) else [value]
    papers: list[Paper] = []
    bad: list[Bad] = []
    for place_, entry in enumerate(entries, 1):
        read = read_entries([entry])
        papers.extend(read.papers)
        if read.skipped:
            bad.append(Bad(place_, "an entry without arXiv id or title"))
    yield Batch(tuple(papers), tuple(bad), 0, len(entries), file.done())


def _read_atom(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place
    entries = read_atom(file.stream)
    while some := list(islice(entries, _BATCH)):
        number += len(some)
        papers = tuple(entry for entry in some if isinstance(entry, Paper))
        yield Batch(papers, tuple(entry for entry in some if isinstance(entry, Bad)), 0, number, file.done())


def _read_page(file: Opened, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place, number
    page = whole(file.stream).decode("utf-8", "replace")
    papers, bad = read_page(text.safe(page.removeprefix("\ufeff")))
    yield Batch(tuple(papers), tuple(bad), 0, page.count("\n") + 1, file.done())
