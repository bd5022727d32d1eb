"""Read papers from files of any kind, a batch at a time."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from papertui.errors import SourceError, UsageError
from papertui.importers.batch import SOURCE, BadRecord, Batch
from papertui.importers.bookmarks import is_page_text, read_page, reader_of_bookmarks
from papertui.importers.files import (
    LONGEST,
    UNPACKING_ERRORS,
    LineChunk,
    OpenedFile,
    line_chunks,
    open_file,
    read_whole,
)
from papertui.model import text
from papertui.model.paper import Paper, page_url, paper_id, pdf_url
from papertui.sources.arxiv_parse import ATOM, read_atom_entry
from papertui.sources.body import json_value
from papertui.sources.huggingface_parse import read_entries, read_entry

# Responses of arXiv's API saved as Atom (RFC 4287; https://info.arxiv.org/help/api/user-manual.html).


def read_atom(stream: IO[bytes]) -> Iterator[Paper | BadRecord]:
    """Yield the papers of a feed, entry by entry; `Bad.number` counts entries.

    Entity definitions are refused: a file of a few bytes could expand to gigabytes, or read other files.
    """
    number = 0
    try:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{ATOM}entry":
                number += 1
                entry = read_atom_entry(element, SOURCE)
                yield BadRecord(number, "an entry without arXiv id or title") if entry is None else entry.paper
                element.clear()
    except ParseError as error:
        yield BadRecord(number + 1, f"not XML from here on ({text.plain(str(error))})")
    except DefusedXmlException:
        yield BadRecord(number + 1, "it defines a document type, which is refused")


# JSON lines: arXiv's metadata snapshot, and entries of the daily papers.
#
# The snapshot is documented at https://www.kaggle.com/datasets/Cornell-University/arxiv: one object per line, texts in
# TeX, dates as in mail.

Read = tuple[list[Paper], list[BadRecord]]
_DAY = "%Y-%m-%d"
_MAIL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|\+0000)"
)
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905


def read_lines(first: int, lines: Sequence[bytes | None]) -> Read:
    """Return the papers of some lines, the first of which has the number `first`; blank lines are skipped."""
    papers: list[Paper] = []
    bad: list[BadRecord] = []
    for number, line in enumerate(lines, first):
        if line is None:
            bad.append(BadRecord(number, f"longer than {LONGEST >> 20} MB"))
        elif line.strip():
            try:
                papers.append(_paper(line))
            except _BadLineError as problem:
                bad.append(BadRecord(number, str(problem)))
    return papers, bad


class _BadLineError(Exception):
    """The line is not a paper."""


def _paper(line: bytes) -> Paper:
    try:
        record = json.loads(line)
    except RecursionError:
        raise _BadLineError("nested too deep") from None
    except UnicodeDecodeError:
        raise _BadLineError("not UTF-8") from None
    except ValueError:
        raise _BadLineError("not valid JSON, perhaps truncated") from None
    if not isinstance(record, dict):
        raise _BadLineError("not a JSON object")
    found = read_record(record)
    if found is None:
        raise _BadLineError("no arXiv id or no title")
    return found


def read_record(record: dict[str, Any]) -> Paper | None:
    """Return the paper in an object of either format; ``None`` if it has no readable id or title."""
    if "authors_parsed" in record or "versions" in record or "update_date" in record:
        return _of_snapshot(record)
    if isinstance(record.get("paper"), dict) or "summary" in record or "publishedAt" in record:
        return read_entry(record)
    return _of_snapshot(record)


def _of_snapshot(record: dict[str, Any]) -> Paper | None:
    try:
        id_ = paper_id(record["id"])
        title = text.title(record["title"])
    except (KeyError, TypeError, AttributeError, UsageError):
        return None
    if not title:
        return None
    return Paper(
        id=id_,
        title=title,
        abstract=_text(record.get("abstract")),
        authors=_authors(record),
        published=_first_version(record),
        categories=_categories(written) if isinstance(written := record.get("categories"), str) else (),
        sources=(SOURCE,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=_plain(record.get("doi")),
        journal_ref=_plain(record.get("journal-ref")),
    )


def _text(value: object) -> str:
    return text.prose(value) if isinstance(value, str) else ""


def _plain(value: object) -> str | None:
    return (text.title(value) or None) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _categories(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.plain(written).split()))


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list):
        names = [_name(parts) for parts in parsed]
        found = tuple(name for name in names if name)
        if found:
            return found
    written = record.get("authors")
    if not isinstance(written, str):
        return ()
    parts = written.replace(" and ", ", ").split(",")
    return tuple(name for name in (text.name(part) for part in parts) if name)


def _name(parts: object) -> str:
    """Return the name in a list of last name, first names and suffix; affiliations that may follow are dropped."""
    if not isinstance(parts, list):
        return ""
    last, first, suffix = ([part if isinstance(part, str) else "" for part in parts[:3]] + ["", "", ""])[:3]
    return text.name(" ".join(part for part in (first.strip(), last.strip(), suffix.strip()) if part))


def _first_version(record: dict[str, Any]) -> datetime | None:
    versions = record.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], dict):
        found = _mail_date(versions[0].get("created"))
        if found is not None:
            return found
    day = record.get("update_date") or record.get("date")
    try:
        return datetime.strptime(day, _DAY).replace(tzinfo=UTC) if isinstance(day, str) else None
    except ValueError:
        return None


def _mail_date(value: object) -> datetime | None:
    """Parse a date as in mail (RFC 5322): ``Mon, 2 Apr 2007 19:18:42 GMT``, the only form in the snapshot."""
    found = _MAIL_DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except (ValueError, KeyError):
        return None


# Read a file of papers in any known format, a batch at a time: memory does not grow with the file.
#
# With more than one processor, JSON lines are parsed in worker processes: converting their TeX takes longer than
# writing them to the database.

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
    with open_file(path) as file:
        try:
            head = _head(file)
        except UNPACKING_ERRORS as error:
            raise UsageError(f"The file {path} is damaged: it cannot be decompressed. Download it again.") from error
        read = _reader(head, path)
        yield from read(file, head, place, number)


_Reader = Callable[[OpenedFile, bytes, int, int], Iterator[Batch]]


def _head(file: OpenedFile) -> bytes:
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


def _read_lines(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
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


def _side_by_side(
    file: OpenedFile, pool: ProcessPoolExecutor, workers: int, place: int, number: int
) -> Iterator[Batch]:
    waiting: deque[tuple[LineChunk, BadRecord | None, int, Future[Read]]] = deque()
    for heap, torn in _whole_heaps(file, place, number):
        waiting.append((heap, torn, file.done(), pool.submit(read_lines, heap.first, heap.lines)))
        if len(waiting) > _AHEAD * workers:
            yield _taken(waiting)
    while waiting:
        yield _taken(waiting)


def _taken(waiting: deque[tuple[LineChunk, BadRecord | None, int, Future[Read]]]) -> Batch:
    heap, torn, done, future = waiting.popleft()
    papers, bad = future.result()
    number = heap.first + len(heap.lines) - 1
    return Batch(tuple(papers), (*bad, *([torn] if torn else [])), heap.place, number, done)


def _whole_heaps(file: OpenedFile, place: int, number: int) -> Iterator[tuple[LineChunk, BadRecord | None]]:
    """Yield the chunks of a file; for a damaged one what could be decompressed, and an entry for the rest."""
    last = LineChunk(number + 1, [], place)
    try:
        for heap in line_chunks(file.stream, _HEAP, place=place, number=number):
            last = heap
            yield heap, None
    except UNPACKING_ERRORS:
        number = last.first + len(last.lines)
        yield (
            LineChunk(number, [], last.place),
            BadRecord(number, "the compressed file is truncated or damaged from here on"),
        )


def _batch(file: OpenedFile, heap: LineChunk, read: Read, torn: BadRecord | None) -> Batch:
    papers, bad = read
    number = heap.first + len(heap.lines) - 1
    return Batch(tuple(papers), (*bad, *([torn] if torn else [])), heap.place, number, file.done())


def _pass_over(file: OpenedFile, place: int) -> None:
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


def _read_array(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    """Read a JSON array of entries, as Hugging Face sends it."""
    del head, place, number
    try:
        value = json_value(read_whole(file.stream), "The file")
    except SourceError as error:
        raise UsageError("The file is not valid JSON, or truncated. Save the response again.") from error
    entries = value if isinstance(value, list) else [value]
    papers: list[Paper] = []
    bad: list[BadRecord] = []
    for place_, entry in enumerate(entries, 1):
        read = read_entries([entry])
        papers.extend(read.papers)
        if read.skipped:
            bad.append(BadRecord(place_, "an entry without arXiv id or title"))
    yield Batch(tuple(papers), tuple(bad), 0, len(entries), file.done())


def _read_atom(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place
    entries = read_atom(file.stream)
    while some := list(islice(entries, _BATCH)):
        number += len(some)
        papers = tuple(entry for entry in some if isinstance(entry, Paper))
        yield Batch(papers, tuple(entry for entry in some if isinstance(entry, BadRecord)), 0, number, file.done())


def _read_page(file: OpenedFile, head: bytes, place: int, number: int) -> Iterator[Batch]:
    del head, place, number
    page = read_whole(file.stream).decode("utf-8", "replace")
    papers, bad = read_page(text.safe(page.removeprefix("\ufeff")))
    yield Batch(tuple(papers), tuple(bad), 0, page.count("\n") + 1, file.done())
