"""Everything a reader can ask for. Both front ends, the screen and the command line, ask here and nowhere else."""

from __future__ import annotations

from typing import NamedTuple

from papertui.desk.checking import Checks
from papertui.desk.doors import OpenBackRoom
from papertui.desk.feeds import Feeds
from papertui.desk.finding import Finder
from papertui.desk.following import Following
from papertui.desk.hooking import Hooks
from papertui.desk.keeping import Keeper
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.prefetching import Prefetcher


class Desk(NamedTuple):
    """What a reader can ask for, by subject.

    Attributes:
        feeds: the views, from the network or from the archive.
        following: the feeds of the reader's own.
        papers: single papers.
        library: keeping and releasing papers.
        marks: what has been read, and the little things remembered between two visits.
        finder: search over everything stored.
        checks: whether everything is in order.
        prefetcher: what is fetched before anybody asks.
        hooks: commands of the reader's own, run after something happened.
        open_back_room: opens what is asked for now and then, see `papertui.desk.backroom.back_room`.
    """

    feeds: Feeds
    following: Following
    papers: Papers
    library: Keeper
    marks: Marks
    finder: Finder
    checks: Checks
    prefetcher: Prefetcher
    hooks: Hooks
    open_back_room: OpenBackRoom
