"""Two states of a library made one, field by field, from the state that both began with.

Nothing here knows which machine it runs on: `reconcile` gives the same whichever of the two comes first, so that two
machines that merge one another's changes at the same time end with the same library.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.merge import account, merge
from papertui.core.paper import Paper

#: When a field was changed that nobody ever touched: before all others.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Edited(NamedTuple):
    """When each field of a bookmark was last changed, UTC; ``None`` where it is as it was when the paper was kept.

    Attributes:
        note: the note.
        state: how far the reading is.
        rating: the rating.
        tags: when each of the tags was given.
    """

    note: datetime | None = None
    state: datetime | None = None
    rating: datetime | None = None
    tags: Mapping[str, datetime] = MappingProxyType({})


class Entry(NamedTuple):
    """A bookmark as machines exchange it.

    Attributes:
        bookmark: the bookmark.
        edited: when its fields were changed.
    """

    bookmark: Bookmark
    edited: Edited = Edited()


class Lost(NamedTuple):
    """A note that had to yield, because the same note was changed on two machines.

    Attributes:
        id: the paper's.
        kept: the newer text, which the bookmark has now.
        other: the older text.
    """

    id: str
    kept: str
    other: str


class Reconciled(NamedTuple):
    """What came of two entries.

    Attributes:
        entry: ``None`` when the paper is released.
        lost: the note that yielded, if one did.
    """

    entry: Entry | None
    lost: Lost | None = None


def edit(before: Entry | None, after: Bookmark, at: datetime) -> Entry:
    """`after` as an entry, with `at` for each field that differs from `before` (or is set, if there was none).

    A change that was made with knowledge of another counts as later, even where the clock of this machine is behind.
    """
    if before is None or before.bookmark.added != after.added:  # released and kept again: nothing of it is old
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
    """Makes one of `ours` and `theirs`, which both come from `base`.

    Tags are united, and those taken away on one side go, unless the other gave them anew. Of the note, the state and
    the rating the side that changed it speaks, and whoever did so last where both did. A release yields to a change.
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
    """`reconcile` for whole libraries; also tells which notes yielded, by the ids of their papers."""
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
    """All that a reader can change; facts of the paper that were learned are no change of the reader's."""
    return entry.bookmark[1:], entry.edited


def _newest(name: str, base: Entry, ours: Entry, theirs: Entry) -> tuple[Any, datetime | None]:
    """A field and when it was changed: from the side that changed it, or that did so last."""
    start, mine, other = ((getattr(e.bookmark, name), getattr(e.edited, name)) for e in (base, ours, theirs))
    if other in (mine, start):
        return mine
    return other if mine == start else max(mine, other, key=_weight)


def _weight(changed: tuple[Any, datetime | None]) -> tuple[datetime, str]:
    # At one and the same moment the greater value speaks, so that it is the same one everywhere.
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
    """The tags of both, in their order, each with the moment it was given.

    Tags that differ in case alone are one.
    """
    start, mine, other = _by_key(base), _by_key(ours), _by_key(theirs)
    # The order counts as well: who put the tags in another one has changed them.
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
    # Changed on both sides: what was given, or given anew, outweighs what was taken away.
    given = [tag for tag in (mine, other) if tag is not None]
    return max(given, key=lambda tag: (tag[1], tag[0]))
