"""The search line with the number of matches."""

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

from papertui.search.language import CompletionValues, complete
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import make_styles
from papertui.tui.widgets.text_line import TextLine

_HINT = "search titles, authors, abstracts"
#: Cells before the typed text.
_INDENT = 3
#: Space for the tally is reserved in steps of this many cells.
_STEP = 16


class _Completion(Suggester):
    """Suggests completions of fields and filters: ``aut`` → ``author:``, ``is:un`` → ``is:unread``."""

    def __init__(self, values: Callable[[], CompletionValues]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._values())


class _SearchInput(TextLine):
    """The input. Its size is fixed, so that typing never lays out the screen again."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, typed: Callable[[str], None], values: Callable[[], CompletionValues]) -> None:
        # A blinking cursor would wake the program twice a second.
        super().__init__(_HINT, compact=True, suggester=_Completion(values))
        self.cursor_blink = False
        self._bindings.key_to_bindings.pop("ctrl+e", None)  # the main screen has it; End does the same here
        self._typed = typed

    async def on_key(self, event: events.Key) -> None:
        """Accept a suggestion with Tab; without one, Tab goes to the next pane as usual."""
        if event.key == "tab" and self._suggestion and self.cursor_at_end:
            event.stop()
            event.prevent_default()
            self.action_cursor_right()

    def watch_value(self, value: str) -> None:
        """Report the typed text.

        By a call, not by a message: a message takes four turns of the event loop, and the matches would be painted two
        frames after the letter.
        """
        self._typed(value)


class SearchBox(Widget):
    """The search line: an input and the number of matches.

    The line is drawn without an input at first; the input is mounted on first use or when the app is idle, because it
    is the most expensive widget to mount and nobody types before the first frame.
    """

    DEFAULT_CSS = """
    SearchBox { height: 1; layout: horizontal; padding-left: 3; }
    SearchBox Input { width: 1fr; height: 1; border: none; padding: 0; background: transparent; }
    SearchBox Input:focus { border: none; background-tint: transparent 0%; }
    """

    def __init__(
        self, typed: Callable[[str], None], values: Callable[[], CompletionValues], *, slash: str, ellipsis: str
    ) -> None:
        """Create the line; `typed` is called at every change, `values` returns the values that complete filters."""
        super().__init__()
        self._typed = typed
        self._values = values
        self._slash = slash
        self._ellipsis = ellipsis
        self._tally = ""
        self._input: Input | None = None
        self._room = 0

    async def prepare(self) -> Input:
        """Mount the input if needed; return it."""
        if self._input is None:
            self._input = _SearchInput(self._typed, self._values)
            self._leave_room()
            await self.mount(self._input)
        return self._input

    @property
    def is_typing(self) -> bool:
        """Whether the search line has the focus."""
        return self._input is not None and self._input.has_focus

    @property
    def text(self) -> str:
        """The typed text."""
        return "" if self._input is None else self._input.value

    def put(self, text: str) -> None:
        """Search for `text` as if it had been typed."""
        if self._input is not None:
            self._input.value = text
            self._input.cursor_position = len(text)

    def clear(self) -> None:
        if self._input is not None:
            self._input.value = ""

    def show_activity(self, words: str) -> None:
        """Show what is being done instead of the tally."""
        self.show_tally(f"{words} {self._ellipsis}")

    def show_tally(self, tally: str) -> None:
        """Show the tally: the number of papers."""
        if tally != self._tally:
            self._tally = tally
            self._leave_room()
            self.refresh()

    def _leave_room(self) -> None:
        # In steps, because each change lays out the whole screen again.
        room = -(-(cell_len(self._tally) + 2) // _STEP) * _STEP
        if self._input is not None and room != self._room:
            self._room = room
            self._input.styles.margin = (0, room, 0, 0)

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        (await self.prepare()).focus()

    def on_descendant_focus(self) -> None:
        self.refresh()

    def on_descendant_blur(self) -> None:
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the line, which is behind the input when there is one."""
        styles = make_styles(self.app.theme_variables)
        width = self.outer_size.width
        base = styles.ground
        hint = "" if self._input is not None else _HINT
        tally = cut(self._tally, max(0, width - _INDENT - cell_len(hint) - 2), self._ellipsis)
        gap = width - _INDENT - cell_len(hint) - cell_len(tally) - 1
        line = [
            Segment(f" {self._slash} ", styles.name if self.is_typing else styles.faint),
            Segment(hint, styles.faint),
            Segment(" " * max(1, gap)),
            Segment(tally, styles.faint),
        ]
        return [filled(line, base, width).crop(crop.x, crop.right)][: crop.height]
