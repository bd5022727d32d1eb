"""Types of the functions that services get: the clock, connections, the browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from papertui.sources.source import PdfSource, Source

#: Opens a connection to the sources of papers; it is closed when the context ends.
OpenSource = Callable[[], AbstractAsyncContextManager[Source]]
#: Opens a connection to the source of PDFs for one download.
OpenPdfs = Callable[[], AbstractAsyncContextManager[PdfSource]]
#: Called with the number of finished items and the total.
Progress = Callable[[int, int], None]
#: Opens an address in the browser; returns whether the browser could be started.
OpenPage = Callable[[str], bool]
#: Shows a file in the viewer; returns whether the viewer could be started.
ShowFile = Callable[[Path], bool]
#: Returns the current time, UTC.
Clock = Callable[[], datetime]
