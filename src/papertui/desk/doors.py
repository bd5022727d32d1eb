"""How the desk reaches what is heavy to load: each door is opened when it is first needed, never before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Searcher
from papertui.sources import Source
from papertui.store import Bookmarks

#: Opens the service for one errand; the connection is closed when the errand is done.
OpenSource = Callable[[], AbstractAsyncContextManager[Source]]
#: The library, loaded at the first call and the same object at every other.
OpenLibrary = Callable[[], Bookmarks]
#: Builds a search index over papers.
BuildSearcher = Callable[[Sequence[Paper]], Searcher]
#: The bundled feed of a first visit.
OpenStarter = Callable[[], Feed]
#: Opens an address in the reader's browser; whether one could be started.
OpenPage = Callable[[str], bool]
#: The moment it is now, UTC.
Clock = Callable[[], datetime]
