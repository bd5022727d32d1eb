"""Bookmarks as rows of the bookmark file, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from papertui.core.bookmark import RATINGS, STATES, Bookmark, State
from papertui.core.reconcile import all_tags, joined_notes
from papertui.core.record import iso, moment_from, paper_from_record, paper_record
from papertui.core.safe import safe

Row = dict[str, Any]

#: When a row was kept that does not say so: before all others.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def row_of(bookmark: Bookmark) -> Row:
    """Every fact of the paper but its abstract, and what its reader says of it, as JSON values."""
    return bare_row(paper_record(bookmark.paper)) | {
        "added": iso(bookmark.added),
        "tags": list(bookmark.tags),
        "note": bookmark.note,
        "state": bookmark.state,
        "rating": bookmark.rating,
    }


def changed_row(row: Row, before: Bookmark, after: Bookmark) -> Row:
    """`row`, which holds `before`, with what is different in `after`; all else in it stays as it is."""
    old, new = row_of(before), row_of(after)
    return {**row, **{name: value for name, value in new.items() if value != old[name]}}


def bare_row(row: Row) -> Row:
    """`row` without its abstract, which is kept elsewhere (`papertui.store.abstracts`)."""
    return {name: value for name, value in row.items() if name != "abstract"}


def abstract_in(row: Row) -> str:
    """The abstract in a row that an older papertui wrote, or another program; empty where there is none."""
    text = row.get("abstract")
    return safe(text) if isinstance(text, str) else ""


def is_row(value: object) -> bool:
    """Whether `value` is a row: an object that names a paper."""
    return isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"] != ""


def bookmark_of(row: Mapping[str, Any]) -> Bookmark:
    """The bookmark in `row`; what is of a wrong type counts as absent, and a missing title as the id."""
    # The file may have been written elsewhere, or by hand: its texts come from outside like any other.
    row = {name: _made_safe(value) for name, value in row.items()}
    title = row.get("title")
    return Bookmark(
        paper=paper_from_record({**row, "title": title if isinstance(title, str) else row["id"]}),
        added=moment_from(row.get("added")) or _UNKNOWN,
        tags=tuple(_tags(row)),
        note=_note(row),
        state=_state(row),
        rating=_rating(row),
    )


def bare_mark(row: Mapping[str, Any]) -> Bookmark:
    """The bookmark in `row`, without its abstract."""
    return bookmark_of({name: value for name, value in row.items() if name != "abstract"})


def _made_safe(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return safe(value)
    return [_made_safe(item) for item in value] if isinstance(value, list) else value


def unite(rows: Iterable[Row]) -> dict[str, Row]:
    """One row for each paper, in the order they first come.

    Of several rows of one paper the earlier one's facts hold, and the others fill its gaps; it counts as kept when it
    first was, bears all their tags and notes, and is read as far as in any of them.
    """
    united: dict[str, Row] = {}
    for row in rows:
        other = united.get(row["id"])
        united[row["id"]] = row if other is None else _both(other, row)
    return united


def _both(row: Row, other: Row) -> Row:
    both = {**other, **{name: value for name, value in row.items() if value or name not in other}}
    moments = [moment for moment in (moment_from(row.get("added")), moment_from(other.get("added"))) if moment]
    return both | {
        "added": iso(min(moments, default=_UNKNOWN)),
        "tags": list(all_tags(_tags(row) + _tags(other))),
        "note": joined_notes(_note(row), _note(other)),
        "state": max(_state(row), _state(other), key=STATES.index),
        "rating": _rating(row) or _rating(other),
    }


def _tags(row: Mapping[str, Any]) -> list[str]:
    tags = row.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _note(row: Mapping[str, Any]) -> str:
    note = row.get("note")
    return note if isinstance(note, str) else ""


def _rating(row: Mapping[str, Any]) -> int | None:
    rating = row.get("rating")
    return rating if isinstance(rating, int) and not isinstance(rating, bool) and rating in RATINGS else None


def _state(row: Mapping[str, Any]) -> State:
    return next((state for state in STATES if state == row.get("state")), STATES[0])
