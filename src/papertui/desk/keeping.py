"""Keeping papers, saying something of them, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from papertui.core.bookmark import Bookmark, State
from papertui.core.identity import is_made
from papertui.core.paper import Paper
from papertui.core.safe import one_line, safe
from papertui.core.step import Step, Undone, What, Work
from papertui.core.tags import in_use, renamed, tag_counts, tags_of, with_tags
from papertui.core.wording import plural
from papertui.desk.doors import Clock, OpenLibrary
from papertui.errors import PaperNotFoundError, UsageError

#: The ids that papers bear now, by those they had before.
BetterIds = Callable[[Iterable[str]], Mapping[str, str]]
#: The papers that are stored, by the ids asked for.
Known = Callable[[Iterable[str]], Mapping[str, Paper]]


def _none(ids: Iterable[str]) -> Mapping[str, str]:
    del ids
    return {}


def _no_papers(ids: Iterable[str]) -> Mapping[str, Paper]:
    del ids
    return {}


class Keeper:
    """The library as a reader uses it.

    Every method blocks and raises `StoreError`; a change is durable on return, and is one step that can be undone.
    Papers are named by the id they have now or by the one they were kept under. One that is not kept is kept first
    where something is said of it (same step), if it is stored; else that raises `PaperNotFoundError`.
    """

    def __init__(
        self,
        library: OpenLibrary,
        now: Clock,
        better: BetterIds = _none,
        known: Known = _no_papers,
        *,
        one_step: bool = False,
    ) -> None:
        """Makes a keeper.

        Args:
            library: the bookmarks.
            now: tells the time.
            better: tells the ids papers bear now that were kept under one made of their DOI or title.
            known: the papers that can be kept by their id.
            one_step: whether all changes are one step, see `as_one_step`.
        """
        self._library = library
        self._now = now
        self._better = better
        self._known = known
        self._one_step = one_step
        self._last: Step | None = None

    def as_one_step(self) -> Keeper:
        """A keeper all of whose changes are one step, each durable by itself: for ids that come one by one."""
        return Keeper(self._library, self._now, self._better, self._known, one_step=True)

    # --- what is kept ----------------------------------------------------------------------------

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first, without abstracts."""
        return self._library().all()

    def by_id(self) -> dict[str, Bookmark]:
        """Every bookmark by the id of its paper, and by the better one it has now."""
        marks = {mark.paper.id: mark for mark in self._library().all()}
        return {**{better: marks[id_] for id_, better in self._renamed(marks).items()}, **marks}

    def ids(self) -> frozenset[str]:
        """The ids of the papers that are kept, those they were kept under and those they have now."""
        ids = self._library().ids()
        return ids.union(self._renamed(ids).values())

    def tags(self) -> dict[str, int]:
        """How many bookmarks bear each tag, the most borne first."""
        return tag_counts(mark.tags for mark in self._library().all())

    def stamp(self) -> object:
        """Equal as long as nobody changed the library. Costs one look at the file's entry in its folder."""
        return self._library().stamp()

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of the library, each sentence once."""
        return self._library().take_notices()

    # --- keeping and releasing -------------------------------------------------------------------

    def keep(self, papers: Sequence[Paper]) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before."""
        at = self._now()

        def keep(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            return {paper.id: Bookmark(paper, at) for paper in reversed(papers) if paper.id not in kept}

        kept = set(self._change(keep, lambda ids: f"bookmark {_named(ids)}"))
        return tuple(dict.fromkeys(paper.id for paper in papers if paper.id in kept))

    def release(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases papers; returns the ids that were kept."""
        asked = tuple(dict.fromkeys(ids))
        under = self._under()

        def release(kept: Mapping[str, Bookmark]) -> Mapping[str, None]:
            return {name: None for id_ in asked for name in (id_, *under.get(id_, ())) if name in kept}

        released = set(self._change(release, lambda ids: f"release {_named(ids)}"))
        return tuple(id_ for id_ in asked if not released.isdisjoint((id_, *under.get(id_, ()))))

    def toggle(self, paper: Paper) -> bool:
        """Keeps `paper`, or releases it if it was kept; returns whether it is kept now."""
        at = self._now()
        names = (paper.id, *self._under().get(paper.id, ()))
        keeps: list[bool] = []

        def turn(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            there = {name: None for name in names if name in kept}
            keeps[:] = [not there]
            return there or {paper.id: Bookmark(paper, at)}

        self._change(turn, lambda ids: f"{'bookmark' if keeps[0] else 'release'} {_named(ids)}")
        return keeps[0]

    # --- saying something of papers --------------------------------------------------------------

    def tag(self, ids: Iterable[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> tuple[str, ...]:
        """Gives papers tags and takes tags from them; returns the ids of those that were changed.

        Raises:
            UsageError: there is no tag among what was given.
            PaperNotFoundError: one of the papers is neither kept nor stored.
        """
        gained, lost = tags_of(add), tags_of(remove)
        if not gained and not lost:
            raise UsageError("Which tags? Write +todo to add one, -todo to take one away.")
        if gained:
            gained = tuple(in_use(gained, self.tags()))
        words = " ".join([*(f"+{tag}" for tag in gained), *(f"-{tag}" for tag in lost)])

        def retagged(mark: Bookmark) -> Bookmark:
            return mark._replace(tags=with_tags(mark.tags, gained, lost))

        return self._edit(ids, retagged, f"tag {words} on", keeps=bool(gained))

    def rename_tag(self, old: str, new: str) -> tuple[str, ...]:
        """Gives a tag another name wherever it is borne, merging it with one that has that name already.

        Returns the ids of the papers that were changed.

        Raises:
            UsageError: `old` or `new` is no tag.
        """
        before, after = tags_of([old]), tags_of([new])
        if len(before) != 1 or len(after) != 1:
            raise UsageError("A tag is one line without commas. Give the old name and the new one.")

        def rename(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            made = {id_: mark._replace(tags=renamed(mark.tags, before[0], after[0])) for id_, mark in kept.items()}
            return {id_: mark for id_, mark in made.items() if mark.tags != kept[id_].tags}

        return self._change(rename, f"rename tag {before[0]} to {after[0]}")

    def note(self, id_: str, text: str) -> bool:
        """Writes the note on a paper, in place of the one there is; returns whether that changed anything."""
        note = safe(text).strip()
        what = "note on" if note else "take away the note on"
        return bool(self._edit([id_], lambda mark: mark._replace(note=note), what, keeps=bool(note)))

    def set_state(self, ids: Iterable[str], state: State) -> tuple[str, ...]:
        """Says how far the reading of papers is; returns the ids of those that were changed."""
        return self._edit(ids, lambda mark: mark._replace(state=state), f"state {state} of")

    def rate(self, ids: Iterable[str], rating: int | None) -> tuple[str, ...]:
        """Judges papers, from 1 to 5, or takes a judgement back (``None``); returns the ids that were changed."""
        what = "take away the rating of" if rating is None else f"rating {rating} of"
        return self._edit(ids, lambda mark: mark._replace(rating=rating), what, keeps=rating is not None)

    # --- collections -----------------------------------------------------------------------------

    def collections(self) -> dict[str, str]:
        """The saved queries by their names, in alphabetical order."""
        return dict(sorted(self._library().collections().items(), key=lambda pair: pair[0].casefold()))

    def save_collection(self, name: str, query: str) -> bool:
        """Saves a query under a name, in place of the one there is; returns whether that changed anything.

        Raises:
            UsageError: the name or the query is empty.
        """
        name, query = one_line(name), one_line(query)
        if not name or not query:
            raise UsageError('A collection needs a name and a query, for example: to-read "tag:todo is:unread".')
        at = self._now()
        return self._library().save_queries({name: query}, f"save collection {name}", at) is not None

    def drop_collection(self, name: str) -> bool:
        """Forgets a saved query; returns whether there was one. The papers it found stay."""
        at = self._now()
        return self._library().save_queries({name: None}, f"drop collection {name}", at) is not None

    # --- back and forth --------------------------------------------------------------------------

    def undo(self) -> Undone | None:
        """Takes the last step back that was not taken back yet; ``None`` when there is none."""
        return self._library().undo(self._now())

    def redo(self) -> Undone | None:
        """Makes the step again that was taken back last; ``None`` when there is none, or something was done since."""
        return self._library().redo(self._now())

    def log(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, the newest first."""
        return self._library().steps(limit)

    def restore(self, name: str) -> Step | None:
        """Makes the library what it was in a backup, as one step that can be undone; ``None`` if it is that already."""
        return self._library().restore(name, self._now())

    def repair(self) -> tuple[str, ...]:
        """Mends what can be mended; tells what was done, a sentence each."""
        library = self._library()
        library.all()  # which mends a damaged file
        return (*library.take_notices(), *library.repair(self._known))

    # ---------------------------------------------------------------------------------------------

    def _renamed(self, ids: Iterable[str]) -> Mapping[str, str]:
        made = [id_ for id_ in ids if is_made(id_)]
        return self._better(made) if made else {}

    def _under(self) -> dict[str, tuple[str, ...]]:
        """The ids that papers are kept under, by the better ones they have now."""
        under: dict[str, tuple[str, ...]] = {}
        for id_, better in self._renamed(self._library().ids()).items():
            under[better] = (*under.get(better, ()), id_)
        return under

    def _edit(
        self, ids: Iterable[str], change: Callable[[Bookmark], Bookmark], what: str, *, keeps: bool = True
    ) -> tuple[str, ...]:
        """Changes what is said of papers; those not kept are kept first if it `keeps`, else passed over."""
        asked, under, at = tuple(dict.fromkeys(ids)), self._under(), self._now()
        there = self._library().ids()
        missing = [id_ for id_ in asked if id_ not in there and id_ not in under] if keeps else []
        papers = self._known(missing) if missing else {}

        def edit(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            made = {}
            for id_ in asked:
                name = next((name for name in (id_, *under.get(id_, ())) if name in kept), None)
                if name is not None:
                    made[name] = change(kept[name])
                elif keeps:
                    paper = papers.get(id_)
                    if paper is None:
                        raise PaperNotFoundError(
                            f"{id_} is neither in your library nor stored. Keep it first: papertui bookmark add {id_}"
                        )
                    made[paper.id] = change(kept.get(paper.id) or Bookmark(paper, at))
            return made

        return self._change(edit, lambda ids: f"{what} {_named(ids)}")

    def _change(self, work: Work, what: What) -> tuple[str, ...]:
        """Does `work`; returns the ids of the bookmarks that it changed."""
        step = self._library().change(work, what, self._now(), joins=self._last)
        if step is None:
            return ()
        if self._one_step:
            before = () if self._last is None else self._last.changes
            self._last = step
            # The step holds what was changed before, too.
            done = {change.id: change for change in before}
            return tuple(change.id for change in step.changes if done.get(change.id) != change)
        return tuple(change.id for change in step.changes)


def _named(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else plural(len(ids), "paper")
