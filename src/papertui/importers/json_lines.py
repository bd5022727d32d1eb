"""JSON lines: arXiv's metadata snapshot, and entries of the daily papers.

The snapshot is documented at https://www.kaggle.com/datasets/Cornell-University/arxiv: one object per line, texts in
TeX, dates as in mail. It is read a batch at a time: memory does not grow with the file. With more than one processor,
lines are parsed in worker processes, which return finished rows: parsing and converting TeX takes longer than writing
the rows to the database.
"""

from __future__ import annotations

import marshal
import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from papertui.archive.file_rows import FileRow, PackedRow, file_papers
from papertui.archive.rows import list_text
from papertui.importers.batch import SOURCE, BadRecord, Batch
from papertui.importers.files import LONGEST, UNPACKING_ERRORS, Head, LineChunk, OpenedFile, line_chunks
from papertui.importers.json_records import BLANK, BadRecordError, FieldTypes, object_in, why_no_paper, wrong_field
from papertui.importers.responses import read_daily_entry, wrong_entry_field
from papertui.model import text
from papertui.model.identity import title_number
from papertui.model.paper import Paper
from papertui.model.paper_ids import arxiv_id
from papertui.sqlite import micros
from papertui.workers import worker_count, worker_pool

#: The approximate bytes of lines read at a time: some 2,600 papers of the snapshot.
_CHUNK = 4 << 20
#: A smaller file is parsed in this process, in less time than a worker needs to start.
_SMALL = 16 << 20
#: Chunks read ahead per worker.
_AHEAD = 2
#: The version of `marshal` that does not search for objects that occur twice: few do.
_NO_REFERENCES = 2
_SOURCES = list_text((SOURCE,))
_DAY = "%Y-%m-%d"
#: The facts that are read, with their types.
_SNAPSHOT_FIELDS: FieldTypes = {
    "abstract": (str,),
    "authors": (str,),
    "authors_parsed": (list, list),
    "categories": (str,),
    "doi": (str,),
    "journal-ref": (str,),
    "versions": (list, dict),
    "update_date": (str,),
}
_MAIL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|\+0000)"
)
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905


class ReadLines(NamedTuple):
    """The papers in some lines."""

    rows: list[PackedRow]
    #: All papers if some are entries of the daily papers; then there are no rows.
    papers: list[Paper]
    #: The lines that are not papers.
    bad: list[BadRecord]
    #: The lines with a fact that was left out.
    partial: list[BadRecord]

    def all_papers(self) -> list[Paper]:
        return self.papers or file_papers(self.rows)


#: The same with packed rows: pickling these takes twice as long.
_Packed = tuple[bytes, list[Paper], list[BadRecord], list[BadRecord]]


def is_json_lines(head: Head) -> bool:
    # Some of the first lines may be damaged, but no paper is without an id.
    return head.start.startswith(b"{") and b'"id"' in head.data


def read_json_lines(file: OpenedFile) -> Iterator[Batch]:
    _pass_over(file, file.place)
    workers = worker_count()
    many = workers > 1 and (not file.size or file.size - file.place > _SMALL)
    with ExitStack() as ending:
        if many:
            pool = worker_pool()
            # When reading is cancelled, the chunks read ahead are dropped.
            ending.callback(pool.shutdown, wait=True, cancel_futures=True)
            yield from _in_parallel(file, pool, workers)
        else:
            for chunk, damaged in _chunks(file):
                yield _batch(file.done(), chunk, read_lines(chunk.first, chunk.lines), damaged)


def _in_parallel(file: OpenedFile, pool: ProcessPoolExecutor, workers: int) -> Iterator[Batch]:
    waiting: deque[tuple[LineChunk, BadRecord | None, int, Future[_Packed]]] = deque()
    for chunk, damaged in _chunks(file):
        waiting.append((chunk, damaged, file.done(), pool.submit(_read_packed, chunk.first, chunk.lines)))
        if len(waiting) > _AHEAD * workers:
            yield _taken(waiting)
    while waiting:
        yield _taken(waiting)


def _taken(waiting: deque[tuple[LineChunk, BadRecord | None, int, Future[_Packed]]]) -> Batch:
    chunk, damaged, done, future = waiting.popleft()
    packed, papers, bad, partial = future.result()
    rows: list[PackedRow] = marshal.loads(packed)  # noqa: S302 - of this program
    return _batch(done, chunk, ReadLines(rows, papers, bad, partial), damaged)


