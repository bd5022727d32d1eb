"""What happened to a library since a state that is known: changes with their moments, each in one readable line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.reconcile import Entry, edit
from papertui.core.step import Change, Step
from papertui.core.wording import plural

_TITLE = 72
#: So many changes of one kind are told one by one.
_FEW = 20


class Chapter(NamedTuple):
    """What one step, or all that is known only as a difference, did to the entries.

    Attributes:
        at: when, UTC.
        line: what was done: ``Keep 2604.26951 Turning the TIDE``.
        entries: those it changed, by id, as they are since; ``None`` where a paper was released.
    """

    at: datetime
    line: str
    entries: Mapping[str, Entry | None]


def chapters(
    known: Mapping[str, Entry], now: Mapping[str, Bookmark], steps: Iterable[Step], at: datetime
) -> tuple[Chapter, ...]:
    """The way from the entries that are `known` to the bookmarks that are there `now`.

    The steps of the journal are taken back one by one, until the bookmarks are those of the entries; the way from
    there is told step by step. Where the journal does not reach as far, the difference is told, with the moment `at`.

    Args:
        known: the entries of the state to start from.
        now: all bookmarks; one with an empty abstract does not tell whether it changed.
        steps: those of the journal, the newest first.
        at: the moment it is.
    """
    ids = differing(known, now)
    if not ids:
        return ()
    told = _taken_back(known, now, set(ids), steps)
    if told is None:
        changes = _by_verb(Change(id_, _bookmark(known.get(id_)), now.get(id_)) for id_ in ids)
        changed: list[tuple[datetime, Iterable[Change]]] = [(at, alike_ones) for alike_ones in changes]
    else:
        changed = [(step.at, step.changes) for step in told]
    entries = dict(known)
    found = []
    for moment, made in changed:
        chapter = _chapter(moment, made, entries, now)
        if chapter.entries:
            found.append(chapter)
    return tuple(found)


def differing(known: Mapping[str, Entry], now: Mapping[str, Bookmark]) -> tuple[str, ...]:
    """The ids of the bookmarks that are not as they are known, in order."""
    return tuple(id_ for id_ in sorted({*known, *now}) if not _same(known.get(id_), now.get(id_)))


def _by_verb(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes of one kind together, a few as they are."""
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(_verb(change)[0], []).append(change)
    return [part for kind in kinds.values() for part in ([kind] if len(kind) > _FEW else [[one] for one in kind])]


def _taken_back(
    known: Mapping[str, Entry], now: Mapping[str, Bookmark], differing: set[str], steps: Iterable[Step]
) -> tuple[Step, ...] | None:
    """The steps that lead from `known` to `now`, the oldest first; ``None`` where they do not."""
    state, rest, told = dict(now), set(differing), []
    for step in steps:
        if step.is_from_elsewhere:
            continue
        for change in step.changes:
            if not alike(state.get(change.id), change.after):
                return None
            if change.before is None:
                state.pop(change.id, None)
            else:
                state[change.id] = change.before
            (rest.discard if _same(known.get(change.id), change.before) else rest.add)(change.id)
        told.append(step)
        if not rest:
            return tuple(reversed(told))
    return None


def _chapter(
    at: datetime, changes: Iterable[Change], entries: dict[str, Entry], now: Mapping[str, Bookmark]
) -> Chapter:
    """One chapter; `entries` are brought up to it."""
    changed: dict[str, Entry | None] = {}
    real = []
    for change in changes:
        before = entries.get(change.id)
        if change.after is None:
            if before is None:
                continue
            entries.pop(change.id)
            changed[change.id] = None
        else:
            entry = edit(before, _whole(change.after, before, now), at)
            if entry == before:
                continue
            changed[change.id] = entries[change.id] = entry
        real.append(Change(change.id, _bookmark(before), _bookmark(changed[change.id])))
    return Chapter(at, line_of(real), changed)


def _whole(bookmark: Bookmark, before: Entry | None, now: Mapping[str, Bookmark]) -> Bookmark:
    """`bookmark` with its abstract, which journals leave out."""
    if bookmark.paper.abstract:
        return bookmark
    there = now.get(bookmark.paper.id)
    abstract = (there.paper.abstract if there else "") or (before.bookmark.paper.abstract if before else "")
    return bookmark._replace(paper=bookmark.paper._replace(abstract=abstract))


def line_of(changes: Iterable[Change]) -> str:
    """What `changes` are in one line: ``Tag 2604.26951 Turning the TIDE +todo -old``."""
    told = tuple(changes)
    if not told:
        return "Change nothing"
    first = told[0]
    verbs = [_verb(change) for change in told]
    verb = verbs[0][0] if len({verb for verb, _ in verbs}) == 1 else "Change"
    if len(told) > 1:
        ids = ", ".join(change.id for change in told[:3]) + (", …" if len(told) > 3 else "")  # noqa: PLR2004
        details = {detail for _, detail in verbs}
        detail = f"{details.pop()}" if len(details) == 1 else ""
        return f"{verb} {plural(len(told), 'bookmark')}{detail}: {ids}"
    bookmark = first.after or first.before
    title = " ".join(bookmark.paper.title.split()) if bookmark else ""
    title = title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
    return " ".join(f"{verb} {first.id} {title}".split()) + verbs[0][1]


def _verb(change: Change) -> tuple[str, str]:
    """What was done to a bookmark, and what stands behind its title."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ("Release" if after is None else "Keep"), ""
    fields = [
        name
        for name in ("paper", "added", "tags", "note", "state", "rating")
        if getattr(before, name) != getattr(after, name)
    ]
    if fields == ["tags"]:
        words = [f"+{tag}" for tag in after.tags if tag not in before.tags]
        words += [f"-{tag}" for tag in before.tags if tag not in after.tags]
        return "Tag", "".join(f" {word}" for word in words)
    if fields == ["note"]:
        return "Note on" if after.note else "Clear the note of", ""
    if fields == ["state"]:
        return "Mark", f": {after.state}"
    if fields == ["rating"]:
        return "Rate", f": {after.rating or 'none'}"
    return "Change", f": {', '.join(fields)}"


def _bookmark(entry: Entry | None) -> Bookmark | None:
    return None if entry is None else entry.bookmark


def _same(entry: Entry | None, bookmark: Bookmark | None) -> bool:
    return alike(_bookmark(entry), bookmark)


def alike(one: Bookmark | None, other: Bookmark | None) -> bool:
    """Whether two bookmarks are the same, as far as both of them tell."""
    if one is None or other is None:
        return one is other
    if one[1:] != other[1:]:
        return False
    if not (one.paper.abstract and other.paper.abstract):
        return one.paper._replace(abstract="") == other.paper._replace(abstract="")
    return one.paper == other.paper
