"""Merge several records of one paper or bookmark, and two states of a library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.model.bookmark import STATES, Bookmark, CitationEntry
from papertui.model.paper import Paper
from papertui.model.partial_date import PartialDate
from papertui.model.passages import joined_passages, merged_passages

# --- papers from several sources, independent of their order -----------------------------------------

#: The authority of a source: the original source ranks above those that pass papers on. Any other name is the host of
#: an external feed.
RANKS: Mapping[str, int] = {"starter": 0, "feeds": 1, "file": 2, "huggingface": 3, "arxiv": 4}
_ORDER = ("huggingface", "arxiv", "file")
_LAST = "starter"
_CUT = ("…", "...")
_SETTLED = frozenset({"id", "sources", "published", "precision", "featured"})
_FACTS = tuple(name for name in Paper._fields if name not in _SETTLED)


class Stamp(NamedTuple):
    """The provenance of a fact: the rank of its source, and when it arrived."""

    rank: int
    moment: int  # microseconds since 1970 UTC


class Provenance(NamedTuple):
    """A paper and the provenance of each of its facts."""

    paper: Paper
    stamp: Stamp  # of every fact that is not in `others`
    others: Mapping[str, Stamp] = MappingProxyType({})  # by the name of the fact

    def stamp_of(self, fact: str) -> Stamp:
        """Return the provenance of the fact called `fact`."""
        return self.others.get(fact, self.stamp)


def rank(sources: tuple[str, ...]) -> int:
    """Return the rank of the best of `sources`; higher is better."""
    return max((RANKS.get(source, RANKS["feeds"]) for source in sources), default=RANKS["feeds"])


def account(paper: Paper, moment: int) -> Provenance:
    """Wrap a paper that one source sent at `moment` (microseconds since 1970 UTC)."""
    return Provenance(paper, Stamp(rank(paper.sources), moment))


def merge(one: Provenance, other: Provenance) -> Provenance:
    """Merge two records of the same paper.

    Each fact is decided separately: the source with the higher rank wins (arXiv, then Hugging Face, files, external
    feeds, and the starter feed), among equals the latest one; a missing fact never erases anything. A truncated
    abstract yields to a complete one. ``published`` is the earliest time from the best source, ``featured`` the latest
    day, ``sources`` the union. So `merge` is commutative, associative and idempotent: the order and number of arrivals
    make no difference.

    The result has the id of `one`; the caller decides which of two ids is the better one.
    """
    facts: dict[str, Any] = {}
    stamps: dict[str, Stamp] = {}
    ours, theirs = one.paper, other.paper
    for name in _FACTS:
        mine, other_one = getattr(ours, name), getattr(theirs, name)
        my_stamp, other_stamp = one.stamp_of(name), other.stamp_of(name)
        if other_one in _NOTHING or (
            mine not in _NOTHING and _merge_weight(name, mine, my_stamp) >= _merge_weight(name, other_one, other_stamp)
        ):
            facts[name], stamps[name] = mine, my_stamp
        else:
            facts[name], stamps[name] = other_one, other_stamp
    date, stamps["published"] = _first_version(one, other)
    if date is not None:
        facts["published"], facts["precision"] = date
    paper = Paper(
        id=ours.id,
        featured=_later(ours.featured, theirs.featured),
        sources=_all_of(ours.sources, theirs.sources),
        **facts,
    )
    return _packed(paper, stamps)


def _packed(paper: Paper, stamps: dict[str, Stamp]) -> Provenance:
    """Build the canonical form of an account: most facts share the stamp of the title."""
    shared = stamps["title"] if paper.title else max(stamps.values())
    others = {
        name: stamp
        for name, stamp in sorted(stamps.items())
        if stamp != shared and getattr(paper, name) not in _NOTHING
    }
    return Provenance(paper, shared, others)


def _merge_weight(name: str, value: Any, stamp: Stamp) -> tuple[Any, ...]:  # noqa: ANN401 - any fact of a paper
    whole = name != "abstract" or not value.endswith(_CUT)
    # Two responses of the same time and rank sometimes differ. Then the greater value wins, so that the choice is
    # deterministic.
    return whole, stamp, value


def _first_version(one: Provenance, other: Provenance) -> tuple[PartialDate | None, Stamp]:
    mine, theirs = one.paper.published_date, other.paper.published_date
    my_stamp, other_stamp = one.stamp_of("published"), other.stamp_of("published")
    if mine is None or theirs is None:
        return (theirs, other_stamp) if mine is None else (mine, my_stamp)
    if my_stamp.rank == other_stamp.rank:
        return min(mine, theirs, key=lambda date: date.order), max(my_stamp, other_stamp)
    return (mine, my_stamp) if my_stamp.rank > other_stamp.rank else (theirs, other_stamp)


def _later(first: date | None, last: date | None) -> date | None:
    return first or last if first is None or last is None else max(first, last)


def _all_of(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """Return all sources in a fixed order: the services, then feeds by their hosts, then the starter feed."""
    if first == last:
        return first
    names = {*first, *last}
    hosts = sorted(names.difference(_ORDER, (_LAST,)))
    return (*(name for name in _ORDER if name in names), *hosts, *((_LAST,) if _LAST in names else ()))


# --- two versions of a bookmark ----------------------------------------------------------------------

_NOTHING: tuple[object, ...] = (None, "", ())


def merge_imported(one: Bookmark, other: Bookmark) -> Bookmark:
    """Merge two bookmarks of the same paper.

    The facts of `one` win, and `other` fills gaps. The result has the earlier date, the tags, notes and highlights of
    both, the more advanced reading state, and the rating of `one` if it has one. Repetitions are dropped:
    ``reconciled(reconciled(a, b), b) == reconciled(a, b)``.
    """
    return Bookmark(
        paper=filled(one.paper, other.paper),
        added=min(one.added, other.added),
        tags=all_tags((*one.tags, *other.tags)),
        note=joined_notes(one.note, other.note),
        state=max(one.state, other.state, key=STATES.index),
        rating=one.rating if one.rating is not None else other.rating,
        entry=merged_entry(one.entry, other.entry),
        highlights=joined_passages(one.highlights, other.highlights),
    )


def with_publication(mark: Bookmark, doi: str, journal_ref: str) -> Bookmark:
    """Return a bookmark with the DOI and the place of publication, where it has none, also not in an imported entry."""
    paper, entry = mark.paper, mark.entry
    if doi and not paper.doi and not (entry is not None and entry.get("doi")):
        paper = paper._replace(doi=doi)
    if journal_ref and not paper.journal_ref and (entry is None or is_unpublished(entry.type, dict(entry.fields))):
        paper = paper._replace(journal_ref=journal_ref)
    return mark if paper is mark.paper else mark._replace(paper=paper)


UNPUBLISHED = frozenset({"misc", "online", "electronic", "www", "unpublished"})
#: Fields that say where a work was published, and where in it.
_PLACES = ("journaltitle", "booktitle", "publisher", "institution", "organization", "series", "isbn", "issn")
_IN_PLACES = frozenset(_PLACES).union(
    ("volume", "number", "pages", "chapter", "shortjournal", "location", "editor", "eventtitle")
)
_DATES = frozenset({"date", "year", "month", "day"})
#: A journal or publisher that only says that the paper is on arXiv.
_ARXIV = re.compile(r"arxiv|corr\b|^abs/", re.IGNORECASE)


def merged_entry(one: CitationEntry | None, other: CitationEntry | None) -> CitationEntry | None:
    """Merge two entries of the same work.

    The key and the fields of `one` win, and `other` fills gaps if it has the same type and names the same journal or
    book. If only `other` says where the work was published, its type, place and date win.
    """
    if one is None or other is None:
        entry = one or other
        return entry and entry.sorted()
    mine, theirs = dict(one.fields), dict(other.fields)
    key = one.key or other.key
    if is_unpublished(one.type, mine) and not is_unpublished(other.type, theirs):
        kept = {name: value for name, value in mine.items() if name.partition("+")[0] not in _IN_PLACES}
        return CitationEntry(other.type, key, _with_gaps_filled(theirs, kept))
    if one.type != other.type:
        return one._replace(key=key).sorted()
    if any(mine.get(name, "") != theirs.get(name, "") for name in ("journaltitle", "booktitle") if name in mine):
        theirs = {name: value for name, value in theirs.items() if name.partition("+")[0] not in _IN_PLACES}
    return CitationEntry(one.type, key, _with_gaps_filled(mine, theirs))


def is_unpublished(type_: str, fields: Mapping[str, str]) -> bool:
    """Whether an entry is a preprint or the like: it names no place of publication, or only arXiv."""
    if type_ == "article":
        return _ARXIV.search(fields.get("journaltitle", "")) is not None
    return type_ in UNPUBLISHED and not any(
        value for name in _PLACES if (value := fields.get(name, "")) and not _ARXIV.search(value)
    )


def _with_gaps_filled(mine: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    dated = bool(mine.keys() & _DATES)
    gaps = {
        name: value
        for name, value in theirs.items()
        # The TeX of a field (`+tex`) belongs to its value.
        if (base := name.partition("+")[0]) not in mine and not (dated and base in _DATES)
    }
    return tuple(sorted({**gaps, **mine}.items()))


def filled(paper: Paper, other: Paper) -> Paper:
    """Return `paper` with its missing facts filled from `other`; the id stays."""
    gaps = {
        name: value
        for name in Paper._fields
        if getattr(paper, name) in _NOTHING and (value := getattr(other, name)) not in _NOTHING
    }
    if "published" not in gaps:  # the precision belongs to the date
        gaps.pop("precision", None)
    return paper._replace(**gaps) if gaps else paper


def with_saved_facts(paper: Paper, bookmark: Bookmark | None) -> Paper:
    """`paper` with the facts that only its bookmark has, such as the repository of a paper from a sync."""
    return paper if bookmark is None else filled(paper, bookmark.paper)


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


# --- three-way merge of libraries --------------------------------------------------------------------
# `reconcile` is symmetric: two machines that merge each other's changes at the same time end with the same library.

#: The time of change of a field that was never changed: before all others.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class FieldEdit(NamedTuple):
    """When each field of a bookmark was last changed, UTC; ``None`` if it has not changed since bookmarking."""

    note: datetime | None = None
    state: datetime | None = None
    rating: datetime | None = None
    tags: Mapping[str, datetime] = MappingProxyType({})  # when each tag was added


class BookmarkState(NamedTuple):
    """A bookmark as machines exchange it."""

    bookmark: Bookmark
    edited: FieldEdit = FieldEdit()


class LostText(NamedTuple):
    """A note that was overridden because it was changed on two machines."""

    id: str  # of the paper
    kept: str  # the newer text, which the bookmark has now
    other: str  # the older text


class MergeResult(NamedTuple):
    """The result of merging two entries."""

    entry: BookmarkState | None  # ``None`` if the bookmark is removed
    lost: LostText | None = None


def edit(before: BookmarkState | None, after: Bookmark, at: datetime) -> BookmarkState:
    """Return `after` as an entry, with the time `at` for each field that differs from `before` (or is set, without it).

    A change on top of another one counts as later, even if the clock of this machine is behind.
    """
    if before is None or before.bookmark.added != after.added:  # removed and added again: the old times do not count
        old, seen = Bookmark(after.paper, after.added), FieldEdit()
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
    return BookmarkState(after, FieldEdit(moment("note"), moment("state"), moment("rating"), known))


def three_way_merge(
    base: BookmarkState | None, ours: BookmarkState | None, theirs: BookmarkState | None
) -> MergeResult:
    """Merge `ours` and `theirs`, which both derive from `base`.

    The result has the tags of both sides without those removed on one side, unless the other side added them again.
    For note, state and rating the side that changed the field wins, and the later change if both did. Highlighted
    passages are merged one by one. A change wins over a removal of the bookmark.
    """
    if ours is None or theirs is None:
        other = ours or theirs
        if other is None or base is None:
            return MergeResult(other)
        return MergeResult(None if _content(other) == _content(base) else other)
    if ours == theirs:
        return MergeResult(ours)
    start = base or BookmarkState(Bookmark(Paper(ours.bookmark.paper.id, ""), _NEVER))
    added = _added(base, ours, theirs)
    note, note_at = _newest("note", start, ours, theirs)
    state, state_at = _newest("state", start, ours, theirs)
    rating, rating_at = _newest("rating", start, ours, theirs)
    tags = _tags(start, ours, theirs)
    entry = _changed_entry(start, ours, theirs)
    passages = merged_passages(start.bookmark.highlights, ours.bookmark.highlights, theirs.bookmark.highlights)
    bookmark = Bookmark(_paper(base, ours, theirs), added, tuple(tags), note, state, rating, entry, passages)
    return MergeResult(
        BookmarkState(bookmark, FieldEdit(note_at, state_at, rating_at, tags)), _lost(start, ours, theirs, note)
    )


def _content(entry: BookmarkState) -> tuple[Any, ...]:
    """Return everything a user can change; updated facts of the paper do not count as a user's change."""
    return entry.bookmark[1:], entry.edited


