"""Changes of the library: change sets, undo and redo, and the change log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from papertui.model.bookmark import Bookmark, with_tags
from papertui.model.format import plural
from papertui.model.merge import BookmarkState, edit
from papertui.model.passages import Passage, restored_passages

#: Takes all bookmarks by id and returns those to replace; ``None`` removes a bookmark, and bookmarks that are left out
#: stay. An empty abstract in a returned bookmark leaves the stored one unchanged.
Mutation = Callable[[Mapping[str, Bookmark]], Mapping[str, Bookmark | None]]
#: A short description, or a function that derives it from the ids of the changed papers.
StepDescription = str | Callable[[Sequence[str]], str]
#: Who made a step: the user of this library, or a sync that brought changes from another machine.
Origin = Literal["here", "sync"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)


def ids_in_words(ids: Sequence[str]) -> str:
    """Return the id of one paper, or the number of several: the object of a description of a change."""
    return ids[0] if len(ids) == 1 else plural(len(ids), "paper")


class Change(NamedTuple):
    """The change of one bookmark."""

    id: str  # of the paper
    before: Bookmark | None  # ``None`` if the bookmark was added
    after: Bookmark | None  # ``None`` if the bookmark was removed


class QueryChange(NamedTuple):
    """The change of one collection, which is a saved query."""

    name: str
    before: str | None  # the query; ``None`` if the collection was added
    after: str | None  # the query; ``None`` if the collection was removed


class JoinedRecord(NamedTuple):
    """A record that turned out to be the same work as another one."""

    id: str
    title: str
    into: str  # the id of the paper that it became part of
    why: str = ""  # in words


class ImportNote(NamedTuple):
    """What an import did besides changing bookmarks."""

    joined: tuple[JoinedRecord, ...] = ()
    origins: tuple[str, ...] = ()  # under which the archive keeps what it said, so that undo can take it out again
    abstracts: tuple[tuple[str, str], ...] = ()  # by id, those that bookmarks got which had none


class ChangeSet(NamedTuple):
    """The changes of one command or key press; they are undone together."""

    number: int  # counts from 1
    at: datetime  # UTC
    what: str  # a short description: ``bookmark 2604.26951``
    changes: tuple[Change, ...]  # one for each changed bookmark, with papers without abstracts
    undoes: int | None = None  # the number of the step that this step undid
    redoes: int | None = None  # the number of the step that this step redid
    queries: tuple[QueryChange, ...] = ()  # one for each changed collection
    origin: Origin = "here"
    imported: ImportNote = ImportNote()

    def following(self, begun: ChangeSet) -> ChangeSet:
        """Combine this part of a step with its earlier parts in `begun`."""
        first = {change.id: change for change in begun.changes}
        for change in self.changes:
            first[change.id] = change._replace(before=first.get(change.id, change).before)
        queries = {query.name: query for query in begun.queries}
        for query in self.queries:
            queries[query.name] = query._replace(before=queries.get(query.name, query).before)
        return self._replace(
            changes=tuple(change for change in first.values() if change.before != change.after),
            queries=tuple(query for query in queries.values() if query.before != query.after),
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the changed papers."""
        return tuple([change.id for change in self.changes])

    @property
    def in_words(self) -> str:
        """`what`, with the title in place of the id if the step changes a single paper."""
        if len(self.changes) != 1:
            return self.what
        change = self.changes[0]
        mark = change.after or change.before
        return self.what if mark is None else self.what.replace(change.id, f"“{mark.paper.title}”")


class UndoResult(NamedTuple):
    """The result of undo or redo."""

    step: ChangeSet  # the step that was undone or redone
    left: tuple[str, ...] = ()  # sentences about what was not restored, because it changed later


# --- undo and redo -----------------------------------------------------------------------------------
# Which step comes next follows from the steps in the journal alone; there is no other state.

#: The fields of a bookmark and their names in sentences. Tags are separate: they are undone one by one.
_SAID = {
    "note": "note",
    "state": "reading state",
    "rating": "rating",
    "added": "date added",
    "paper": "metadata",
    "entry": "citation",
}


class Reversal(NamedTuple):
    """The changes that undo a step."""

    put: dict[str, Bookmark | None]  # the bookmarks to replace; ``None`` removes one
    queries: dict[str, str | None]  # the same for collections
    left: tuple[str, ...]  # sentences about what is not restored, because it changed later


def to_undo(newest_first: Iterable[ChangeSet]) -> ChangeSet | None:
    """Return the step to undo: the last one of this machine that is not undone yet."""
    taken = 0
    for step in newest_first:
        if step.origin == "sync":  # it is undone where it was made
            continue
        if step.undoes is not None:
            taken += 1
        elif taken == 0:
            return step
        else:
            taken -= 1
    return None