def _chunks(file: OpenedFile) -> Iterator[tuple[LineChunk, BadRecord | None]]:
    """Yield the chunks of a file; for a damaged one what could be decompressed, and an entry for the rest."""
    last = LineChunk(file.number + 1, [], file.place)
    try:
        for chunk in line_chunks(file.stream, _CHUNK, place=file.place, number=file.number):
            last = chunk
            yield chunk, None
    except UNPACKING_ERRORS:
        number = last.first + len(last.lines)
        yield (
            LineChunk(number, [], last.place),
            BadRecord(number, "the compressed file is truncated or damaged from here on"),
        )


def _batch(done: int, chunk: LineChunk, read: ReadLines, damaged: BadRecord | None) -> Batch:
    number = chunk.first + len(chunk.lines) - 1
    all_bad = (*read.bad, *([damaged] if damaged else []))
    rows, papers, partial = tuple(read.rows), tuple(read.papers), tuple(read.partial)
    return Batch(papers, all_bad, chunk.place, number, done, partial=partial, rows=rows)


def _pass_over(file: OpenedFile, place: int) -> None:
    if file.seekable:
        file.stream.seek(place)
        return
    while place > 0:
        passed = len(file.stream.read(min(place, _CHUNK)))
        if not passed:
            return
        place -= passed


def _read_packed(first: int, lines: Sequence[bytes | None]) -> _Packed:
    rows, papers, bad, partial = read_lines(first, lines)
    return marshal.dumps(rows, _NO_REFERENCES), papers, bad, partial


def read_lines(first: int, lines: Sequence[bytes | None]) -> ReadLines:
    """Return the papers of some lines, the first of which has the number `first`; blank lines are skipped."""
    read: list[PackedRow | Paper] = []
    bad: list[BadRecord] = []
    partial: list[BadRecord] = []
    for number, line in enumerate(lines, first):
        if line is None:
            bad.append(BadRecord(number, f"longer than {LONGEST >> 20} MB"))
        elif line.strip(BLANK):
            try:
                paper, problem = _paper_in(object_in(line))
            except BadRecordError as error:
                bad.append(BadRecord(number, str(error)))
                continue
            read.append(paper)
            if problem:
                partial.append(BadRecord(number, problem))
    if not any(isinstance(one, Paper) for one in read):
        return ReadLines(read, [], bad, partial)
    papers = [one if isinstance(one, Paper) else file_papers([one])[0] for one in read]
    return ReadLines([], papers, bad, partial)


def _paper_in(record: dict[str, Any]) -> tuple[PackedRow | Paper, str]:
    """Return the paper in an object of either format, and which fact of it has a wrong type and is left out.

    Raises:
        BadRecordError: it has no readable id or title.
    """
    is_snapshot = "authors_parsed" in record or "versions" in record or "update_date" in record
    if not is_snapshot and (isinstance(record.get("paper"), dict) or "summary" in record or "publishedAt" in record):
        return read_daily_entry(record), wrong_entry_field(record)
    row = _of_snapshot(record)
    if row is None:
        raise BadRecordError(why_no_paper(record) or "no readable title")
    return row, wrong_field(record, _SNAPSHOT_FIELDS)


def _of_snapshot(record: dict[str, Any]) -> PackedRow | None:
    id_, title = record.get("id"), record.get("title")
    if not isinstance(id_, str) or not isinstance(title, str):
        return None
    id_, title = arxiv_id(id_), text.title(title)
    if not id_ or not title:
        return None
    published = _first_version(record)
    categories = _categories(written) if isinstance(written := record.get("categories"), str) else ()
    return tuple(
        FileRow(
            title_key=title_number(title),
            id=id_,
            title=title,
            abstract=_text(record.get("abstract")),
            authors=list_text(_authors(record)),
            published=None if published is None else micros(published),
            categories=list_text(categories),
            sources=_SOURCES,
            doi=_plain(record.get("doi")),
            journal_ref=_plain(record.get("journal-ref")),
        )
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
        names = [_written_name(parts) for parts in parsed]
        # One look at all names of a paper, since most are fine as they are.
        if not text.is_clean("".join(names)):
            names = [text.name(name) for name in names]
        found = tuple(name for name in names if name)
        if found:
            return found
    written = record.get("authors")
    if not isinstance(written, str):
        return ()
    parts = written.replace(" and ", ", ").split(",")
    return tuple(name for name in (text.name(part) for part in parts) if name)


def _written_name(parts: object) -> str:
    """Return the name in a list of last name, first names and suffix; affiliations that may follow are dropped."""
    if not isinstance(parts, list):
        return ""
    if len(parts) == 3 and type(parts[0]) is type(parts[1]) is str and parts[2] == "":  # noqa: PLR2004 - nearly always
        return f"{parts[1].strip()} {parts[0].strip()}".strip()
    last, first, suffix = ([part if isinstance(part, str) else "" for part in parts[:3]] + ["", "", ""])[:3]
    return " ".join(part for part in (first.strip(), last.strip(), suffix.strip()) if part)


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