def _newest(name: str, base: BookmarkState, ours: BookmarkState, theirs: BookmarkState) -> tuple[Any, datetime | None]:
    """Return a field and its time of change from the side that changed it last."""
    start, mine, other = ((getattr(e.bookmark, name), getattr(e.edited, name)) for e in (base, ours, theirs))
    if other in (mine, start):
        return mine
    return other if mine == start else max(mine, other, key=_reconcile_weight)


def _changed_entry(base: BookmarkState, ours: BookmarkState, theirs: BookmarkState) -> CitationEntry | None:
    """Return the imported entry of the side that changed it; of two changed ones the greater, on all machines."""
    start, mine, other = base.bookmark.entry, ours.bookmark.entry, theirs.bookmark.entry
    if other in (mine, start):
        return mine
    if mine == start:
        return other
    return max(filter(None, (mine, other)))


def _reconcile_weight(changed: tuple[Any, datetime | None]) -> tuple[datetime, str]:
    # For equal times the greater value wins, so that all machines choose the same one.
    return changed[1] or _NEVER, str(changed[0])


def _lost(base: BookmarkState, ours: BookmarkState, theirs: BookmarkState, kept: str) -> LostText | None:
    notes = {ours.bookmark.note, theirs.bookmark.note}
    other = next(iter(notes - {kept}), "")
    if not other or other == base.bookmark.note:
        return None
    return LostText(ours.bookmark.paper.id, kept, other)


def _added(base: BookmarkState | None, ours: BookmarkState, theirs: BookmarkState) -> datetime:
    mine, other = ours.bookmark.added, theirs.bookmark.added
    if base is None or base.bookmark.added not in (mine, other):
        return min(mine, other)
    return other if mine == base.bookmark.added else mine


def _paper(base: BookmarkState | None, ours: BookmarkState, theirs: BookmarkState) -> Paper:
    mine, other = ours.bookmark.paper, theirs.bookmark.paper
    if mine == other:
        return mine
    if base is not None and base.bookmark.paper in (mine, other):
        return other if mine == base.bookmark.paper else mine
    return merge(account(mine, 0), account(other, 0)).paper


def _tags(base: BookmarkState, ours: BookmarkState, theirs: BookmarkState) -> dict[str, datetime]:
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


def _by_key(entry: BookmarkState) -> dict[str, tuple[str, datetime]]:
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
