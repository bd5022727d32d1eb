"""Search over real parts: an index in memory, or on disk beside an archive."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from papertui.archive.archive import Archive
from papertui.importers.service import Importer
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.search.disk import SearchIndex
from papertui.search.parts import PART
from papertui.search.results import ReaderMarks
from papertui.search.updates import IndexUpdates
from papertui.services.search import SearchService
from papertui.services.types import Clock, OpenSource

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def stored_index(folder: Path, archive: Archive, *, part: int = PART) -> SearchIndex:
    """Return the index of an archive in `folder`; one of more papers than `part` is built in parts."""
    return SearchIndex(folder, IndexUpdates(archive.database), archive.papers, part=part)


def finder(archive: Archive, library: Library, source: OpenSource, folder: Path, now: Clock) -> SearchService:
    """Return a finder over real parts."""
    return SearchService(archive, library, source, folder, now)


def importer(archive: Archive, now: Clock) -> Importer:
    """Return an importer of real files."""
    return Importer(archive, now)


def kept(papers: Sequence[Paper], tags: Mapping[str, Sequence[str]], notes: Mapping[str, str]) -> ReaderMarks:
    """Bookmark the papers that have tags or notes."""
    return ReaderMarks(
        {
            paper.id: Bookmark(paper, LONG_AGO, tuple(tags.get(paper.id, ())), notes.get(paper.id, ""))
            for paper in papers
            if paper.id in tags or paper.id in notes
        }
    )
