"""How the desk reaches what is heavy to load: each door is opened when it is first needed, never before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Marks, Searcher, StoredSearcher
from papertui.sources import PdfSource, Source
from papertui.store import Bookmarks

#: Opens the service for one errand; the connection is closed when the errand is done.
OpenSource = Callable[[], AbstractAsyncContextManager[Source]]
#: Opens what PDFs come from, for one of them.
OpenPdfs = Callable[[], AbstractAsyncContextManager[PdfSource]]
#: Opens the back room, loaded at the first call and the same object at every other. What it opens is not named here:
#: that would load it. `papertui.desk.backroom` knows.
OpenBackRoom = Callable[[], object]
#: The library, loaded at the first call and the same object at every other.
OpenLibrary = Callable[[], Bookmarks]
#: Builds a search index over papers, for what the reader keeps and has read.
BuildSearcher = Callable[[Sequence[Paper], Marks], Searcher]
#: Tells how many things of how many are done.
Progress = Callable[[int, int], None]


class Index(Protocol):
    """The search index over everything stored."""

    def fresh(self, progress: Progress | None = None, *, patient: bool = False) -> StoredSearcher:
        """The index with everything the archive holds now; `patient` merges its parts, however long that takes."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told, each given once."""
        ...


#: The index, opened at the first call and the same object at every other.
OpenIndex = Callable[[], Index]


#: The bundled feed of a first visit.
OpenStarter = Callable[[], Feed]
#: Opens an address in the reader's browser; whether one could be started.
OpenPage = Callable[[str], bool]
#: Shows a file in the reader's viewer; whether one could be started.
ShowFile = Callable[[Path], bool]
#: The moment it is now, UTC.
Clock = Callable[[], datetime]
