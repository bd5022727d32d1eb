"""The library: bookmarks, tags, notes, highlights, ratings, collections, undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from papertui.errors import PaperNotFoundError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark, State, in_use, renamed, tag_counts, tags_of, with_tags
from papertui.model.changes import (
    Change,
    ChangeSet,
    Mutation,
    StepDescription,
    UndoResult,
    ids_in_words,
    reversal,
    to_undo,
)
from papertui.model.identity import is_made
from papertui.model.merge import merge_imported, with_publication
from papertui.model.paper import Paper
from papertui.model.paper_ids import without_subject_class
from papertui.model.passages import Passage, PassageKey, in_order
from papertui.model.safe_text import one_line, safe
from papertui.services.hooks import Hooks
from papertui.services.types import Clock

#: The last steps among which `LibraryService.revert` looks for one.
_RECENT = 500
#: Facts that one source knows and another does not.
_SAVED = ("upvotes", "comments", "github", "stars", "project", "tldr", "doi")
#: Returns the current ids of papers by their former ids.
BetterIds = Callable[[Iterable[str]], Mapping[str, str]]
#: Takes what imports said out of the archive, or puts it back.
Withdraw = Callable[[Sequence[str], bool], None]
#: Separates bookmarks that mix facts of two works; returns a sentence for each.
Separate = Callable[[Library, Clock], tuple[str, ...]]
#: Returns the stored papers by id.
PaperLookup = Callable[[Iterable[str]], Mapping[str, Paper]]


def _none(ids: Iterable[str]) -> Mapping[str, str]:
    del ids
    return {}


def _no_papers(ids: Iterable[str]) -> Mapping[str, Paper]:
    del ids
    return {}


def _keep_all(origins: Sequence[str], back: bool) -> None:  # noqa: FBT001 - as `Withdraw`
    del origins, back


def _nothing_mixed(library: Library, now: Clock) -> tuple[str, ...]:
    del library, now
    return ()


class LibraryService:
    """Reads and changes the library.

    Every method blocks and raises `StoreError`. A change is durable on return and is one step that can be undone.
    Papers are identified by their current id or the id they were bookmarked under. A paper that gets a tag, note,
    state or rating is bookmarked first (in the same step) if it is stored; else `PaperNotFoundError` is raised.

    Args:
        library: the bookmarks.
        now: the clock.
        better: returns the current ids of papers that were bookmarked under an id made of their DOI or title.
        known: returns the stored papers, which can be bookmarked by their id.
        withdraw: takes what an undone import said out of the archive, too.
        separate: separates bookmarks that mix facts of two works; returns a sentence for each.
        hooks: notified of added and removed bookmarks.
        one_step: make all changes one step, see `as_one_step`.
    """

    def __init__(
        self,
        library: Library,
        now: Clock,
        better: BetterIds = _none,
        known: PaperLookup = _no_papers,
        *,
        withdraw: Withdraw = _keep_all,
        separate: Separate = _nothing_mixed,
        hooks: Hooks | None = None,
        one_step: bool = False,
    ) -> None:
        self._library = library
        self._now = now
        self._better = better
        self._known = known
        self._withdraw = withdraw
        self._separate = separate
        self._hooks = hooks
        self._one_step = one_step
        self._last: ChangeSet | None = None

    def as_one_step(self) -> LibraryService:
        """A service whose changes are all one step, each durable on return: for ids that arrive one by one."""
        return LibraryService(
            self._library,
            self._now,
            self._better,
            self._known,
            withdraw=self._withdraw,
            separate=self._separate,
            hooks=self._hooks,
            one_step=True,
        )

    # --- reading ---------------------------------------------------------------------------------

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """All bookmarks without abstracts, the newest first."""
        return self._library.all()

    def by_id(self) -> Mapping[str, Bookmark]:
        """All bookmarks by the id of their paper and by its current id, each parsed when it is used."""
        return self._by_current_id(self._library.by_id())

    def annotations(self) -> Mapping[str, Bookmark]:
        """As `by_id`, perhaps without the facts of the papers, and much faster to go through."""
        return self._by_current_id(self._library.annotations())

    def with_saved_facts(self) -> frozenset[str]:
        """The ids of the bookmarks that may know facts of their paper which the archive does not."""
        ids = frozenset(id_ for fact in _SAVED for id_ in self._library.ids_having(fact))
        return ids.union(self._renamed(ids).values())

    def _by_current_id(self, marks: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
        renamed = self._renamed(marks)
        return {**{better: marks[id_] for id_, better in renamed.items()}, **marks} if renamed else marks

    def ids(self) -> frozenset[str]:
        """The ids of bookmarked papers: those they were bookmarked under and the current ones."""
        ids = self._library.ids()
        return ids.union(self._renamed(ids).values())

    def tags(self) -> dict[str, int]:
        """The number of bookmarks with each tag, the most frequent tag first."""
        return tag_counts(mark.tags for mark in self._library.all())

    def stamp(self) -> object:
        """A value that changes when the library changes. Costs one `stat` call."""
        return self._library.stamp()

    def take_notices(self) -> tuple[str, ...]:
        """Messages from the library, each returned once."""
        return self._library.take_notices()

    # --- adding and removing ---------------------------------------------------------------------

    def keep(self, papers: Sequence[Paper]) -> tuple[str, ...]:
        """Bookmark papers; returns the ids that are new."""
        at, under = self._now(), self._under()

        def keep(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            return {
                paper.id: Bookmark(paper, at)
                for paper in reversed(papers)
                if not any(name in kept for name in (paper.id, *under.get(paper.id, ())))
            }

        kept = set(self._change(keep, lambda ids: f"bookmark {ids_in_words(ids)}"))
        return tuple(dict.fromkeys(paper.id for paper in papers if paper.id in kept))

    def release(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Remove bookmarks; returns the ids that were bookmarked."""
        wanted = tuple(dict.fromkeys(ids))
        under = self._under()

        def release(kept: Mapping[str, Bookmark]) -> Mapping[str, None]:
            return {name: None for id_ in wanted for name in (id_, *under.get(id_, ())) if name in kept}

        released = set(self._change(release, lambda ids: f"remove {ids_in_words(ids)}"))
        return tuple(id_ for id_ in wanted if not released.isdisjoint((id_, *under.get(id_, ()))))

    def toggle(self, paper: Paper) -> bool:
        """Bookmark a paper, or remove its bookmark; returns whether it is bookmarked now."""
        at = self._now()
        names = (paper.id, *self._under().get(paper.id, ()))
        keeps: list[bool] = []

        def toggled(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            existing = {name: None for name in names if name in kept}
            keeps[:] = [not existing]
            return existing or {paper.id: Bookmark(paper, at)}

        self._change(toggled, lambda ids: f"{'bookmark' if keeps[0] else 'remove'} {ids_in_words(ids)}")
        return keeps[0]

    # --- tags and notes --------------------------------------------------------------------------

    def tag(self, ids: Iterable[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> tuple[str, ...]:
        """Add tags to papers and remove tags from them; returns the ids of the changed papers.

        Raises:
            UsageError: no tags were given.
            PaperNotFoundError: a paper is neither bookmarked nor stored.
        """
        gained, lost = tags_of(add), tags_of(remove)
        if not gained and not lost:
            raise UsageError("No tags given. Write +todo to add a tag, -todo to remove one.")
        if gained:
            gained = tuple(in_use(gained, self.tags()))
        words = " ".join([*(f"+{tag}" for tag in gained), *(f"-{tag}" for tag in lost)])

        def retagged(mark: Bookmark) -> Bookmark:
            return mark._replace(tags=with_tags(mark.tags, gained, lost))

        return self._edit(ids, retagged, f"tag {words} on", keeps=bool(gained))

    def rename_tag(self, old: str, new: str) -> tuple[str, ...]:
        """Rename a tag in all bookmarks, merging it with an existing tag; returns the ids of the changed papers.

        Raises:
            UsageError: `old` or `new` is not a valid tag.
        """
        before, after = tags_of([old]), tags_of([new])
        if len(before) != 1 or len(after) != 1:
            raise UsageError("A tag must be one line without commas. Give the old name and the new one.")

        def rename(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            made = {id_: mark._replace(tags=renamed(mark.tags, before[0], after[0])) for id_, mark in kept.items()}
            return {id_: mark for id_, mark in made.items() if mark.tags != kept[id_].tags}

        return self._change(rename, f"rename tag {before[0]} to {after[0]}")

    def note(self, id_: str, text: str) -> bool:
        """Set the note on a paper; returns whether that changed anything."""
        note = safe(text).strip("\n").rstrip()
        what = "note on" if note else "remove the note on"
        return bool(self._edit([id_], lambda mark: mark._replace(note=note), what, keeps=bool(note)))

    def add_to_note(self, id_: str, text: str) -> bool:
        """Add a paragraph below the note on a paper; returns whether that changed anything."""
        added = safe(text).strip("\n").rstrip()

        def noted(mark: Bookmark) -> Bookmark:
            return mark._replace(note="\n\n".join(filter(None, (mark.note, added))))

        return bool(added and self._edit([id_], noted, "add to the note on"))

    # --- highlights ------------------------------------------------------------------------------

    def highlight(self, id_: str, passage: Passage) -> bool:
        """Keep a highlighted passage of a paper; the same one again gets the comment of `passage`.

        Returns:
            Whether that changed anything.
        """
        passage = passage._replace(comment=safe(passage.comment).strip("\n").rstrip())

        def highlighted(mark: Bookmark) -> Bookmark:
            kept = {one.key: one for one in mark.highlights}
            old = kept.get(passage.key)
            if old is not None and old.comment == passage.comment:
                return mark
            kept[passage.key] = passage if old is None else old._replace(comment=passage.comment, at=passage.at)
            return mark._replace(highlights=in_order(kept.values()))

        return bool(self._edit([id_], highlighted, "highlight a passage of"))

    def comment(self, id_: str, key: PassageKey, text: str) -> bool:
        """Set the comment on a highlighted passage; returns whether that changed anything."""
        comment, now = safe(text).strip("\n").rstrip(), self._now()

        def commented(one: Passage) -> Passage:
            is_other = one.key == key and one.comment != comment
            # A change on top of another one is the later one, even if the clock is behind.
            return one._replace(comment=comment, at=max(now, one.at)) if is_other else one

        def changed(mark: Bookmark) -> Bookmark:
            return mark._replace(highlights=tuple(map(commented, mark.highlights)))

        what = "comment on a highlight of" if comment else "remove the comment on a highlight of"
        return bool(self._edit([id_], changed, what, keeps=False))

    def remove_highlight(self, id_: str, key: PassageKey) -> bool:
        """Remove a highlighted passage with its comment; returns whether there was one."""

        def removed(mark: Bookmark) -> Bookmark:
            return mark._replace(highlights=tuple(one for one in mark.highlights if one.key != key))

        return bool(self._edit([id_], removed, "remove a highlight of", keeps=False))

    # --- states and ratings ----------------------------------------------------------------------

    def set_state(self, ids: Iterable[str], state: State) -> tuple[str, ...]:
        """Set the reading state of papers; returns the ids of the changed papers."""
        return self._edit(ids, lambda mark: mark._replace(state=state), f"state {state} of")

    def rate(self, ids: Iterable[str], rating: int | None) -> tuple[str, ...]:
        """Rate papers from 1 to 5, or remove the rating (``None``); returns the ids of the changed papers."""
        what = "remove the rating of" if rating is None else f"rating {rating} of"
        return self._edit(ids, lambda mark: mark._replace(rating=rating), what, keeps=rating is not None)

    def publish(self, publications: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
        """Add the DOI and the place of publication to bookmarks that have none; returns the ids of the changed papers.

        Args:
            publications: DOI and place by paper id; empty where it is unknown.
        """

        def published(mark: Bookmark) -> Bookmark:
            doi, place = publications.get(mark.paper.id, ("", ""))
            return with_publication(mark, doi, place)

        return self._edit(publications, published, "publication of", keeps=False)

    # --- collections -----------------------------------------------------------------------------

    def collections(self) -> dict[str, str]:
        """The saved queries by name, in alphabetical order."""
        return dict(sorted(self._library.collections().items(), key=lambda pair: pair[0].casefold()))

    def save_collection(self, name: str, query: str) -> bool:
        """Save a query under a name, replacing an existing one; returns whether that changed anything.

        Raises:
            UsageError: the name or the query is empty.
        """
        name, query = one_line(name), one_line(query)
        if not name or not query:
            raise UsageError('A collection needs a name and a query, for example: to-read "tag:todo is:unread".')
        at = self._now()
        return self._library.save_queries({name: query}, f"save collection {name}", at) is not None

    def drop_collection(self, name: str) -> bool:
        """Delete a saved query; returns whether it existed. Its papers are not affected."""
        at = self._now()
        return self._library.save_queries({name: None}, f"drop collection {name}", at) is not None

    # --- undo and redo ---------------------------------------------------------------------------

    def undo(self) -> UndoResult | None:
        """Undo the last step that is not undone yet; ``None`` if there is none."""
        undone = self._library.undo(self._now())
        if undone is not None:
            self._withdraw(undone.step.imported.origins, False)  # noqa: FBT003 - not back
            self._emit(change._replace(before=change.after, after=change.before) for change in undone.step.changes)
        return undone

    def redo(self) -> UndoResult | None:
        """Redo the step that was undone last; ``None`` if there is none, or something was changed since."""
        redone = self._library.redo(self._now())
        if redone is not None:
            self._withdraw(redone.step.imported.origins, True)  # noqa: FBT003 - back
            self._emit(redone.step.changes)
        return redone

    def revert(self, number: int) -> UndoResult | None:
        """Take back one of the last steps; ``None`` if it is not among them.

        The last step is undone. An earlier one is taken back by a new step, as far as nothing else changed since.
        """
        steps = self._library.steps(_RECENT)
        last = to_undo(steps)
        if last is not None and last.number == number:
            return self.undo()
        step = next((step for step in steps if step.number == number), None)
        if step is None:
            return None
        left: list[str] = []

        def revert(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            made = reversal(step, kept, {})
            left[:] = made.left
            return made.put

        self._change(revert, f"take back “{step.what}”")
        return UndoResult(step, tuple(left))

    def log(self, limit: int | None = None) -> tuple[ChangeSet, ...]:
        return self._library.steps(limit)

    def restore(self, name: str) -> ChangeSet | None:
        """Restore a backup as one step that can be undone; ``None`` if nothing differs from it."""
        step = self._library.restore(name, self._now())
        self._emit(() if step is None else step.changes)
        return step

    def repair(self) -> tuple[str, ...]:
        """Repair the library; returns a sentence for each repair."""
        library = self._library
        library.all()  # salvages a damaged file
        return (*library.take_notices(), *library.repair(self._known), *self._separate(library, self._now))

    # ---------------------------------------------------------------------------------------------

    def _renamed(self, ids: Iterable[str]) -> Mapping[str, str]:
        made, renamed = [], {}
        for id_ in ids:
            if is_made(id_):
                made.append(id_)
            elif (spelt := without_subject_class(id_)) != id_:
                renamed[id_] = spelt
        return {**renamed, **self._better(made)} if made else renamed

    def _under(self) -> dict[str, tuple[str, ...]]:
        """The ids that papers are bookmarked under, by their current ids."""
        under: dict[str, tuple[str, ...]] = {}
        for id_, better in self._renamed(self._library.ids()).items():
            under[better] = (*under.get(better, ()), id_)
        return under

    def _edit(
        self, ids: Iterable[str], change: Callable[[Bookmark], Bookmark], what: str, *, keeps: bool = True
    ) -> tuple[str, ...]:
        """Change bookmarks; papers without one are bookmarked first if `keeps`, else skipped."""
        wanted, under, at = tuple(dict.fromkeys(ids)), self._under(), self._now()
        present = self._library.ids()
        missing = [id_ for id_ in wanted if id_ not in present and id_ not in under] if keeps else []
        papers = self._known(missing) if missing else {}

        def edit(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            made = {}
            for id_ in wanted:
                name = next((name for name in (id_, *under.get(id_, ())) if name in kept), None)
                if name is not None:
                    made[name] = change(kept[name])
                elif keeps:
                    paper = papers.get(id_)
                    if paper is None:
                        raise PaperNotFoundError(
                            f"{id_} is neither in your library nor stored. “papertui bookmark add {id_}” adds it."
                        )
                    made[paper.id] = change(kept.get(paper.id) or Bookmark(paper, at))
            return made

        return self._change(edit, lambda ids: f"{what} {ids_in_words(ids)}")

    def _change(self, mutate: Mutation, what: StepDescription) -> tuple[str, ...]:
        """Apply `mutate` as a step; returns the ids of the changed bookmarks."""
        removed: dict[str, Paper] = {}

        def spelt(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            put = mutate(kept)
            old = [id_ for id_ in kept if without_subject_class(id_) != id_]
            if not old or all(kept.get(id_) == mark for id_, mark in put.items()):
                return put
            return _without_subject_classes(kept, put, self._library.whole(old))

        def watched(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            put = spelt(kept)
            # With their abstracts, which are gone once the bookmarks are removed.
            removed.update(self._library.whole([id_ for id_, mark in put.items() if mark is None]))
            return put

        hooked = self._hooks is not None and self._hooks.wants("bookmark")
        step = self._library.change(watched if hooked else spelt, what, self._now(), joins=self._last)
        if step is None:
            return ()
        changes = step.changes
        if self._one_step:
            # The step also contains the earlier changes.
            done = {change.id: change for change in (() if self._last is None else self._last.changes)}
            changes = tuple(change for change in changes if done.get(change.id) != change)
            self._last = step
        self._emit(changes, removed)
        return tuple(change.id for change in changes)

    def _emit(self, changes: Iterable[Change], removed: Mapping[str, Paper] = MappingProxyType({})) -> None:
        if self._hooks is not None:
            self._hooks.emit_changes(changes, removed)


def _without_subject_classes(
    kept: Mapping[str, Bookmark], put: Mapping[str, Bookmark | None], old: Mapping[str, Paper]
) -> Mapping[str, Bookmark | None]:
    """Return the changes `put`, and with them spell the ids of `old` papers as arXiv does today.

    Earlier versions bookmarked ``math.GT/0309136`` and ``math/0309136`` as two papers.
    """
    after = dict(put)
    for id_, paper in old.items():
        mark, after[id_] = after.get(id_, kept[id_]), None
        if mark is None:
            continue
        spelt = without_subject_class(id_)
        mark = mark._replace(paper=mark.paper._replace(id=spelt, abstract=mark.paper.abstract or paper.abstract))
        other = after.get(spelt, kept.get(spelt))
        after[spelt] = mark if other is None else merge_imported(other, mark)
    return after
