"""What the terminal can show of pictures, and the pictures that it holds."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import subprocess
import termios
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from textual.message import Message

from papertui.pictures import iterm, kitty, sixel

#: Seconds in which the terminal answers before the first picture is drawn without it.
_LIMIT = 0.1
#: Seconds in which answers may still come, over a slow line, and are kept out of the keys.
_LATEST = 3.0
#: Pictures that the terminal holds at most.
_MOST = 24
#: Commands that are written at once, and the pause after them: keys are answered between them.
_AT_ONCE, _PAUSE = 16, 0.01
_TMUX_TIMEOUT = 1.0
#: The first of 256 colours that is the same in all themes of a terminal.
_FIRST_FIXED = 16
#: The size of a cell in pixels where nothing says it: rather too small, as a larger picture would cover other lines.
_USUAL_CELL = 8, 16
#: Terminals that print unknown commands as text.
_PRINTS_ALL = frozenset({"linux", "dumb", ""})


class TerminalAnswer(Message):
    """The terminal answered a question about pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Held(NamedTuple):
    """A picture that the terminal holds."""

    identity: int
    columns: int
    rows: int

    @property
    def colour(self) -> int:
        """The number of the colour of its cells, among 256."""
        return self.identity & 255

    @property
    def high(self) -> int:
        """The part of its identity that its cells say by a diacritic."""
        return self.identity >> 24


class TmuxFacts(NamedTuple):
    """How tmux is used."""

    is_control: bool = False  # another program draws its panes: `tmux -CC`
    passes: bool = True  # whether it passes commands through to the terminal


