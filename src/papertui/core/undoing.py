"""Undo and redo of one step of the library, without touching later changes.

Which step comes next follows from the steps in the journal alone; there is no other state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.step import Change, QueryChange, Step
from papertui.core.tags import with_tags

#: The fields of a bookmark and their names in sentences. Tags are separate: they are undone one by one.
_SAID = {"note": "note", "state": "reading state", "rating": "rating", "added": "date added", "paper": "metadata"}


class Reversal(NamedTuple):
    """The changes that undo a step."""

    put: dict[str, Bookmark | None]  # the bookmarks to replace; ``None`` removes one
    queries: dict[str, str | None]  # the same for collections
    left: tuple[str, ...]  # sentences about what is not restored, because it changed later


def to_undo(newest_first: Iterable[Step]) -> Step | None:
    """Return the step to undo: the last one of this machine that is not undone yet."""
    taken = 0
    for step in newest_first:
        if step.is_from_elsewhere:
            continue
        if step.undoes is not None:
            taken += 1
        elif taken == 0:
            return step
        else:
            taken -= 1
    return None


def to_redo(newest_first: Iterable[Step]) -> Step | None:
    """Return the undo step to redo: the last one that is not redone yet; ``None`` after a new change."""
    made = 0
    for step in newest_first:
        if step.is_from_elsewhere:
            continue
        if step.redoes is not None:
            made += 1
        elif step.undoes is None:
            return None
        elif made == 0:
            return step
        else:
            made -= 1
    return None


def reversal(step: Step, now: Mapping[str, Bookmark], queries: Mapping[str, str]) -> Reversal:
    """Compute the changes that undo `step`.

    Each field is handled separately: tags are removed and restored one by one; note, state and rating only if they
    still have the value that the step gave them.

    Args:
        step: the step to undo.
        now: the current bookmarks.
        queries: the current collections.
    """
    put: dict[str, Bookmark | None] = {}
    left: list[str] = []
    for change in step.changes:
        mark = now.get(change.id)
        if change.before is None or change.after is None or mark is None:
            _turn_over(change, mark, put, left)
            continue
        made, kept = _restored(change.before, change.after, mark)
        if made != mark:
            put[change.id] = made
        if kept:
            left.append(f"The {_listed(kept)} of {change.id} {_was(kept)} changed later and not restored.")
    renamed: dict[str, str | None] = {}
    for query in step.queries:
        _turn_query(query, queries, renamed, left)
    return Reversal(put, renamed, tuple(left))


def _turn_over(change: Change, mark: Bookmark | None, put: dict[str, Bookmark | None], left: list[str]) -> None:
    """Undo adding or removing a bookmark, or the change of a bookmark that no longer exists."""
    if change.before is None:
        if mark is None:
            return
        if change.after is not None and _own(mark) != _own(change.after):
            left.append(f"{change.id} was changed after it was bookmarked, so its bookmark stays.")
        else:
            put[change.id] = None
    elif mark is None and change.after is None:
        put[change.id] = change.before
    elif mark is None:
        left.append(f"The bookmark of {change.id} was removed later and not restored.")
    elif _own(mark) != _own(change.before):
        left.append(f"{change.id} was bookmarked again later and not changed.")


def _own(mark: Bookmark) -> tuple[object, ...]:
    """Return the user's annotations."""
    return mark.tags, mark.note, mark.state, mark.rating


def _restored(before: Bookmark, after: Bookmark, mark: Bookmark) -> tuple[Bookmark, list[str]]:
    """Revert `mark` from `after` to `before`; also return the names of the fields that changed later."""
    made, kept = mark, []
    if before.tags != after.tags:
        tags = before.tags
        if mark.tags != after.tags:
            gained = [tag for tag in after.tags if tag not in before.tags]
            lost = [tag for tag in before.tags if tag not in after.tags]
            tags = with_tags(mark.tags, lost, gained)
        made = made._replace(tags=tags)
    for field, words in _SAID.items():
        old, new, now = getattr(before, field), getattr(after, field), getattr(mark, field)
        if old in (new, now):
            continue
        if now == new:
            made = made._replace(**{field: old})
        else:
            kept.append(words)
    return made, kept


def _turn_query(change: QueryChange, queries: Mapping[str, str], put: dict[str, str | None], left: list[str]) -> None:
    now = queries.get(change.name)
    if now == change.after:
        put[change.name] = change.before
    elif now != change.before:
        left.append(f"The collection “{change.name}” was changed later and not restored.")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _was(words: Sequence[str]) -> str:
    return "was" if len(words) == 1 else "were"
