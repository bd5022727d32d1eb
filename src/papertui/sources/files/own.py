"""papertui's own JSON, as written by ``export --format json`` and the ``--json`` of other commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from papertui.core.bookmark import RATINGS, STATES
from papertui.core.paper import Paper, paper_id
from papertui.core.record import moment_from, paper_from_record
from papertui.core.safe import safe
from papertui.core.text import web_url
from papertui.errors import UsageError
from papertui.sources.files import Bad, Kept

_BOOKMARK = re.compile(rb'"bookmark"\s*:\s*(?:null|\{)')
_ID = re.compile(rb'"id"\s*:')
_ADDRESSES = ("url", "pdf", "github", "project", "thumbnail")
#: papertui never writes a deeper nesting.
_DEEPEST = 8


def is_own(head: bytes) -> bool:
    """Whether JSON that begins with `head` is papertui's: only its records have the key ``bookmark``."""
    return _BOOKMARK.search(head) is not None and _ID.search(head) is not None


def read_own(records: Iterable[object]) -> tuple[tuple[Paper, ...], tuple[Kept, ...], tuple[Bad, ...]]:
    """Return the papers that are not bookmarked, the bookmarks, and the records that are neither."""
    papers: list[Paper] = []
    kept: list[Kept] = []
    bad: list[Bad] = []
    for number, record in enumerate(records, 1):
        made = _made_safe(record, 0) if isinstance(record, dict) else {}
        try:
            paper = _entered(paper_from_record(made))
        except (ValueError, UsageError):
            bad.append(Bad(number, "not a paper with an id and a title"))
            continue
        bookmark = made.get("bookmark")
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


def own_lines(written: bytes) -> list[object]:
    """Return the records of JSON lines; an invalid line counts as an unreadable record."""
    return [_loaded(line) for line in written.splitlines() if line.strip()]


def _loaded(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _kept(paper: Paper, told: dict[str, Any]) -> Kept:
    tags, note, rating = told.get("tags"), told.get("note"), told.get("rating")
    is_rating = isinstance(rating, int) and not isinstance(rating, bool) and rating in RATINGS
    return Kept(
        paper,
        added=moment_from(told.get("added")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        note=note if isinstance(note, str) else "",
        state=next((state for state in STATES if state == told.get("state")), STATES[0]),
        rating=rating if is_rating else None,
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
