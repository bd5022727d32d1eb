"""A program in a pseudo terminal, and the text on its screen after every piece of output."""

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len

_PATIENCE = 30.0
_SEQUENCE = re.compile(
    rb"\x1b\[(?P<row>\d+);(?P<column>\d+)H|\x1b\[(?P<mode>\?[\d;]*)(?P<on>[hl])|\x1b\[(?P<erase>[0-3]?)J"
    rb"|\x1b\[[\d;:<=>?$ ]*[a-zA-Z]|\x1b[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78c]"
)
#: What begins a string that ends with Esc and a backslash.
_STRINGS = (b"\x1b_", b"\x1bP", b"\x1b]")


class Screen:
    """The text on a terminal, as far as papertui uses one: moves, text, modes and clearing."""

    def __init__(self, columns: int, rows: int) -> None:
        self._size = columns, rows
        self.modes: set[str] = set()
        #: How often all was cleared, also by entering the alternate screen.
        self.clears = 0
        self._clear()
        self._rest = b""

    def _clear(self) -> None:
        columns, rows = self._size
        self._cells = [[" "] * columns for _ in range(rows)]
        self._at = [0, 0]

    @property
    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self._cells)

    def feed(self, data: bytes) -> None:
        data = self._rest + data
        # Half a sequence or half a character waits for the rest.
        cut = data.rfind(b"\x1b")
        end = len(data)
        if cut >= 0 and not _SEQUENCE.match(data, cut):
            end = cut
            before = data.rfind(b"\x1b", 0, cut)  # of a command that ends with Esc and a backslash
            if before >= 0 and data[before : before + 2] in _STRINGS:
                end = len(data) if _SEQUENCE.match(data, before) else before
        end = whole_end(data[:end])
        self._rest, data = data[end:], data[:end]
        place = 0
        for found in _SEQUENCE.finditer(data):
            self._write(data[place : found.start()])
            place = found.end()
            self._obey(found)
        self._write(data[place:])

    def _obey(self, found: re.Match[bytes]) -> None:
        if found["row"]:
            self._at = [int(found["row"]) - 1, int(found["column"]) - 1]
        elif found["mode"]:
            mode = found["mode"].decode()
            (self.modes.add if found["on"] == b"h" else self.modes.discard)(mode)
            if mode == "?1049":
                self.clears += found["on"] == b"h"
                self._clear()
        elif found["erase"] is not None:
            self.clears += 1
            self._clear()

    def _write(self, data: bytes) -> None:
        for char in data.decode("utf-8", "replace"):
            if char == "\n":
                self._at = [self._at[0] + 1, 0]
            elif char == "\r":
                self._at[1] = 0
            elif char.isprintable() and self._at[0] < len(self._cells) and self._at[1] < self._size[0]:
                row = self._cells[self._at[0]]
                width = cell_len(char)
                if width:
                    row[self._at[1]] = char
                if width > 1 and self._at[1] + 1 < self._size[0]:
                    row[self._at[1] + 1] = ""
                self._at[1] += width


def whole_end(data: bytes) -> int:
    """Return where the last whole character ends."""
    for back in range(1, min(4, len(data)) + 1):
        lead = data[-back]
        if lead >= 0xC0:
            size = 4 if lead >= 0xF0 else 3 if lead >= 0xE0 else 2
            return len(data) - back if size > back else len(data)
        if lead < 0x80:
            break
    return len(data)


class PseudoTerminal:
    """A child process on a pseudo terminal."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (100, 30)) -> None:
        self.screen = Screen(*size)
        #: The text of the screen after every piece of output.
        self.history: list[str] = []
        self.output = b""
        self.code: int | None = None
        # The size is set before the program starts, as a terminal does.
        controller, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(terminal)
        self._fd, self._terminal = controller, terminal
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
            for handle in (0, 1, 2):
                os.dup2(terminal, handle)
            os.execvpe(argv[0], list(argv), {"TERM": "xterm-256color", "COLORTERM": "truecolor", **env})

    def attributes(self) -> list[object]:
        """The attributes of the terminal."""
        return termios.tcgetattr(self._terminal)

    def set_size(self, columns: int, rows: int) -> None:
        """Make the terminal another size; the program is notified."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def press(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def kill(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def until(self, is_reached: Callable[[str], bool]) -> str:
        """Wait until the text of the screen is as wanted; return it."""
        deadline = time.monotonic() + _PATIENCE
        while not is_reached(self.screen.text):
            assert time.monotonic() < deadline, self.screen.text
            assert self.code is None, f"ended with {self.code}\n{self.screen.text}"
            self._read(0.05)
        return self.screen.text

    def until_output(self, data: bytes) -> None:
        """Wait until `data` was written, wherever on the screen."""
        self.until(lambda _: data in self.output)

    def until_text(self, text: str) -> str:
        return self.until(lambda screen: text in screen)

    def pass_time(self) -> None:
        """Let the program work for a moment, without reading what it writes."""
        time.sleep(0.05)

    def wait(self, *, reads: bool = True) -> int:
        """Wait until the program ends; return its exit code. `reads` is whether its output is read until then."""
        deadline = time.monotonic() + _PATIENCE
        while self.code is None:
            assert time.monotonic() < deadline, self.screen.text
            if reads:
                self._read(0.05)
            else:
                time.sleep(0.05)
                self._poll()
        while reads and self._read(0.05):
            pass
        return self.code

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], patience)
        if ready and (data := os.read(self._fd, 1 << 16)):
            self.output += data
            self.screen.feed(data)
            self._took(data)
            self.history.append(self.screen.text)
            return True
        self._poll()
        return False

    def _took(self, data: bytes) -> None:
        """React to output, as terminals do that answer questions."""

    def _poll(self) -> None:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)
        os.close(self._terminal)
