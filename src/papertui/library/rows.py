"""Bookmarks as rows of the bookmark file, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from papertui.errors import UsageError
from papertui.model.bookmark import RATINGS, STATES, Bookmark, State
from papertui.model.identity import title_id
from papertui.model.merge import all_tags, joined_notes
from papertui.model.paper import Paper, paper_id
from papertui.model.passages import joined_passages
from papertui.model.record import (
    entry_from_record,
    entry_record,
    highlights_from_record,
    highlights_record,
    iso,
    moment_from,
    paper_from_record,
    paper_record,
)
from papertui.model.safe_text import safe

Row = dict[str, Any]

#: The date of a row without one; it sorts before all others.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def row_of(bookmark: Bookmark) -> Row:
    """All fields of the bookmark as JSON values, without the abstract of its paper."""
    record = paper_record(bookmark.paper)
    del record["abstract"]
    return record | {
        "added": iso(bookmark.added),
        "tags": list(bookmark.tags),
        "note": bookmark.note,
        "state": bookmark.state,
        "rating": bookmark.rating,
        **entry_record(bookmark.entry),
        **highlights_record(bookmark.highlights),
    }


def changed_row(row: Row, before: Bookmark, after: Bookmark) -> Row:
    """`row`, which holds `before`, with the fields that differ in `after`; all others stay as they are."""
    old, new = row_of(before), row_of(after)
    kept = {name: value for name, value in row.items() if name not in old or name in new}
    return {**kept, **{name: value for name, value in new.items() if name not in old or value != old[name]}}


def bare_row(row: Row) -> Row:
    """`row` without its abstract, which is stored elsewhere (`papertui.library.journal`)."""
    return {name: value for name, value in row.items() if name != "abstract"}


def abstract_in(row: Row) -> str:
    """The abstract in a row written by an older papertui or another program; empty if there is none."""
    text = row.get("abstract")
    return safe(text) if isinstance(text, str) else ""


def is_row(value: object) -> bool:
    """Whether `value` is a row: an object with the id of a paper."""
    return isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"] != ""


# --- damaged rows ------------------------------------------------------------------------------------


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_texts_or_none(value: object) -> bool:
    return value is None or _is_texts(value)


def _is_objects_or_none(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _is_number_or_none(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


#: The fields that every row has, with the values that replace lost ones. The title is replaced by the id.
_REQUIRED: Mapping[str, Any] = {
    "title": None, "authors": [], "url": None, "added": iso(_UNKNOWN), "tags": [], "note": "", "state": STATES[0],
}  # fmt: skip
#: What each field may contain. Fields that are not named here belong to other programs or versions.
_CHECKS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("id", "title", "note", "state"), _is_text),
    "added": lambda value: moment_from(value) is not None,
    **dict.fromkeys(("authors", "tags"), _is_texts),
    **dict.fromkeys(("keywords", "categories", "sources"), _is_texts_or_none),
    "highlights": _is_objects_or_none,
    **dict.fromkeys(("upvotes", "comments", "stars", "models", "datasets", "spaces", "rating"), _is_number_or_none),
    **dict.fromkeys(
        (
            "url", "abstract", "published", "featured", "github", "project", "organization", "tldr", "pdf", "thumbnail",
            "doi", "journal_ref", "submitter",
        ),
        _is_text_or_none,
    ),
}  # fmt: skip


def wrong_fields(row: Mapping[str, Any]) -> frozenset[str]:
    """The names of the fields with a wrong type."""
    return frozenset(name for name, value in row.items() if name in _CHECKS and not _CHECKS[name](value))


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether a row has all its fields, each with a value of the right type."""
    return _REQUIRED.keys() <= row.keys() and not wrong_fields(row)


def whole_row(row: Row) -> Row:
    """`row` with the usual value for each field that is missing or has a wrong type."""
    if is_whole(row):
        return row
    wrong = wrong_fields(row)
    return {**_REQUIRED, "title": row["id"], **{name: value for name, value in row.items() if name not in wrong}}


def mended_row(row: Row, older: Row) -> Row:
    """`row` with the values of an older row of the same paper for everything that is missing or damaged in it."""
    wrong = wrong_fields(row)
    sound = {name: value for name, value in row.items() if name not in wrong}
    return {**older, **{name: value for name, value in sound.items() if name not in older or not _is_mangled(value)}}


