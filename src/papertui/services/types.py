"""Types of the factories for parts that are heavy to load. Each part is created when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from papertui.model.feed import Feed
from papertui.model.paper import Paper
from papertui.search.results import ReaderMarks, Searcher, StoredSearcher
from papertui.sources.source import PdfSource, Source

if TYPE_CHECKING:
    from papertui.library.bookmarks import Library

#: Opens the combined source; the connection is closed when the context ends.
OpenSource = Callable[[], AbstractAsyncContextManager[Source]]
#: Opens the source of PDFs for one download.
OpenPdfs = Callable[[], AbstractAsyncContextManager[PdfSource]]
#: Opens the back room at the first call; later calls return the same object. The type is not named here, since that
#: would load it; see `papertui.wiring.back_room`.
OpenBackRoom = Callable[[], object]
#: Opens the library at the first call; later calls return the same object.
OpenLibrary = Callable[[], "Library"]
#: Builds a search index over papers, with the reader's bookmarks and read marks.
BuildSearcher = Callable[[Sequence[Paper], ReaderMarks], Searcher]
#: Called with the number of finished items and the total.
Progress = Callable[[int, int], None]


class SearchIndexProtocol(Protocol):
    """The search index over everything stored."""

    def fresh(self, progress: Progress | None = None, *, patient: bool = False) -> StoredSearcher:
        """The index, updated from the archive; `patient` merges its parts, however long that takes."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the reader, each returned once."""
        ...


#: Opens the index at the first call; later calls return the same object.
OpenIndex = Callable[[], SearchIndexProtocol]


#: Returns the bundled feed.
OpenStarter = Callable[[], Feed]
#: Opens an address in the browser; returns whether it could be started.
OpenPage = Callable[[str], bool]
#: Shows a file in the viewer; returns whether it could be started.
ShowFile = Callable[[Path], bool]
#: Returns the current time, UTC.
Clock = Callable[[], datetime]
