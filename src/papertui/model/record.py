"""Conversion of papers and bookmarks to and from JSON values.

The names are a public contract: absent facts are ``None`` or an empty list, times are ISO 8601 in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.mute import MuteRule
from papertui.model.paper import Paper
from papertui.model.partial_date import PartialDate, partial_date_from
from papertui.model.passages import Passage, in_order

#: The facts that consumers of the JSON can rely on, in this order.
PUBLIC = (
    "id", "title", "abstract", "authors", "published", "featured", "upvotes", "comments", "github", "stars",
    "project", "organization", "keywords", "tldr", "categories", "sources", "url", "pdf", "thumbnail", "doi",
    "journal_ref",
)  # fmt: skip
_LISTS = frozenset({"authors", "keywords", "categories", "sources", "media"})
_NUMBERS = frozenset({"upvotes", "comments", "stars", "models", "datasets", "spaces"})
_FACTS = tuple(name for name in Paper._fields if name != "precision")


def iso(moment: datetime) -> str:
    """Format `moment` as ISO 8601 in UTC: ``2026-04-30T06:12:00Z``, with a fraction of a second only if it has one."""
    return str(PartialDate(moment))


def paper_record(paper: Paper) -> dict[str, Any]:
    """Return every fact of `paper` as a JSON value."""
    record: dict[str, Any] = {}
    for name in _FACTS:
        value = getattr(paper, name)
        if name == "published":  # `precision` shows in its length
            value = None if value is None else str(paper.published_date)
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        record[name] = value
    return record


def public_record(paper: Paper, bookmark: Bookmark | None) -> dict[str, Any]:
    """Return `paper` as the commands print it: the public facts and ``bookmark``."""
    record = paper_record(paper)
    shown: dict[str, Any] = {name: record[name] for name in PUBLIC}
    shown["bookmark"] = None
    if bookmark is not None:
        shown["bookmark"] = bookmark_record(bookmark)
        if bookmark.rating is None:  # added later, so it is not among the names that consumers expect
            del shown["bookmark"]["rating"]
    return shown


def with_rule(record: dict[str, Any], rule: MuteRule | None) -> dict[str, Any]:
    """Return the record of a paper with the rule that mutes it, if there is one."""
    return record if rule is None else {**record, "muted": rule.record()}


def with_alerts(record: dict[str, Any], reasons: Sequence[str] | None) -> dict[str, Any]:
    """`record` with the reasons why the paper is in Alerts."""
    return record if reasons is None else {**record, "alerts": list(reasons)}


def bookmark_record(bookmark: Bookmark) -> dict[str, Any]:
    """Return the user's own facts in `bookmark`, without the paper."""
    return {
        "added": iso(bookmark.added),
        "tags": list(bookmark.tags),
        "note": bookmark.note,
        "state": bookmark.state,
        "rating": bookmark.rating,
        **entry_record(bookmark.entry),
        **highlights_record(bookmark.highlights),
    }


def entry_record(entry: CitationEntry | None) -> dict[str, Any]:
    """Return ``key``, ``type`` and ``fields`` of an imported entry; nothing without one."""
    return {} if entry is None else {"key": entry.key, "type": entry.type, "fields": dict(entry.fields)}


def entry_from_record(record: Mapping[str, Any]) -> CitationEntry | None:
    """Build the imported entry in the record of a bookmark; ``None`` if there is none or it has a wrong type."""
    key, type_, fields = record.get("key"), record.get("type"), record.get("fields")
    if not isinstance(type_, str) or not isinstance(fields, dict):
        return None
    texts = tuple(sorted((name, value) for name, value in fields.items() if isinstance(value, str)))
    return CitationEntry(type_, key if isinstance(key, str) else "", texts)


_PASSAGE_TEXTS = ("comment", "section", "part", "before", "after")


def highlights_record(passages: Sequence[Passage]) -> dict[str, Any]:
    """Return ``highlights``, a list with an object for each passage; nothing without passages.

    The time of a passage is ``at``: no key of these objects may have the name of a field of a bookmark, which are found
    in the text of a row.
    """
    return {"highlights": list(map(passage_record, passages))} if passages else {}


def passage_record(passage: Passage) -> dict[str, Any]:
    """Return a highlighted passage; facts that are not known are left out."""
    record: dict[str, Any] = {"quote": passage.quote, "at": iso(passage.at)}
    record |= {name: value for name in _PASSAGE_TEXTS if (value := getattr(passage, name))}
    return record | ({"place": passage.place} if passage.place else {})


def highlights_from_record(record: Mapping[str, Any]) -> tuple[Passage, ...]:
    """Build the passages in the record of a bookmark; what is no passage is left out."""
    value = record.get("highlights")
    if not isinstance(value, list):
        return ()
    found = (passage_from_record(one) for one in value if isinstance(one, dict))
    return in_order({one.key: one for one in found if one is not None}.values())


def passage_from_record(record: Mapping[str, Any]) -> Passage | None:
    """Build a passage; facts of a wrong type count as absent, and without words or a time there is none."""
    quote, at, place = record.get("quote"), moment_from(record.get("at")), record.get("place")
    if not isinstance(quote, str) or not quote.strip() or at is None:
        return None
    texts = {name: value for name in _PASSAGE_TEXTS if isinstance(value := record.get(name), str)}
    share = float(place) if isinstance(place, int | float) and 0 <= place <= 1 else 0.0
    return Passage(quote, at, **texts, place=share)


def paper_from_record(record: Mapping[str, Any]) -> Paper:
    """Build a paper from `record`; facts of a wrong type count as absent, unknown names are ignored.

    Raises:
        ValueError: the id or the title is missing.
    """
    id_, title = record.get("id"), record.get("title")
    if not isinstance(id_, str) or not id_ or not isinstance(title, str):
        raise ValueError("a paper needs an id and a title")
    values: dict[str, Any] = {}
    for name in _FACTS:
        value = record.get(name)
        if name in _LISTS:
            values[name] = tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
        elif name in _NUMBERS:
            values[name] = value if isinstance(value, int) and not isinstance(value, bool) else None
        elif name == "published":
            if published := partial_date_from(value):
                values["published"], values["precision"] = published
        elif name == "featured":
            values[name] = _day_from(value)
        else:
            values[name] = value if isinstance(value, str) else None
    values["abstract"] = values["abstract"] or ""
    return Paper(**values)


def moment_from(value: object) -> datetime | None:
    """Parse an ISO 8601 time as UTC (also one without a zone); ``None`` for any other value."""
    parsed = partial_date_from(value)
    return parsed.moment if parsed and parsed.precision is None else None


def _day_from(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
