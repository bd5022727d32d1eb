"""What the controllers of a screen share: how it was started, how to speak to the reader, what is going on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from papertui.model.feed import FeedName
from papertui.services.types import Clock
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap
from papertui.tui.widgets.notice_line import NoticeLine


class StartOptions(NamedTuple):
    """How the app was started."""

    feed: FeedName  # the first feed to show
    offline: bool = False  # never use the network
    demo: bool = False  # show only the bundled feed
    welcomes: bool = False  # welcome the reader if papertui was never used here

    @property
    def uses_network(self) -> bool:
        return not (self.offline or self.demo)


class ScreenContext(NamedTuple):
    """The screen for workers, timers and focus, and how to speak to the reader."""

    screen: Screen[None]
    notice: NoticeLine
    keys: Keymap
    glyphs: Glyphs
    now: Clock
    start: StartOptions

    @property
    def today(self) -> date:
        """The current day, UTC. It changes while the app is open."""
        return self.now().date()


def in_background(
    node: DOMNode,
    work: Callable[..., Coroutine[Any, Any, object]],
    *args: object,
    group: str,
    exclusive: bool = False,
    **named: object,
) -> None:
    """Run `work` with its arguments in a worker of `node`, instead of the others of its group if it is exclusive.

    The coroutine is made when the worker runs: quitting cancels workers, and a coroutine that never runs is a warning.
    """
    call: Callable[[], Coroutine[None, None, object]] = partial(work, *args, **named)
    _: Worker[object] = node.run_worker(call, group=group, exclusive=exclusive)


#: Seconds between two frames of the spinner.
_FRAME = 0.1


class Activity:
    """The activities of a screen."""

    def __init__(self, screen: Screen[Any], glyphs: Glyphs, show: Callable[[], None]) -> None:
        """Create it; `show` draws `words` and is called for every frame."""
        self._screen = screen
        self._frames = glyphs.spin
        self._show = show
        self._running: list[str] = []
        self._frame = 0
        self._timer: Timer | None = None
        #: Set while nothing is going on.
        self.is_idle = asyncio.Event()
        self.is_idle.set()

    @property
    def is_running(self) -> bool:
        return bool(self._running)

    @property
    def words(self) -> str:
        """The spinner with the oldest activity; empty while nothing is going on."""
        return f"{self._frames[self._frame % len(self._frames)]} {self._running[0]}" if self._running else ""

    @contextmanager
    def running(self, words: str) -> Iterator[None]:
        """Show `words` while the block runs."""
        self._running.append(words)
        self.is_idle.clear()
        if self._timer is None:
            self._timer = self._screen.set_interval(_FRAME, self._spin)
        self._show()
        try:
            yield
        finally:
            self._running.remove(words)
            if not self._running:
                self.is_idle.set()
                self._timer.stop()
                self._timer = None
            if self._screen.is_running:
                self._show()

    def _spin(self) -> None:
        self._frame += 1
        self._show()
