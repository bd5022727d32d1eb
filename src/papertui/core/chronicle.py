"""The changes of a library since a known state, each with a timestamp and a one-line description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.reconcile import Entry, edit
from papertui.core.step import Change, Step
from papertui.core.wording import plural

_TITLE = 72
#: Up to this number, changes of one kind are listed separately.
_FEW = 20


class Chapter(NamedTuple):
    """The changes of one step, or of one kind where only the difference is known."""

    at: datetime  # UTC
    line: str  # ``Add 2604.26951 Turning the TIDE``
    entries: Mapping[str, Entry | None]  # the changed entries by id; ``None`` for a removed bookmark


def chapters(
    known: Mapping[str, Entry], now: Mapping[str, Bookmark], steps: Iterable[Step], at: datetime
) -> tuple[Chapter, ...]:
    """Return the changes that lead from the entries in `known` to the bookmarks in `now`.

    The steps of the journal are reverted one by one until the bookmarks match the entries; each of these steps becomes
    a chapter. If the journal does not reach back that far, the difference is reported with the timestamp `at`.

    Args:
        known: the entries of the state to start from.
        now: all bookmarks; an empty abstract counts as unchanged.
        steps: the steps of the journal, newest first.
        at: the current time.
    """
    ids = differing(known, now)
    if not ids:
        return ()
    reverted = _taken_back(known, now, set(ids), steps)
    if reverted is None:
        groups = _by_verb(Change(id_, _bookmark(known.get(id_)), now.get(id_)) for id_ in ids)
        changed: list[tuple[datetime, Iterable[Change]]] = [(at, group) for group in groups]
    else:
        changed = [(step.at, step.changes) for step in reverted]
    entries = dict(known)
    result = []
    for moment, changes in changed:
        chapter = _chapter(moment, changes, entries, now)
        if chapter.entries:
            result.append(chapter)
    return tuple(result)


def differing(known: Mapping[str, Entry], now: Mapping[str, Bookmark]) -> tuple[str, ...]:
    """Return the sorted ids of the bookmarks that differ from the known entries."""
    return tuple(id_ for id_ in sorted({*known, *now}) if not _same(known.get(id_), now.get(id_)))


def _by_verb(changes: Iterable[Change]) -> list[list[Change]]:
    """Group changes of one kind; up to `_FEW` of a kind stay separate."""
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(_verb(change)[0], []).append(change)
    return [part for kind in kinds.values() for part in ([kind] if len(kind) > _FEW else [[one] for one in kind])]


def _taken_back(
    known: Mapping[str, Entry], now: Mapping[str, Bookmark], differing: set[str], steps: Iterable[Step]
) -> tuple[Step, ...] | None:
    """Return the steps that lead from `known` to `now`, oldest first; ``None`` if they do not lead there."""
    state, rest, reverted = dict(now), set(differing), []
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
        reverted.append(step)
        if not rest:
            return tuple(reversed(reverted))
    return None


def _chapter(
    at: datetime, changes: Iterable[Change], entries: dict[str, Entry], now: Mapping[str, Bookmark]
) -> Chapter:
    """Build one chapter and update `entries` accordingly."""
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
    """Return `bookmark` with its abstract, which the journal leaves out."""
    if bookmark.paper.abstract:
        return bookmark
    current = now.get(bookmark.paper.id)
    abstract = (current.paper.abstract if current else "") or (before.bookmark.paper.abstract if before else "")
    return bookmark._replace(paper=bookmark.paper._replace(abstract=abstract))


def line_of(changes: Iterable[Change]) -> str:
    """Describe `changes` in one line: ``Tag 2604.26951 Turning the TIDE +todo -old``."""
    changes = tuple(changes)
    if not changes:
        return "Change nothing"
    first = changes[0]
    verbs = [_verb(change) for change in changes]
    verb = verbs[0][0] if len({verb for verb, _ in verbs}) == 1 else "Change"
    if len(changes) > 1:
        ids = ", ".join(change.id for change in changes[:3]) + (", …" if len(changes) > 3 else "")  # noqa: PLR2004
        details = {detail for _, detail in verbs}
        detail = f"{details.pop()}" if len(details) == 1 else ""
        return f"{verb} {plural(len(changes), 'bookmark')}{detail}: {ids}"
    bookmark = first.after or first.before
    title = " ".join(bookmark.paper.title.split()) if bookmark else ""
    title = title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
    return " ".join(f"{verb} {first.id} {title}".split()) + verbs[0][1]


def _verb(change: Change) -> tuple[str, str]:
    """Return the verb for a change, and the detail that follows the title."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ("Remove" if after is None else "Add"), ""
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
        return "Edit the note of" if after.note else "Clear the note of", ""
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
    """Whether two bookmarks are equal; an abstract that one of them lacks is not compared."""
    if one is None or other is None:
        return one is other
    if one[1:] != other[1:]:
        return False
    if not (one.paper.abstract and other.paper.abstract):
        return one.paper._replace(abstract="") == other.paper._replace(abstract="")
    return one.paper == other.paper
