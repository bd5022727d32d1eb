"""The services behind both front ends, the screen and the command line. They use nothing below this package."""

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
    """The services by subject."""

    feeds: Feeds
    following: Following  # The feeds that the reader follows
    papers: Papers
    library: Keeper  # The bookmarks
    marks: Marks  # Read marks and the state remembered between visits
    finder: Finder  # Search over everything stored
    checks: Checks
    prefetcher: Prefetcher
    hooks: Hooks
    open_back_room: OpenBackRoom  # Opens rarely used services, see `papertui.desk.backroom.back_room`
