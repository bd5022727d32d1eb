"""The search line with the number of matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from papertui.search.completion import CompletionValues, complete
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import make_styles
from papertui.tui.widgets.text_line import TextLine

_HINT = "search titles, authors, abstracts"
#: Cells before the typed text.
_INDENT = 3
#: Space for the tally is reserved in steps of this many cells.
_STEP = 16
#: Cells that stay for the typed text, on a line of the usual width and on a short one.
_TYPED, _TYPED_LEAST = 36, 18


class TallyPart(NamedTuple):
    """A part of the tally."""

    words: str
    #: What a click on it runs.
    action: str = ""
    #: Whether a click removes it; this is shown by a sign.
    is_removable: bool = False
    #: The parts with the greatest number are left out first.
    rank: int = 0


class Typing(NamedTuple):
    """What the line calls while one types. Calls, not messages: a letter and its matches appear in one frame."""

    typed: Callable[[str], None]
    #: Returns the values that complete filters.
    values: Callable[[], CompletionValues]
    #: Accepts a completion; returns whether there was one.
    complete: Callable[[], bool]
    #: Removes the chosen past search; returns whether one was chosen.
    remove: Callable[[], bool]


class _Suggester(Suggester):
    """Suggests completions of fields and filters: ``aut`` → ``author:``, ``is:un`` → ``is:unread``."""

    def __init__(self, values: Callable[[], CompletionValues]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._values())


class _SearchInput(TextLine):
    """The input. Its size is fixed, so that typing never lays out the screen again."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(self, typing: Typing) -> None:
        # A blinking cursor would wake the program twice a second.
        super().__init__(_HINT, compact=True, suggester=_Suggester(typing.values))
        self.cursor_blink = False
        self._bindings.key_to_bindings.pop("ctrl+e", None)  # the main screen has it; End does the same here
        self._typing = typing

    async def on_key(self, event: events.Key) -> None:
        """Accept a completion with Tab; without one, Tab goes to the next pane as usual."""
        if event.key == "tab" and self._typing.complete():
            pass
        elif event.key == "tab" and self._suggestion and self.cursor_at_end:
            self.action_cursor_right()
        elif event.key in ("delete", "shift+delete") and self._typing.remove():
            pass
        else:
            return
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        self.post_message(SearchBox.Pasted(event.text))  # handled after the text is in the line

    def watch_value(self, value: str) -> None:
        """Report the typed text.

        By a call, not by a message: a message takes four turns of the event loop, and the matches would be painted two
        frames after the letter.
        """
        if self.parent is not None:
            self.parent.set_class(bool(value), SearchBox.FILLED)
        self._typing.typed(value)


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

    #: The class of a line with text.
    FILLED: ClassVar[str] = "-filled"

    class PartClicked(Message):
        """A part of the tally was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Pasted(Message):
        """Text was pasted into the line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    #: What is called while one types; set before the input is mounted.
    typing: Typing

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._slash = glyphs.slash
        self._ellipsis = glyphs.ellipsis
        self._dot = f" {glyphs.dot} "
        self._cross = " ×" if glyphs.is_unicode else " x"
        self._tally: tuple[TallyPart, ...] = ()
        self._input: Input | None = None
        self._room = 0

    async def prepare(self) -> Input:
        """Mount the input if needed; return it."""
        if self._input is None:
            self._input = _SearchInput(self.typing)
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
        self.show_tally([TallyPart(f"{words} {self._ellipsis}")])

    def show_tally(self, tally: Sequence[TallyPart]) -> None:
        """Show the tally: what is searched and shown, and the number of papers. Parts without words are left out."""
        parts = tuple(part for part in tally if part.words)
        if parts != self._tally:
            self._tally = parts
            self._leave_room()
            self.refresh()

    def _words(self, part: TallyPart) -> str:
        return f"{part.words}{self._cross}" if part.is_removable else part.words

    def _fitting(self) -> list[TallyPart]:
        """Return the parts that leave room for the text."""
        shown = list(self._tally)
        width = self.outer_size.width
        typed = cell_len(_HINT) if self._input is None else min(_TYPED, max(_TYPED_LEAST, width // 3))
        room = width - _INDENT - typed - 2
        while len(shown) > 1 and self._cells(shown) > room:
            shown.remove(max(reversed(shown), key=lambda part: part.rank))
        return shown

    def _cells(self, parts: Sequence[TallyPart]) -> int:
        return sum(cell_len(self._words(part)) + len(self._dot) for part in parts) - len(self._dot)

    def _leave_room(self) -> None:
        # In steps, because each change lays out the whole screen again.
        room = -(-(self._cells(self._fitting()) + 2) // _STEP) * _STEP
        if self._input is not None and room != self._room:
            self._room = room
            self._input.styles.margin = (0, room, 0, 0)

    def on_resize(self) -> None:
        self._leave_room()

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        place = self.outer_size.width - 1
        for part in reversed(self._fitting()):
            end, place = place, place - cell_len(self._words(part))
            if part.action and place <= event.screen_x - self.region.x < end:
                self.post_message(self.PartClicked(part.action))
                return
            place -= len(self._dot)
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
        parts = self._fitting()
        room = max(0, width - _INDENT - cell_len(hint) - 2)
        tally = [Segment(cut(self._dot.join(map(self._words, parts)), room, self._ellipsis), styles.faint)]
        if self._cells(parts) <= room:
            tally = []
            for part in parts:
                tally += [Segment(self._dot, styles.faint)] if tally else []
                tally.append(Segment(part.words, styles.primary if part.is_removable else styles.faint))
                tally.append(Segment(self._cross if part.is_removable else "", styles.faint))
        gap = width - _INDENT - cell_len(hint) - sum(cell_len(segment.text) for segment in tally) - 1
        line = [
            Segment(f" {self._slash} ", styles.name if self.is_typing else styles.faint),
            Segment(hint, styles.faint),
            Segment(" " * max(1, gap)),
            *tally,
        ]
        return [filled(line, base, width).crop(crop.x, crop.right)][: crop.height]