class TerminalPictures:
    """Asks the terminal once what it can, sends pictures to it and removes them.

    Args:
        environ: the environment variables.
        write: writes to the terminal.
        clock: seconds.
        tmux: returns how tmux is used; blocks.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        write: Callable[[str], None],
        *,
        clock: Callable[[], float] = monotonic,
        tmux: Callable[[], TmuxFacts] | None = None,
    ) -> None:
        self._environ = environ
        self._write = write
        self._clock = clock
        self._tmux = tmux or tmux_facts
        self._in_tmux = bool(environ.get("TMUX"))
        self._asked_at: float | None = None
        self._is_settled: asyncio.Event | None = None
        self._says_yes = False
        self._name = ""
        #: What the terminal can by DA1, once it has answered that.
        self._attributes: frozenset[str] | None = None
        self._cell: tuple[int, int] | None = None
        self._changed: Callable[[], None] | None = None
        self._held: OrderedDict[object, Held] = OrderedDict()
        self._turn = asyncio.Lock()
        #: Whether a picture is half sent.
        self._is_sending = False

    # --- asking --------------------------------------------------------------------------------------

    @property
    def awaits(self) -> bool:
        """Whether an answer may still come."""
        waits = self._asked_at is not None and not self._has_answered
        return waits and self._clock() < (self._asked_at or 0.0) + _LATEST

    @property
    def _has_answered(self) -> bool:
        """Whether the last question is answered. In tmux, which would answer it by itself, it is not asked."""
        return self._says_yes and bool(self._name) if self._in_tmux else self._attributes is not None

    async def ask(self) -> None:
        """Ask the terminal what it can, once. Nobody waits for the answer but the first picture."""
        if self._is_settled is not None:
            return
        self._is_settled = asyncio.Event()
        silent = self._environ.get("TERM", "") in _PRINTS_ALL or self._environ.get("STY")
        if silent or self._environ.get("TERM_PROGRAM") == "Apple_Terminal":
            self._is_settled.set()
            return
        if self._in_tmux:
            facts = await asyncio.to_thread(self._tmux)
            if facts.is_control or not facts.passes:
                self._is_settled.set()
                return
        self._asked_at = self._clock()
        questions = self._outside(kitty.QUESTION) + self._outside(kitty.NAME_QUESTION)
        if not self._in_tmux:
            questions += sixel.CELL_QUESTION + sixel.ATTRIBUTES_QUESTION
        self._write(questions)
        asyncio.get_running_loop().call_later(_LIMIT, self._is_settled.set)

    def note(self, answer: str) -> None:
        """Note an answer. The thread that reads the input calls it: the app may be busy, as it is at its start."""
        self._says_yes = self._says_yes or kitty.says_yes(answer)
        self._name = self._name or kitty.terminal_name(answer)
        self._cell = self._cell or sixel.cell_size(answer)
        if self._attributes is None:
            self._attributes = sixel.attributes(answer)

    def take(self, answer: str) -> None:
        """Take an answer of the terminal."""
        self.note(answer)
        if self._is_settled is None or not self._has_answered:
            return
        is_late = self._is_settled.is_set()
        self._is_settled.set()
        if is_late and self._changed is not None:
            self._changed()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` after an answer that nobody waited for any more, as over a slow line."""
        self._changed = changed

    async def settled(self) -> None:
        """Wait until the terminal has answered, or its time is over."""
        if self._is_settled is not None:
            await self._is_settled.wait()

    @property
    def places(self) -> bool:
        """Whether the terminal draws pictures in the place of placeholders."""
        name = self._name
        if not name and not self._in_tmux:  # in tmux, the variables are those of the terminal it was started in
            name = " ".join(self._environ.get(one, "") for one in ("TERM", "TERM_PROGRAM"))
        return self._says_yes and kitty.has_placeholders(name)

    @property
    def draws_alone(self) -> bool:
        """Whether the terminal draws a single picture, in iTerm2's protocol or in sixels."""
        return self._has_iterm or self._has_sixel

    @property
    def _has_iterm(self) -> bool:
        return iterm.is_supported(self._environ, self._name)

    @property
    def _has_sixel(self) -> bool:
        if self._attributes is None or not sixel.is_supported(self._attributes):
            return False
        from papertui.pictures.decoding import can_decode  # noqa: PLC0415 - not at the start

        return can_decode()

    @property
    def _cell_size(self) -> tuple[int, int]:
        """Width and height of a cell in pixels: what the window says now, else what was answered once."""
        with suppress(OSError, struct.error):
            packed = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
            rows, columns, width, height = struct.unpack("HHHH", packed)
            if columns and rows and width >= columns and height >= rows:
                return width // columns, height // rows  # xterm counts its border as well
        return self._cell or _USUAL_CELL

    @property
    def ratio(self) -> float:
        """How much higher than wide a cell is."""
        width, height = self._cell_size
        return min(max(height / width, 1.0), 4.0)

    # --- pictures ------------------------------------------------------------------------------------

    def held(self, key: object) -> Held | None:
        """Return the picture of a key if the terminal holds it."""
        if (found := self._held.get(key)) is not None:
            self._held.move_to_end(key)
        return found

    async def send(self, key: object, png: bytes, columns: int, rows: int) -> Held:
        """Send a picture and return how it is drawn; the one that was not drawn for longest may go for it.

        Args:
            key: what the picture is known by.
            png: a PNG file.
            columns: its width in cells.
            rows: its height in cells.
        """
        async with self._turn:
            if (found := self._held.get(key)) is not None:
                return found
            held = Held(self._free_identity(), columns, rows)
            self._held[key] = held
            while len(self._held) > _MOST:
                _, old = self._held.popitem(last=False)
                self._write(self._outside(kitty.deletion(old.identity)))
            # To its end, whoever stops waiting for it: the terminal takes no other picture in between.
            await asyncio.shield(self._write_all(kitty.transmission(held.identity, png, columns, rows)))
            return held

    async def _write_all(self, commands: Iterable[str]) -> None:
        self._is_sending = True
        batch: list[str] = []
        for command in commands:
            batch.append(self._outside(command))
            if len(batch) == _AT_ONCE:
                if not self._is_sending:
                    return  # the terminal was left meanwhile
                self._write("".join(batch))
                batch.clear()
                await asyncio.sleep(_PAUSE)
        if self._is_sending:
            self._write("".join(batch))
            self._is_sending = False

    def alone(self, data: bytes, columns: int, rows: int) -> Callable[[int, int], None]:
        """Return what draws one picture at a column and a line, over cells that stay empty. It takes its time.

        Raises:
            PictureError: it cannot be decoded, or is too large.
        """
        if self._has_iterm:
            drawn = iterm.drawing(data, columns, rows)
            return lambda column, row: self._write(iterm.at(column, row, drawn))
        from papertui.pictures.decoding import paletted  # noqa: PLC0415 - not at the start

        cell = self._cell_size
        picture = paletted(data, sixel.room((columns, rows), cell, self._name))
        pixels = sixel.drawing(picture)
        right, down = sixel.margins((columns, rows), cell, picture)
        return lambda column, row: self._write(sixel.at(column + right, row + down, pixels))

    def farewell(self) -> str:
        """Return what removes all pictures; they are to be sent again if they are drawn again."""
        end = "\x1b_Gm=0,q=2;\x1b\\" if self._is_sending else ""
        self._is_sending = False
        texts = [end, *(kitty.deletion(held.identity) for held in self._held.values())]
        self._held.clear()
        return "".join(self._outside(text) for text in texts if text)

    def _outside(self, command: str) -> str:
        return kitty.through_tmux(command) if self._in_tmux else command

    def _free_identity(self) -> int:
        """Return a number that cells can say by a diacritic and one of 256 colours.

        Of more colours, tmux and programs for remote terminals may make others.
        """
        used = {held.identity for held in self._held.values()}
        while True:
            high, low = os.urandom(2)  # another papertui in the same terminal takes other numbers
            if high and low >= _FIRST_FIXED and (identity := high << 24 | low) not in used:
                return identity


def tmux_facts() -> TmuxFacts:
    """Ask tmux how it is used. Blocks for a moment."""
    try:
        answer = subprocess.run(
            ["tmux", "display-message", "-p", "#{client_control_mode} #{allow-passthrough}"],  # noqa: S607 - the reader's
            timeout=_TMUX_TIMEOUT,
            check=False,
            capture_output=True,
            text=True,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return TmuxFacts(passes=False)
    control, _, passes = answer.rstrip("\n").partition(" ")
    # Before 3.3 there was no such option, and everything was passed through.
    return TmuxFacts(control == "1", bool(answer) and passes not in {"off", "0"})
