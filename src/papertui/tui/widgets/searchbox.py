"""The search line: always there, one key away, and telling how much was found."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from papertui.core.search.completion import Known, completed
from papertui.tui.looks import looks
from papertui.tui.typeset import cut, filled

_HINT = "search titles, authors, abstracts"
#: Cells before the typed text.
_INDENT = 3
#: The tally is given room in steps of so many cells.
_STEP = 16


class _Completion(Suggester):
    """Shows behind the cursor how a filter goes on: ``aut`` → ``author:``, ``is:un`` → ``is:unread``."""

    def __init__(self, known: Callable[[], Known]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        """What the text may become."""
        return completed(value, self._known())


class _Line(Input):
    """The input, in a place of its own size: what is typed never has the screen laid out anew."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, typed: Callable[[str], None], known: Callable[[], Known]) -> None:
        # A cursor that blinks wakes the program twice a second for nothing.
        super().__init__(placeholder=_HINT, compact=True, select_on_focus=False, suggester=_Completion(known))
        self.cursor_blink = False
        self._typed = typed

    async def on_key(self, event: events.Key) -> None:
        """Tab takes what is shown behind the cursor; without that it goes to the next pane, as everywhere."""
        if event.key == "tab" and self._suggestion and self.cursor_at_end:
            event.stop()
            event.prevent_default()
            self.action_cursor_right()

    def watch_value(self, value: str) -> None:
        """Tells what is typed now.

        By a call, not by a message: that would take four turns of the loop, and what was found would be painted two
        frames after the letter.
        """
        self._typed(value)


class SearchBox(Widget):
    """A line to type in, and what came of it.

    The line draws itself; the input is put into it when it is first needed, or when the program is at rest: it is
    the dearest part of the screen, and nobody types before there is something to see.
    """

    DEFAULT_CSS = """
    SearchBox { height: 1; layout: horizontal; padding-left: 3; }
    SearchBox Input { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
    SearchBox Input:focus { border: none; background-tint: transparent 0%; }
    """

    def __init__(self, typed: Callable[[str], None], known: Callable[[], Known], *, slash: str, ellipsis: str) -> None:
        """Calls `typed` at every change; `known` tells what a filter can be completed to."""
        super().__init__()
        self._typed = typed
        self._known = known
        self._slash = slash
        self._ellipsis = ellipsis
        self._tally = ""
        self._input: Input | None = None
        self._room = 0

    async def prepare(self) -> Input:
        """Puts the input into the line, if it is not there yet."""
        if self._input is None:
            self._input = _Line(self._typed, self._known)
            self._leave_room()
            await self.mount(self._input)
        return self._input

    @property
    def is_typing(self) -> bool:
        """Whether keys go to the search line."""
        return self._input is not None and self._input.has_focus

    @property
    def text(self) -> str:
        """What is typed."""
        return "" if self._input is None else self._input.value

    def put(self, text: str) -> None:
        """Searches for `text`, as if it had been typed."""
        if self._input is not None:
            self._input.value = text
            self._input.cursor_position = len(text)

    def clear(self) -> None:
        """Forgets what was typed."""
        if self._input is not None:
            self._input.value = ""

    def tell(self, tally: str) -> None:
        """Shows how many papers there are."""
        if tally != self._tally:
            self._tally = tally
            self._leave_room()
            self.refresh()

    def _leave_room(self) -> None:
        # In steps, because each change has the whole screen laid out anew.
        room = -(-(cell_len(self._tally) + 2) // _STEP) * _STEP
        if self._input is not None and room != self._room:
            self._room = room
            self._input.styles.margin = (0, room, 0, 0)

    async def on_click(self, event: events.Click) -> None:
        """A click in the line is a wish to search."""
        event.stop()
        (await self.prepare()).focus()

    def on_descendant_focus(self) -> None:
        """The sign before the text lights up while one types."""
        self.refresh()

    def on_descendant_blur(self) -> None:
        """And goes out."""
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The line, behind the input where there is one."""
        made = looks(self.app.theme_variables)
        width = self.outer_size.width
        base = made.ground
        hint = "" if self._input is not None else _HINT
        tally = cut(self._tally, max(0, width - _INDENT - cell_len(hint) - 2), self._ellipsis)
        gap = width - _INDENT - cell_len(hint) - cell_len(tally) - 1
        line = [
            Segment(f" {self._slash} ", made.name if self.is_typing else made.faint),
            Segment(hint, made.faint),
            Segment(" " * max(1, gap)),
            Segment(tally, made.faint),
        ]
        return [filled(line, base, width).crop(crop.x, crop.right)][: crop.height]
