"""Search over real parts: an index in memory, or on disk beside an archive."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.search import Marks
from papertui.core.search.index import index_over
from papertui.core.search.query import parse
from papertui.desk.doors import Clock, OpenSource
from papertui.desk.finding import Finder
from papertui.desk.importing import Importer
from papertui.sources.files.reading import read_file
from papertui.store import Bookmarks
from papertui.store.archive import Archive
from papertui.store.index.intake import Intake
from papertui.store.index.keeper import SearchIndex

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def stored_index(folder: Path, archive: Archive) -> SearchIndex:
    """Return the index of an archive in `folder`."""
    return SearchIndex(folder, Intake(archive.database), archive.papers)


def finder(archive: Archive, library: Callable[[], Bookmarks], source: OpenSource, folder: Path, now: Clock) -> Finder:
    """Return a finder over real parts."""
    index = stored_index(folder, archive)
    return Finder(archive, library, source, index_over, lambda: index, lambda query: parse(query).plain, now)


def importer(archive: Archive, now: Clock) -> Importer:
    """Return an importer of real files."""
    return Importer(archive, lambda path, place, number: read_file(path, place=place, number=number), now)


def kept(papers: Sequence[Paper], tags: Mapping[str, Sequence[str]], notes: Mapping[str, str]) -> Marks:
    """Bookmark the papers that have tags or notes."""
    return Marks(
        {
            paper.id: Bookmark(paper, LONG_AGO, tuple(tags.get(paper.id, ())), notes.get(paper.id, ""))
            for paper in papers
            if paper.id in tags or paper.id in notes
        }
    )
