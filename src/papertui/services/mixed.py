"""Bookmarks that mix facts of two works, as earlier versions made them, and their separation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.format import plural
from papertui.model.identity import identified
from papertui.model.merge import RANKS
from papertui.model.paper import Paper
from papertui.model.works import inner_contradiction, outer_contradiction, separated
from papertui.services.types import Clock


class MixedPaper(NamedTuple):
    """A paper with facts that contradict each other."""

    id: str
    why: str  # in words
    kept: Paper  # what stays under the id, with the user's annotations
    other: Paper  # the other work
    #: Whether the other facts are in the bookmark, or come from a file: then they are bookmarked, too.
    is_bookmarked: bool


def mixed_papers(library: Library, archive: Archive) -> tuple[MixedPaper, ...]:
    """The bookmarks, and the other papers that were made of several records, whose facts contradict each other.

    What a single record says is taken for true: it may be an exception, but it is no mixture.
    """
    marks = {mark.paper.id: mark.paper for mark in library.all()}
    stored, records = archive.papers(marks), archive.records(marks)
    found = [
        mixed
        for id_, paper in marks.items()
        if (mixed := _mixed_bookmark(paper, stored.get(id_), records.get(id_, ()))) is not None
    ]
    suspects = {id_: paper for id_, paper in archive.made_of_several().items() if id_ not in marks}
    their_records = archive.records(suspects)
    for id_, paper in suspects.items():
        why = inner_contradiction(paper)
        if why and not _is_said(why, their_records.get(id_, ())):
            found.append(MixedPaper(id_, why, *separated(paper), is_bookmarked=False))
    return tuple(found)


def _mixed_bookmark(paper: Paper, stored: Paper | None, records: Sequence[Paper]) -> MixedPaper | None:
    why = inner_contradiction(paper)
    if why and not _is_said(why, records):
        return MixedPaper(paper.id, why, *separated(paper), is_bookmarked=True)
    if stored is not None and (why := outer_contradiction(paper, stored)):
        other = identified(stored._replace(id="")) if stored.id == paper.id else stored
        if other.id != paper.id:
            is_from_file = not any(RANKS.get(source, 0) > RANKS["file"] for source in stored.sources)
            return MixedPaper(paper.id, why, paper, other, is_bookmarked=is_from_file and stored.id == paper.id)
    return None


def _is_said(why: str, records: Sequence[Paper]) -> bool:
    return any(inner_contradiction(record) == why for record in records)


def separate(library: Library, archive: Archive, now: Clock) -> tuple[str, ...]:
    """Separate mixed papers, the bookmarks in one step; returns a sentence for each."""
    found = mixed_papers(library, archive)
    if not found:
        return ()
    at = now()
    whole = library.whole([mixed.id for mixed in found])

    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
        made: dict[str, Bookmark] = {}
        for mixed in found:
            mark = kept.get(mixed.id)
            if mark is None:
                continue
            abstract = whole[mixed.id].abstract if mixed.id in whole else ""
            made[mixed.id] = mark._replace(paper=mixed.kept._replace(abstract=abstract))
            if mixed.is_bookmarked and mixed.other.id not in kept:
                made[mixed.other.id] = Bookmark(mixed.other, mark.added)
        return made

    library.change(work, f"separate {plural(len(found), 'mixed paper')}", at)
    archive.separate([(mixed.kept, mixed.other) for mixed in found], at)
    return tuple(
        f"Separated “{mixed.kept.title}” ({mixed.id}: {mixed.why}): the other facts are now in {mixed.other.id}"
        + (", which is bookmarked, too." if mixed.is_bookmarked else ".")
        for mixed in found
    )