def to_redo(newest_first: Iterable[ChangeSet]) -> ChangeSet | None:
    """Return the undo step to redo: the last one that is not redone yet; ``None`` after a new change."""
    made = 0
    for step in newest_first:
        if step.origin == "sync":  # it is undone where it was made
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


def reversal(step: ChangeSet, now: Mapping[str, Bookmark], queries: Mapping[str, str]) -> Reversal:
    """Compute the changes that undo `step`.

    Each field is handled separately: tags and highlights are removed and restored one by one; note, state and rating
    only if they still have the value that the step gave them.

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
    return mark.tags, mark.note, mark.state, mark.rating, mark.highlights


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
    if before.highlights != after.highlights:
        passages, changed_later = restored_passages(before.highlights, after.highlights, mark.highlights)
        made = made._replace(highlights=passages)
        kept += ["highlight"] if changed_later else []
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


# --- the log since a known state ---------------------------------------------------------------------

_TITLE = 72
#: Up to this number, changes of one kind are listed separately.
_FEW = 20


class LogEntry(NamedTuple):
    """The changes of one step, or of one kind where only the difference is known."""

    at: datetime  # UTC
    line: str  # ``Add 2604.26951 Turning the TIDE``
    entries: Mapping[str, BookmarkState | None]  # the changed entries by id; ``None`` for a removed bookmark


def log_entries(
    known: Mapping[str, BookmarkState], now: Mapping[str, Bookmark], steps: Iterable[ChangeSet], at: datetime
) -> tuple[LogEntry, ...]:
    """Return the changes that lead from the entries in `known` to the bookmarks in `now`.

    The steps of the journal are reverted one by one until the bookmarks match the entries; each of these steps becomes
    an entry. If the journal does not reach back that far, the difference is reported with the timestamp `at`.

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
        entry = _entry(moment, changes, entries, now)
        if entry.entries:
            result.append(entry)
    return tuple(result)


def differing(known: Mapping[str, BookmarkState], now: Mapping[str, Bookmark]) -> tuple[str, ...]:
    """Return the sorted ids of the bookmarks that differ from the known entries."""
    return tuple(id_ for id_ in sorted({*known, *now}) if not _same(known.get(id_), now.get(id_)))


def _by_verb(changes: Iterable[Change]) -> list[list[Change]]:
    """Group changes of one kind; up to `_FEW` of a kind stay separate."""
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(_verb(change)[0], []).append(change)
    return [part for kind in kinds.values() for part in ([kind] if len(kind) > _FEW else [[one] for one in kind])]


def _taken_back(
    known: Mapping[str, BookmarkState], now: Mapping[str, Bookmark], differing: set[str], steps: Iterable[ChangeSet]
) -> tuple[ChangeSet, ...] | None:
    """Return the steps that lead from `known` to `now`, oldest first; ``None`` if they do not lead there."""
    state, rest, reverted = dict(now), set(differing), []
    for step in steps:
        if step.origin == "sync":  # it is undone where it was made
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


def _entry(
    at: datetime, changes: Iterable[Change], entries: dict[str, BookmarkState], now: Mapping[str, Bookmark]
) -> LogEntry:
    """Build one entry and update `entries` accordingly."""
    changed: dict[str, BookmarkState | None] = {}
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
    return LogEntry(at, line_of(real), changed)


def _whole(bookmark: Bookmark, before: BookmarkState | None, now: Mapping[str, Bookmark]) -> Bookmark:
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
        for name in ("paper", "added", "tags", "note", "state", "rating", "entry", "highlights")
        if getattr(before, name) != getattr(after, name)
    ]
    if len(fields) == 1:
        return _field_verb(fields[0], before, after)
    return "Change", f": {', '.join(fields)}"


def _field_verb(field: str, before: Bookmark, after: Bookmark) -> tuple[str, str]:
    """Return the verb and the detail for a change of one field."""
    match field:
        case "tags":
            words = [f"+{tag}" for tag in after.tags if tag not in before.tags]
            words += [f"-{tag}" for tag in before.tags if tag not in after.tags]
            said = "Tag", "".join(f" {word}" for word in words)
        case "note":
            said = "Edit the note of" if after.note else "Clear the note of", ""
        case "state":
            said = "Mark", f": {after.state}"
        case "rating":
            said = "Rate", f": {after.rating or 'none'}"
        case "highlights":
            said = _highlight_verb(before.highlights, after.highlights), ""
        case _:
            said = "Change", f": {field}"
    return said


def _highlight_verb(before: Sequence[Passage], after: Sequence[Passage]) -> str:
    old, new = ({passage.key for passage in passages} for passages in (before, after))
    if old == new:
        return "Comment on a highlight of"
    return (
        "Highlight a passage of" if old < new else "Remove a highlight of" if new < old else "Change the highlights of"
    )


def _bookmark(entry: BookmarkState | None) -> Bookmark | None:
    return None if entry is None else entry.bookmark


def _same(entry: BookmarkState | None, bookmark: Bookmark | None) -> bool:
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
