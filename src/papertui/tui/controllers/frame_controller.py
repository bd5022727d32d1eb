"""The last frame of a visit: taken when the app ends, and replaced by the live screen in one step at the next start."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

from textual.app import App
from textual.events import Key, Resize
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.worker import Worker, WorkerError

from papertui.instant import Shown
from papertui.model.format import day
from papertui.pictures.kitty import without_pictures
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.search_box import SearchBox

#: What is shown soon after the start: bookmarks, growth of votes, what is new.
_SHOWN_SOON = frozenset({"library", "learn"})
#: Seconds after which the live screen is shown even if something of it is missing.
_LONGEST_HOLD = 0.6
_LAST_SEEN = "last seen"


class FrameController:
    """Takes the last frame, and holds the live screen back until it can replace the last frame.

    Args:
        context: the screen.
        lists: the list.
        tabs: the tabs and the status, where a frame says when it was taken.
        search_box: a search is not continued at the next start.
        key_line: says it if the status has no room.
        shown: the frame that is on the terminal, if any.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        tabs: TabController,
        search_box: SearchBox,
        key_line: KeyLine,
        shown: Shown | None,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._tabs = tabs
        self._search_box = search_box
        self._key_line = key_line
        self._shown = shown
        self._hold = ExitStack()
        self._keys: deque[Key] = deque()
        self._typed = asyncio.Event()
        self._acting: Key | None = None
        self._theme = ""
        #: The frame of the moment when the reader quit; ``None`` if the next start shows something else.
        self.taken: bytes | None = None

    # --- at the start --------------------------------------------------------------------------------

    def hold(self) -> None:
        """Paint nothing yet if the last frame is on the terminal: a part of the live screen would be less."""
        self._theme = self._screen.app.theme
        if self._shown is not None:
            self._hold.enter_context(self._screen.app.batch_update())

    def keeps(self, key: Key) -> bool:
        """Whether a key was typed over the last frame, and is kept until the live screen can act on it."""
        if self._shown is None or key is self._acting:
            return False
        self._keys.append(key)
        self._typed.set()
        return True

    def release_when_complete(self) -> None:
        """Replace the last frame when preview and bookmarks are there, or when a key waits for the live screen."""
        if self._shown is not None:
            in_background(self._screen, self._replace, group="frame")

    async def _replace(self) -> None:
        loading = [worker for worker in self._screen.workers if worker.group in _SHOWN_SOON]
        waits = [asyncio.create_task(self._typed.wait()), asyncio.create_task(_finished(loading))]
        await asyncio.wait(waits, timeout=_LONGEST_HOLD, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        # Lay everything out before it is painted: only then does the preview know its width.
        app = self._screen.app
        app.post_message(Resize(app.size, app.size))
        for node in (app, *self._screen.walk_children(), self._screen):
            await _caught_up(node)
        self._hold.close()
        self._screen.refresh()
        while self._keys:
            await self._act_on(self._keys.popleft())
        self._shown = None

    async def _act_on(self, key: Key) -> None:
        """Let the app act on a key, and wait until it has: a key with priority would overtake those before it."""
        app = self._screen.app
        self._acting = key
        app.post_message(key)
        await _caught_up(app)
        for node in (app.focused or app.screen).ancestors_with_self:
            await _caught_up(node)

    # --- at the end ----------------------------------------------------------------------------------

    def take(self) -> None:
        """Take the frame, if the app is where the next start opens it: at a list, with the theme of the settings."""
        app, state = self._screen.app, self._lists.state
        is_plain = not (self._lists.is_reading or self._search_box.text or state.selected or self._context.start.demo)
        is_plain = is_plain and not self._screen.has_class("-side-over")
        if not is_plain or app.screen is not self._screen or app.theme != self._theme:
            return
        words = f"{_LAST_SEEN} {day(self._context.today, self._context.today)}"
        self._context.notice.dismiss()
        self._tabs.show(words)
        strips = self._render()
        if strips and words not in strips[0].text:
            self._key_line.show([KeyHint(words, "")])
            strips = self._render()
        self.taken = frame_of(app, strips) or None

    def _render(self) -> list[Strip]:
        return self._screen._compositor.render_strips()  # noqa: SLF001 - Textual has no other way to the lines


def frame_of(app: App[None], strips: list[Strip]) -> bytes:
    """Return what draws the lines on a terminal; empty if they hold more than text and colours."""
    if any(segment.control for strip in strips for segment in strip):
        return b""
    lines = (f"\x1b[{row};1H{without_pictures(strip.render(app.console))}" for row, strip in enumerate(strips, 1))
    return "".join(lines).encode("utf-8", "replace")


async def _finished(workers: Sequence[Worker[Any]]) -> None:
    with suppress(WorkerError):  # reported where it failed
        # Cancelling a wait cancels the worker itself: a key over the last frame would leave the bookmarks unread.
        await asyncio.gather(*(asyncio.shield(worker.wait()) for worker in workers))


async def _caught_up(pump: MessagePump) -> None:
    """Wait until all messages so far were handled; not for ever, as one of them may wait for the reader."""
    reached = asyncio.Event()
    pump.call_later(reached.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(reached.wait(), _LONGEST_HOLD)
