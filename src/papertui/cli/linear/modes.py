"""The modes of the terminal on POSIX systems: single keys without echo, or whole lines."""

from __future__ import annotations

import termios
import tty

_STDIN = 0


class TerminalModes:
    """Remembers the modes as they were found."""

    def __init__(self) -> None:
        self._found = termios.tcgetattr(_STDIN)

    def read_keys(self) -> None:
        """Deliver each key at once, without echo. Ctrl+C and Ctrl+Z stay signals."""
        tty.setcbreak(_STDIN)

    def restore(self) -> None:
        termios.tcsetattr(_STDIN, termios.TCSADRAIN, self._found)
