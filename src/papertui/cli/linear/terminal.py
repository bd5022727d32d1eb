"""Keys and lines from a terminal, or lines from a pipe."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from papertui.cli.output import is_terminal, terminal_width, write
from papertui.model.format import cells, wrapped
from papertui.tui.keymap import key_name

if TYPE_CHECKING:
    from papertui.cli.linear.modes import TerminalModes

#: Seconds in which the rest of the sequence of a key follows Esc.
_ESCAPE_DELAY = 0.05
_SEQUENCES = {
    "[A": "up", "[B": "down", "[C": "right", "[D": "left", "OA": "up", "OB": "down", "OC": "right", "OD": "left",
    "[H": "home", "[F": "end", "OH": "home", "OF": "end", "[1~": "home", "[4~": "end", "[5~": "pageup",
    "[6~": "pagedown", "[Z": "shift+tab",
}  # fmt: skip
_CONTROLS = {"\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x1f": "ctrl+underscore"}
#: What a line of a script can be besides single keys.
_NAMED = frozenset({*_SEQUENCES.values(), "enter", "escape", "tab", "space", "backspace"})
_READ_SIZE = 4096


class SignalledError(Exception):
    """A signal ends papertui."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Terminal:
    """Reads single keys from a terminal. From a pipe it reads lines, so that a script can use the same keys.

    A line of a script is a command (``:sort votes``), a search (``/robots``), the name of a key (``enter``, ``ctrl+d``)
    or keys (``jjb``, ``g g``).
    """

    def __init__(self) -> None:
        self.is_interactive = sys.platform != "win32" and is_terminal(sys.stdin)
        self._bytes = b""
        self._keys: deque[str] = deque()
        self._answer: str | None = None
        self._modes: TerminalModes | None = None
        #: Called after papertui was suspended and continues.
        self.on_continue: Callable[[], None] = lambda: None

    # --- the terminal --------------------------------------------------------------------------------

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Read single keys within the block; restore the terminal after it, also when a signal ends it."""
        if sys.platform == "win32":
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)}
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _end)
        if self.is_interactive:
            from papertui.cli.linear.modes import TerminalModes  # noqa: PLC0415 - not on Windows

            signal.signal(signal.SIGTSTP, self._suspend)
            self._modes = TerminalModes()
            self._modes.read_keys()
        try:
            yield
        finally:
            if self._modes is not None:
                self._modes.restore()
            for number, handler in before.items():
                signal.signal(number, handler)

    if sys.platform != "win32":

        def _suspend(self, number: int, _: FrameType | None) -> None:
            if self._modes is not None:
                self._modes.restore()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)  # returns when the shell continues papertui
            signal.signal(number, self._suspend)
            if self._modes is not None:
                self._modes.read_keys()
            self.on_continue()

    @property
    def lines_per_page(self) -> int:
        """How many lines fit on the terminal with one to spare; 0 without a terminal, where nothing is paged."""
        if not self.is_interactive:
            return 0
        try:
            return max(3, os.get_terminal_size(0).lines - 2)
        except OSError:
            return 20

    # --- writing -------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        for line in self.broken(text):
            write(f"{line}\n", now=True)

    def broken(self, text: str) -> list[str]:
        """Return `text` in lines as wide as the terminal, which would break them inside words."""
        if not self.is_interactive or not text:
            return [text]
        width = terminal_width(os.environ)
        return [line for part in text.split("\n") for line in (wrapped(part, width) if cells(part) > width else [part])]

    # --- reading -------------------------------------------------------------------------------------

    def key(self) -> str | None:
        """Return the name of the next key; ``None`` at the end of the input."""
        if not self.is_interactive:
            return self._scripted_key()
        sign = self._sign()
        if sign != "\x1b":
            return sign and _key_of(sign)
        return self._after_escape()

    def line(self, prompt: str) -> str | None:
        """Ask for a line; ``None`` at the end of the input."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            return answer
        if not self.is_interactive:
            return _without_end(sys.stdin.readline())
        write(f"{prompt} ", now=True)
        if self._modes is not None:
            self._modes.restore()
        try:
            if b"\n" not in self._bytes:  # typed or pasted before the question was there
                self._bytes += os.read(0, _READ_SIZE)
            line, end, self._bytes = self._bytes.partition(b"\n")
        finally:
            if self._modes is not None:
                self._modes.read_keys()
        return _without_end((line + end).decode("utf-8", "replace"))

    def _sign(self) -> str | None:
        while True:
            if not self._bytes and not self._read():
                return None
            for size in range(1, 5):
                try:
                    sign = self._bytes[:size].decode()
                except UnicodeDecodeError:
                    continue
                self._bytes = self._bytes[size:]
                return sign
            self._bytes = self._bytes[1:]  # not UTF-8

    def _read(self) -> bool:
        data = os.read(0, _READ_SIZE)
        self._bytes += data
        return bool(data)

    def _after_escape(self) -> str:
        if not self._bytes and not select.select([0], [], [], _ESCAPE_DELAY)[0]:
            return "escape"
        sign = self._sign() or ""
        if sign not in {"[", "O"}:
            return f"alt+{_key_of(sign)}" if sign else "escape"
        text = sign
        while (more := self._sign()) is not None:
            text += more
            if more.isalpha() or more == "~":
                break
        return _SEQUENCES.get(text, f"escape {text}")

    def _scripted_key(self) -> str | None:
        while not self._keys:
            line = _without_end(sys.stdin.readline())
            if line is None:
                return None
            if line[:1] in {":", "/"}:
                self._answer = line[1:]
                return _key_of(line[0])
            self._keys.extend(_keys_of(line))
        return self._keys.popleft()


def _end(number: int, _: FrameType | None) -> None:
    raise SignalledError(number)


def _keys_of(line: str) -> list[str]:
    keys: list[str] = []
    for word in line.split():
        is_name = word.casefold() in _NAMED or (len(word) > 1 and "+" in word[1:-1])
        keys += [word.casefold()] if is_name else [_key_of(sign) for sign in word]
    return keys


def _key_of(sign: str) -> str:
    if sign in _CONTROLS:
        return _CONTROLS[sign]
    if len(sign) == 1 and sign < " ":
        return f"ctrl+{chr(ord(sign) + 96)}"
    return "space" if sign == " " else key_name(sign)


def _without_end(line: str) -> str | None:
    return line.rstrip("\r\n") if line else None
