"""Taking back one step of the library, and nothing that anybody did since.

Which step is next to be taken back, or to be made again, follows from the steps alone: nothing else is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.step import Change, QueryChange, Step
from papertui.core.tags import with_tags

#: What a reader says of a paper, by the words for it. Tags are apart: they are taken back one by one.
_SAID = {"note": "note", "state": "reading state", "rating": "rating", "added": "time of keeping", "paper": "facts"}


class Reversal(NamedTuple):
    """What takes a step back.

    Attributes:
        put: the bookmarks to put in place of those of today, ``None`` to release.
        queries: the same for collections.
        left: sentences about what stays as it is, because it was changed since.
    """

    put: dict[str, Bookmark | None]
    queries: dict[str, str | None]
    left: tuple[str, ...]


def to_undo(newest_first: Iterable[Step]) -> Step | None:
    """The step that undo takes back: the last one made here that was not taken back yet."""
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
    """The step that redo takes back: the last undo that was not made good yet, unless something new was done since."""
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
    """What takes `step` back.

    By field: tags are taken away and given back one by one; note, state and rating only where they still are what the
    step made them.

    Args:
        step: what is to be taken back.
        now: the bookmarks as they are.
        queries: the collections as they are.
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
            left.append(f"The {_listed(kept)} of {change.id} {_was(kept)} changed since, and left as now.")
    renamed: dict[str, str | None] = {}
    for query in step.queries:
        _turn_query(query, queries, renamed, left)
    return Reversal(put, renamed, tuple(left))


def _turn_over(change: Change, mark: Bookmark | None, put: dict[str, Bookmark | None], left: list[str]) -> None:
    """Takes back that a paper was kept or released, or the change of one that is released by now."""
    if change.before is None:
        if mark is None:
            return
        if change.after is not None and _own(mark) != _own(change.after):
            left.append(f"{change.id} was changed since it was kept, and stays kept.")
        else:
            put[change.id] = None
    elif mark is None and change.after is None:
        put[change.id] = change.before
    elif mark is None:
        left.append(f"{change.id} was released since, and stays so.")
    elif _own(mark) != _own(change.before):
        left.append(f"{change.id} was kept again since, and left as now.")


def _own(mark: Bookmark) -> tuple[object, ...]:
    """What the reader says of a paper, apart from when and of what."""
    return mark.tags, mark.note, mark.state, mark.rating


def _restored(before: Bookmark, after: Bookmark, mark: Bookmark) -> tuple[Bookmark, list[str]]:
    """`mark` with what is between `after` and `before` taken back, and the names of the fields changed since."""
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
        left.append(f"The collection “{change.name}” was changed since, and left as now.")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _was(words: Sequence[str]) -> str:
    return "was" if len(words) == 1 and words[0] != "facts" else "were"
