"""What a side pane shows: sections of entries, each of which can be opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from papertui.model.paper import Paper


class SideEntry(NamedTuple):
    """A line of the pane."""

    text: str
    run: Callable[[], object]  # called when it is opened
    about: str = ""  # at the right: a count
    is_current: bool = False  # what the list shows now


class SideSection(NamedTuple):
    """A heading with its entries."""

    title: str
    entries: tuple[SideEntry, ...] = ()
    note: str = ""  # shown if there are no entries


#: Makes one section about a paper. It runs in a thread, so that it may read the disk; ``None`` for nothing to show.
PaperSection = Callable[[Paper], SideSection | None]
