"""What the controllers of the main screen share."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from textual.screen import Screen

from papertui.model.feed import FeedName
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.notice_line import NoticeLine


class StartOptions(NamedTuple):
    """How the app was started."""

    feed: FeedName  # the first feed to show
    offline: bool = False  # never use the network
    demo: bool = False  # show only the bundled feed

    @property
    def uses_network(self) -> bool:
        return not (self.offline or self.demo)


class ScreenContext(NamedTuple):
    """The screen for workers, timers and focus, and how to speak to the reader."""

    screen: Screen[None]
    notice: NoticeLine
    keys: Keymap
    glyphs: Glyphs
    today: date
    start: StartOptions
