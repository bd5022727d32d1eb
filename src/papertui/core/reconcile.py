"""A three-way merge of libraries, field by field, from the common base of both sides.

`reconcile` is symmetric: two machines that merge each other's changes at the same time end with the same library.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.merge import account, merge
from papertui.core.paper import Paper

#: The time of change of a field that was never changed: before all others.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Edited(NamedTuple):
    """When each field of a bookmark was last changed, UTC; ``None`` if it has not changed since bookmarking."""

    note: datetime | None = None
    state: datetime | None = None
    rating: datetime | None = None
    tags: Mapping[str, datetime] = MappingProxyType({})  # when each tag was added


class Entry(NamedTuple):
    """A bookmark as machines exchange it."""

    bookmark: Bookmark
    edited: Edited = Edited()


class Lost(NamedTuple):
    """A note that was overridden because it was changed on two machines."""

    id: str  # of the paper
    kept: str  # the newer text, which the bookmark has now
    other: str  # the older text


class Reconciled(NamedTuple):
    """The result of merging two entries."""

    entry: Entry | None  # ``None`` if the bookmark is removed
    lost: Lost | None = None


def edit(before: Entry | None, after: Bookmark, at: datetime) -> Entry:
    """Return `after` as an entry, with the time `at` for each field that differs from `before` (or is set, without it).

    A change on top of another one counts as later, even if the clock of this machine is behind.
    """
    if before is None or before.bookmark.added != after.added:  # removed and added again: the old times do not count
        old, seen = Bookmark(after.paper, after.added), Edited()
    elif before.bookmark == after:
        return before
    else:
        old, seen = before

    def moment(name: str) -> datetime | None:
        last: datetime | None = getattr(seen, name)
        if getattr(old, name) == getattr(after, name):
            return last
        return at if last is None else max(at, last + _TICK)

    latest = max(seen.tags.values(), default=old.added)
    tags = {tag: seen.tags.get(tag) if tag in old.tags else max(at, latest + _TICK) for tag in after.tags}
    known = {tag: given for tag, given in tags.items() if given is not None}
    return Entry(after, Edited(moment("note"), moment("state"), moment("rating"), known))


def reconcile(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Reconciled:
    """Merge `ours` and `theirs`, which both derive from `base`.

    The result has the tags of both sides without those removed on one side, unless the other side added them again.
    For note, state and rating the side that changed the field wins, and the later change if both did. A change wins
    over a removal of the bookmark.
    """
    if ours is None or theirs is None:
        other = ours or theirs
        if other is None or base is None:
            return Reconciled(other)
        return Reconciled(None if _said(other) == _said(base) else other)
    if ours == theirs:
        return Reconciled(ours)
    start = base or Entry(Bookmark(Paper(ours.bookmark.paper.id, ""), _NEVER))
    added = _added(base, ours, theirs)
    note, note_at = _newest("note", start, ours, theirs)
    state, state_at = _newest("state", start, ours, theirs)
    rating, rating_at = _newest("rating", start, ours, theirs)
    tags = _tags(start, ours, theirs)
    bookmark = Bookmark(_paper(base, ours, theirs), added, tuple(tags), note, state, rating)
    return Reconciled(Entry(bookmark, Edited(note_at, state_at, rating_at, tags)), _lost(start, ours, theirs, note))


def reconcile_all(
    base: Mapping[str, Entry], ours: Mapping[str, Entry], theirs: Mapping[str, Entry]
) -> tuple[dict[str, Entry], tuple[Lost, ...]]:
    """Merge whole libraries; also return the notes that were overridden, sorted by paper id."""
    merged: dict[str, Entry] = {}
    lost: list[Lost] = []
    for id_ in sorted({*ours, *theirs}):
        entry, note = reconcile(base.get(id_), ours.get(id_), theirs.get(id_))
        if entry is not None:
            merged[id_] = entry
        if note is not None:
            lost.append(note)
    return merged, tuple(lost)


def _said(entry: Entry) -> tuple[Any, ...]:
    """Return everything a user can change; updated facts of the paper do not count as a user's change."""
    return entry.bookmark[1:], entry.edited


def _newest(name: str, base: Entry, ours: Entry, theirs: Entry) -> tuple[Any, datetime | None]:
    """Return a field and its time of change from the side that changed it last."""
    start, mine, other = ((getattr(e.bookmark, name), getattr(e.edited, name)) for e in (base, ours, theirs))
    if other in (mine, start):
        return mine
    return other if mine == start else max(mine, other, key=_weight)


def _weight(changed: tuple[Any, datetime | None]) -> tuple[datetime, str]:
    # For equal times the greater value wins, so that all machines choose the same one.
    return changed[1] or _NEVER, str(changed[0])


def _lost(base: Entry, ours: Entry, theirs: Entry, kept: str) -> Lost | None:
    notes = {ours.bookmark.note, theirs.bookmark.note}
    other = next(iter(notes - {kept}), "")
    if not other or other == base.bookmark.note:
        return None
    return Lost(ours.bookmark.paper.id, kept, other)


def _added(base: Entry | None, ours: Entry, theirs: Entry) -> datetime:
    mine, other = ours.bookmark.added, theirs.bookmark.added
    if base is None or base.bookmark.added not in (mine, other):
        return min(mine, other)
    return other if mine == base.bookmark.added else mine


def _paper(base: Entry | None, ours: Entry, theirs: Entry) -> Paper:
    mine, other = ours.bookmark.paper, theirs.bookmark.paper
    if mine == other:
        return mine
    if base is not None and base.bookmark.paper in (mine, other):
        return other if mine == base.bookmark.paper else mine
    return merge(account(mine, 0), account(other, 0)).paper


def _tags(base: Entry, ours: Entry, theirs: Entry) -> dict[str, datetime]:
    """Return the merged tags in order, each with the time it was added.

    Tags that differ only in case are the same tag.
    """
    start, mine, other = _by_key(base), _by_key(ours), _by_key(theirs)
    # The order counts as well: reordering the tags is a change.
    if _in_order(other) in (_in_order(mine), _in_order(start)):
        return dict(mine.values())
    if _in_order(mine) == _in_order(start):
        return dict(other.values())
    tags = [_tag(start.get(key), mine.get(key), other.get(key)) for key in {**mine, **other}]
    return dict(sorted((tag for tag in tags if tag is not None), key=lambda tag: (tag[1], tag[0])))


def _in_order(tags: Mapping[str, tuple[str, datetime]]) -> tuple[tuple[str, datetime], ...]:
    return tuple(tags.values())


def _by_key(entry: Entry) -> dict[str, tuple[str, datetime]]:
    given = entry.edited.tags
    return {tag.casefold(): (tag, given.get(tag, entry.bookmark.added)) for tag in entry.bookmark.tags}


def _tag(
    base: tuple[str, datetime] | None, mine: tuple[str, datetime] | None, other: tuple[str, datetime] | None
) -> tuple[str, datetime] | None:
    if other in (mine, base):
        return mine
    if mine == base:
        return other
    # Changed on both sides: adding the tag wins over removing it.
    given = [tag for tag in (mine, other) if tag is not None]
    return max(given, key=lambda tag: (tag[1], tag[0]))
