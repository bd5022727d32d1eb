"""papertui's own JSON, as written by ``export --format json`` and the ``--json`` of other commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from papertui.importers.batch import BadRecord, Batch, ImportedBookmark
from papertui.importers.files import LONGEST, Head, OpenedFile, line_chunks, read_whole
from papertui.importers.json_records import (
    BLANK,
    BadRecordError,
    FieldTypes,
    JsonEntries,
    JsonEntry,
    object_in,
    why_no_paper,
    wrong_field,
)
from papertui.model.bookmark import RATINGS, STATES
from papertui.model.paper import Paper, paper_id
from papertui.model.record import entry_from_record, highlights_from_record, moment_from, paper_from_record
from papertui.model.safe_text import safe
from papertui.model.text import web_url

_BOOKMARK = re.compile(rb'"bookmark"\s*:\s*(?:null|\{)')
_ID = re.compile(rb'"id"\s*:')
_ADDRESSES = ("url", "pdf", "github", "project", "thumbnail")
#: papertui never writes a deeper nesting.
_DEEPEST = 8
#: Records, or bytes of lines, in one batch.
_BATCH, _CHUNK = 2_000, 4 << 20
#: The number of first lines that decide whether each line is an object.
_LOOKED_AT = 20
_TEXTS = ("abstract", "published", "featured", "tldr", "doi", "journal_ref", "organization", *_ADDRESSES)
_LISTS = ("authors", "keywords", "categories", "sources")
_NUMBERS = ("upvotes", "comments", "stars")
#: The facts that are read, with their types.
_FIELDS: FieldTypes = {
    **dict.fromkeys(_TEXTS, (str,)),
    **dict.fromkeys(_LISTS, (list, str)),
    **dict.fromkeys(_NUMBERS, (int,)),
    "bookmark": (dict,),
}
_MARKS: FieldTypes = {
    "added": (str,), "tags": (list, str), "note": (str,), "state": (str,), "rating": (int,), "highlights": (list, dict),
}  # fmt: skip


def is_own_json(head: Head) -> bool:
    """Whether this is JSON of papertui: only its records have the key ``bookmark``."""
    return (
        head.start.startswith((b"{", b"["))
        and _BOOKMARK.search(head.start) is not None
        and _ID.search(head.start) is not None
    )


def read_own_json(file: OpenedFile) -> Iterator[Batch]:
    """Read an array, or one object per line; an object may also stretch over several lines, as jq prints it."""
    if file.head().start.startswith(b"[") or not _has_object_lines(file.head()):
        entries = enumerate(JsonEntries(read_whole(file.stream)), 1)
        while some := list(islice(entries, _BATCH)):
            yield _batch(file, some, some[-1][0], "entry")
    else:
        for chunk in line_chunks(file.stream, _CHUNK):
            lines = enumerate(chunk.lines, chunk.first)
            numbered = [(number, _line_entry(line)) for number, line in lines if line is None or line.strip(BLANK)]
            yield _batch(file, numbered, chunk.first + len(chunk.lines) - 1, "line")


def _has_object_lines(head: Head) -> bool:
    """Whether one of the first lines is an object."""
    return any(_line_entry(line).is_read for line in head.start.splitlines()[:_LOOKED_AT])


def _line_entry(line: bytes | None) -> JsonEntry:
    if line is None:
        return JsonEntry(None, f"longer than {LONGEST >> 20} MB", is_read=False)
    try:
        return JsonEntry(object_in(line))
    except BadRecordError as problem:
        return JsonEntry(None, str(problem), is_read=False)


def _batch(file: OpenedFile, entries: Iterable[tuple[int, JsonEntry]], number: int, unit: str) -> Batch:
    papers, kept, bad, partial = _read(entries)
    return Batch(papers, bad, 0, number, file.done(), kept=kept, unit=unit, partial=partial)


def read_own(
    records: Iterable[object],
) -> tuple[tuple[Paper, ...], tuple[ImportedBookmark, ...], tuple[BadRecord, ...]]:
    """Return the papers that are not bookmarked, the bookmarks, and the records that are neither."""
    return _read(enumerate(map(JsonEntry, records), 1))[:3]


def _read(
    entries: Iterable[tuple[int, JsonEntry]],
) -> tuple[tuple[Paper, ...], tuple[ImportedBookmark, ...], tuple[BadRecord, ...], tuple[BadRecord, ...]]:
    papers: list[Paper] = []
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    partial: list[BadRecord] = []
    for number, entry in entries:
        try:
            record = _record_in(entry)
        except BadRecordError as problem:
            bad.append(BadRecord(number, str(problem)))
            continue
        paper, bookmark = _entered(paper_from_record(record)), record.get("bookmark")
        if isinstance(bookmark, dict):
            kept.append(_kept(paper, bookmark))
        else:
            papers.append(paper)
        wrong = wrong_field(record, _FIELDS) or (wrong_field(bookmark, _MARKS) if isinstance(bookmark, dict) else "")
        if part := entry.problem or wrong:
            partial.append(BadRecord(number, part))
    return tuple(papers), tuple(kept), tuple(bad), tuple(partial)


def _record_in(entry: JsonEntry) -> dict[str, Any]:
    """Return the record of a paper in an entry, made safe.

    Raises:
        BadRecordError: it is anything else.
    """
    if not entry.is_read:
        raise BadRecordError(entry.problem)
    if not isinstance(entry.value, dict):
        raise BadRecordError("not a JSON object")
    if problem := why_no_paper(entry.value, only_arxiv=False):
        raise BadRecordError(problem)
    record: dict[str, Any] = _made_safe(entry.value, 0)
    if problem := why_no_paper(record, only_arxiv=False):  # nothing may be left of its title
        raise BadRecordError(problem)
    return record


def _entered(paper: Paper) -> Paper:
    """Return a paper from outside, the id of which is valid, without addresses that are not web addresses."""
    addresses: dict[str, Any] = {name: web_url(value) for name in _ADDRESSES if (value := getattr(paper, name))}
    media = tuple(url for url in map(web_url, paper.media) if url is not None)
    return paper._replace(id=paper_id(paper.id), media=media, **addresses)


def _kept(paper: Paper, record: dict[str, Any]) -> ImportedBookmark:
    tags, note, rating = record.get("tags"), record.get("note"), record.get("rating")
    is_rating = isinstance(rating, int) and not isinstance(rating, bool) and rating in RATINGS
    return ImportedBookmark(
        paper,
        added=moment_from(record.get("added")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        note=note if isinstance(note, str) else "",
        state=next((state for state in STATES if state == record.get("state")), STATES[0]),
        rating=rating if is_rating else None,
        entry=entry_from_record(record),
        highlights=highlights_from_record(record),
        whole=True,
    )


def _made_safe(value: Any, depth: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return safe(value)
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_made_safe(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _made_safe(item, depth + 1) for name, item in value.items()}
    return value
