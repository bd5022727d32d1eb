"""Run a program in a pseudo terminal and time it from outside: from a key to the frame that follows."""

from __future__ import annotations

import compileall
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import papertui

#: The end of a frame: end of synchronized output.
# https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
_FRAME_END = b"\x1b[?2026l"
#: The query for support of synchronized output, and the answer "yes".
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_PATIENCE = 20.0


def compiled() -> None:
    """Compile the package to bytecode, as for an installed package, whatever the environment variables say."""
    compileall.compile_dir(Path(papertui.__file__).parent, quiet=2)


class Terminal:
    """A child process on a pseudo terminal of `columns` x `rows`."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._seen = b""

    def until(self, needle: bytes, patience: float = _PATIENCE) -> float:
        """Return the seconds from the start until `needle` is in the output.

        Raises:
            TimeoutError: it did not appear.
        """
        deadline = time.perf_counter() + patience
        while needle not in self._seen:
            if not self._read(deadline - time.perf_counter()):
                raise TimeoutError(f"no {needle!r} within {patience} s; the end of the output: {self._seen[-400:]!r}")
        return time.perf_counter() - self.started

    def key(self, keys: bytes) -> float:
        """Return the seconds from pressing `keys` to the end of the next frame."""
        self.rest()
        self._seen = b""
        begun = time.perf_counter()
        os.write(self._fd, keys)
        while _FRAME_END not in self._seen:
            if not self._read(_PATIENCE):
                raise TimeoutError(f"no frame after {keys!r}")
        return time.perf_counter() - begun

    def settled(self, keys: bytes, quiet: float = 0.06) -> float:
        """Return the seconds from pressing `keys` to the end of the last frame before the screen is quiet."""
        self.rest()
        self._seen = b""
        begun = time.perf_counter()
        os.write(self._fd, keys)
        last = begun
        while self._read(_PATIENCE if last == begun else quiet):
            if _FRAME_END in self._seen:
                last, self._seen = time.perf_counter(), b""
        return last - begun

    def forget(self) -> None:
        """Wait until the screen is quiet, and discard the output so far."""
        self.rest()
        self._seen = b""

    def press(self, keys: bytes) -> None:
        """Press `keys` without waiting."""
        os.write(self._fd, keys)

    def rest(self, quiet: float = 0.03) -> None:
        """Wait until the screen is quiet."""
        while self._read(quiet):
            pass

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, patience))
        if not ready:
            return False
        try:
            chunk = os.read(self._fd, 1 << 16)
        except OSError:
            return False
        if _ASKED in chunk:
            os.write(self._fd, _ANSWER)
        self._seen += chunk
        return bool(chunk)

    @property
    def seen(self) -> bytes:
        """The output since the last key."""
        return self._seen

    def memory(self) -> float:
        """Return the resident memory of the process in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def end(self) -> None:
        """Kill the child process."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
