"""papertui's own JSON, as written by ``export --format json`` and the ``--json`` of other commands."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from papertui.errors import SourceError, UsageError
from papertui.importers.batch import BadRecord, Batch, ImportedBookmark
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model.bookmark import RATINGS, STATES
from papertui.model.paper import Paper, paper_id
from papertui.model.record import entry_from_record, moment_from, paper_from_record
from papertui.model.safe_text import safe
from papertui.model.text import web_url
from papertui.sources.body import json_value

_BOOKMARK = re.compile(rb'"bookmark"\s*:\s*(?:null|\{)')
_ID = re.compile(rb'"id"\s*:')
_ADDRESSES = ("url", "pdf", "github", "project", "thumbnail")
#: papertui never writes a deeper nesting.
_DEEPEST = 8


def is_own_json(head: Head) -> bool:
    """Whether this is JSON of papertui: only its records have the key ``bookmark``."""
    return (
        head.start.startswith((b"{", b"["))
        and _BOOKMARK.search(head.start) is not None
        and _ID.search(head.start) is not None
    )


def read_own_json(file: OpenedFile) -> Iterator[Batch]:
    data = read_whole(file.stream)
    if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        try:
            value = json_value(data, "The file")
        except SourceError as error:
            raise UsageError("The file is not valid JSON, or truncated. Export it again.") from error
        records: Sequence[object] = value if isinstance(value, list) else [value]
    else:
        records = [_loaded(line) for line in data.splitlines() if line.strip()]
    papers, kept, bad = read_own(records)
    yield Batch(papers, bad, 0, len(records), file.done(), kept=kept, unit="entry")


def read_own(
    records: Iterable[object],
) -> tuple[tuple[Paper, ...], tuple[ImportedBookmark, ...], tuple[BadRecord, ...]]:
    """Return the papers that are not bookmarked, the bookmarks, and the records that are neither."""
    papers: list[Paper] = []
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    for number, record in enumerate(records, 1):
        safe_record = _made_safe(record, 0) if isinstance(record, dict) else {}
        try:
            paper = _entered(paper_from_record(safe_record))
        except (ValueError, UsageError):
            bad.append(BadRecord(number, "not a paper with an id and a title"))
            continue
        bookmark = safe_record.get("bookmark")
        if isinstance(bookmark, dict):
            kept.append(_kept(paper, bookmark))
        else:
            papers.append(paper)
    return tuple(papers), tuple(kept), tuple(bad)


def _entered(paper: Paper) -> Paper:
    """Validate a paper from outside: its id must be valid, and its addresses must be web addresses.

    Raises:
        UsageError: its id is not valid.
    """
    addresses: dict[str, Any] = {name: web_url(value) for name in _ADDRESSES if (value := getattr(paper, name))}
    media = tuple(url for url in map(web_url, paper.media) if url is not None)
    return paper._replace(id=paper_id(paper.id), media=media, **addresses)


def _loaded(line: bytes) -> object:
    """Return the record in a line; an invalid line counts as an unreadable record."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


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