def _is_mangled(value: object) -> bool:
    """Whether a value has characters in place of bytes that were not text."""
    if isinstance(value, list):
        return any(map(_is_mangled, value))
    if isinstance(value, dict):
        return any(map(_is_mangled, value.values()))
    return isinstance(value, str) and "\N{REPLACEMENT CHARACTER}" in value


def recognized_row(value: object) -> Row | None:
    """The row in a value that has no id, or no table around it; ``None`` if it does not look like one."""
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        return None
    if not any(name in value for name in ("added", "tags", "note", "state")):
        return None
    return value if is_row(value) else {**value, "id": _id_of(value)}


def _id_of(row: Mapping[str, Any]) -> str:
    """The id of the paper in a row that lost it."""
    for name in ("url", "pdf", "doi"):
        with suppress(UsageError):
            return paper_id(str(row.get(name) or ""))
    return title_id(paper_from_record({**row, "id": "title/"}))


# --- bookmarks ---------------------------------------------------------------------------------------


def bookmark_of(row: Mapping[str, Any], *, is_plain: bool = False) -> Bookmark:
    """The bookmark in `row`. Values of a wrong type count as absent, and a missing title is replaced by the id.

    Args:
        row: the row.
        is_plain: whether all its strings are known to be printable ASCII, which needs no sanitizing.
    """
    # The file may come from elsewhere or be edited by hand, so its strings are untrusted input.
    if not is_plain:
        row = {name: _made_safe(value) for name, value in row.items()}
    title = row.get("title")
    return Bookmark(
        paper=paper_from_record({**row, "title": title if isinstance(title, str) else row["id"]}),
        added=moment_from(row.get("added")) or _UNKNOWN,
        tags=tuple(_tags(row)),
        note=_note(row),
        state=_state(row),
        rating=_rating(row),
        entry=entry_from_record(row),
        highlights=highlights_from_record(row),
    )


def annotations_of(id_: str, row: Mapping[str, Any], *, is_plain: bool) -> Bookmark:
    """The bookmark in `row`, which may lack the facts of its paper, without these facts."""
    if not is_plain:
        row = {name: _made_safe(value) for name, value in row.items()}
    added = moment_from(row.get("added")) or _UNKNOWN
    passages = highlights_from_record(row)
    return Bookmark(
        Paper(id_, ""), added, tuple(_tags(row)), _note(row), _state(row), _rating(row), highlights=passages
    )


def bare_mark(row: Mapping[str, Any], *, is_plain: bool = False) -> Bookmark:
    """The bookmark in `row` without its abstract; see `bookmark_of`."""
    if "abstract" in row:
        row = {name: value for name, value in row.items() if name != "abstract"}
    return bookmark_of(row, is_plain=is_plain)


def _made_safe(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, list):
        return [_made_safe(item) for item in value]
    if isinstance(value, dict):
        return {safe(name): _made_safe(item) for name, item in value.items()}
    return value


def merge_rows(rows: Iterable[Row]) -> dict[str, Row]:
    """Merge rows into one row per paper, in the order of their first appearance.

    Of several rows of one paper, the facts of the earlier one win and the others fill its gaps. The merged bookmark has
    the earliest date, all tags, notes and highlights, and the most advanced reading state.
    """
    merged_rows: dict[str, Row] = {}
    for row in rows:
        other = merged_rows.get(row["id"])
        merged_rows[row["id"]] = row if other is None else _both(other, row)
    return merged_rows


def _both(row: Row, other: Row) -> Row:
    both = {**other, **{name: value for name, value in row.items() if value or name not in other}}
    moments = [moment for moment in (moment_from(row.get("added")), moment_from(other.get("added"))) if moment]
    return both | {
        "added": iso(min(moments, default=_UNKNOWN)),
        "tags": list(all_tags(_tags(row) + _tags(other))),
        "note": joined_notes(_note(row), _note(other)),
        "state": max(_state(row), _state(other), key=STATES.index),
        "rating": _rating(row) or _rating(other),
        **entry_record(entry_from_record(row) or entry_from_record(other)),
        **highlights_record(joined_passages(highlights_from_record(row), highlights_from_record(other))),
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
    state = row.get("state")
    return state if state in STATES else STATES[0]
