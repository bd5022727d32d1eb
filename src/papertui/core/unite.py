"""Merging two versions of one bookmark without losing tags or notes."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.core.bookmark import STATES, Bookmark
from papertui.core.paper import Paper

_NOTHING: tuple[object, ...] = (None, "", ())


def reconciled(one: Bookmark, other: Bookmark) -> Bookmark:
    """Merge two bookmarks of the same paper.

    The facts of `one` win, and `other` fills gaps. The result has the earlier date, the tags and notes of both, the
    more advanced reading state, and the rating of `one` if it has one. Repetitions are dropped:
    ``reconciled(reconciled(a, b), b) == reconciled(a, b)``.
    """
    return Bookmark(
        paper=filled(one.paper, other.paper),
        added=min(one.added, other.added),
        tags=all_tags((*one.tags, *other.tags)),
        note=joined_notes(one.note, other.note),
        state=max(one.state, other.state, key=STATES.index),
        rating=one.rating if one.rating is not None else other.rating,
    )


def filled(paper: Paper, other: Paper) -> Paper:
    """Return `paper` with its missing facts filled from `other`; the id stays."""
    gaps = {
        name: value
        for name in Paper._fields
        if getattr(paper, name) in _NOTHING and (value := getattr(other, name)) not in _NOTHING
    }
    return paper._replace(**gaps) if gaps else paper


def all_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags without duplicates, in their first spelling; case makes no difference."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return tuple(first.values())


def joined_notes(one: str, other: str) -> str:
    """Join two notes, one below the other; a note that the other contains is dropped."""
    if not other.strip() or _within(other, one):
        return one
    if not one.strip() or _within(one, other):
        return other
    return f"{one}\n\n{other}"


def _within(note: str, whole: str) -> bool:
    """Whether `whole` contains `note` from the start of a line to the end of one, however its lines are wrapped.

    Formats such as RIS have no line ends, so an exported note comes back on one line.
    """
    sought = " ".join(note.split())
    starts, ends, length = {0}, set(), 0
    for line in filter(None, (" ".join(line.split()) for line in whole.splitlines())):
        length += len(line)
        ends.add(length)
        length += 1
        starts.add(length)
    text = " ".join(whole.split())
    at = text.find(sought)
    while at >= 0:
        if at in starts and at + len(sought) in ends:
            return True
        at = text.find(sought, at + 1)
    return False
