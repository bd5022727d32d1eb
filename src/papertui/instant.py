"""The last frame: what the screen showed at the end of the last visit, shown again before the app is loaded.

The command line calls `show` before anything else, so this module imports next to nothing. From then on the terminal is
as the app uses it: keys are not echoed, and wait in the terminal until the app reads them. The app takes over with
`Shown.hand_over`; if it never does, `Shown.end` leaves the terminal as it was.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32

from papertui import __version__

TYPE_CHECKING = False  # as in `typing`, whose import would cost more than all of the frame
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

try:
    import termios
except ImportError:  # Windows, where no frame is shown
    _has_terminals = False
else:
    _has_terminals = True

#: The name of the file in the folder of the cache.
FILE = "last-frame"
#: The environment variable that turns it off with ``0``.
VARIABLE = "PAPERTUI_INSTANT"
#: Synchronized output, alternate screen, hidden cursor, no line wrap: before and after the lines of a frame.
# https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
_BEGIN, _END = b"\x1b[?2026h\x1b[?1049h\x1b[?25l\x1b[?7l", b"\x1b[0m\x1b[?2026l"
_RESTORE = b"\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
#: What the app turns on besides: keys as of kitty, mouse, focus and pastes.
_RESTORE_INPUT = b"\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l"
_MAGIC = b"papertui frame 1"
#: Bytes of a larger file are not shown; 300 x 80 cells that all have different colours need about as many.
LARGEST = 1 << 20
#: The kind and the permissions in the mode of a file, and those of a private regular file.
_MODE, _PRIVATE = 0o170077, 0o100000
#: The command lines that open the app where it was left.
_PLAIN = ((), ("--offline",))
#: With another value of one of these, the app may look different or show other papers.
_VARIABLES = (
    "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLORFGBG", "TERM_PROGRAM", "LANG", "LC_ALL", "LC_CTYPE",
    "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_THEME", "TEXTUAL_DRIVER",
    "HOME", "PAPERTUI_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
)  # fmt: skip
_ENDING = ("SIGTERM", "SIGHUP")
#: Shells report a program that a signal ended with this number and that of the signal.
_SIGNALLED = 128


class Shown:
    """A frame on the terminal, until the app takes over or the start fails."""

    def __init__(self, attributes: list[Any]) -> None:
        #: The attributes of the terminal before the frame, as of `termios.tcgetattr`.
        self.attributes = attributes
        self._is_shown = True
        self._was_handed_over = False

    def hand_over(self) -> None:
        """The app restores the terminal from now on."""
        self._is_shown, self._was_handed_over = False, True

    def end(self) -> None:
        """Leave the terminal as it was, unless the app does."""
        if self._is_shown:
            self._is_shown = False
            self._restore(_RESTORE)

    def catch_signals(self) -> None:
        """Leave the terminal as it was when a signal ends or stops the program. The app catches them itself later."""
        import signal  # noqa: PLC0415 - not needed without a frame

        def end(number: int, _: object) -> None:
            self._restore(_RESTORE_INPUT + _RESTORE if self._was_handed_over else _RESTORE)
            os._exit(_SIGNALLED + number)

        def stop(*_: object) -> None:
            self.end()
            os.kill(os.getpid(), signal.SIGSTOP)

        for name in _ENDING:
            signal.signal(getattr(signal, name), end)
        signal.signal(signal.SIGTSTP, stop)

    def _restore(self, codes: bytes) -> None:
        try:
            termios.tcsetattr(0, termios.TCSANOW, self.attributes)
            _write(codes)
        except (OSError, termios.error):  # the terminal is gone
            pass


#: The frame that is on the terminal, if any.
_shown: Shown | None = None


def on_terminal() -> Shown | None:
    """The frame that this process shows."""
    return _shown


def show(argv: Sequence[str], environ: Mapping[str, str]) -> Shown | None:
    """Show the last frame if it is the one of this start.

    Args:
        argv: the arguments; with others than ``--offline`` something else is going to be opened.
        environ: the environment variables.

    Returns:
        The frame, if it is on the terminal now.
    """
    global _shown  # noqa: PLW0603 - the process has one terminal
    if not _has_terminals or tuple(argv) not in _PLAIN or environ.get(VARIABLE) == "0":
        return None
    try:
        if not all(map(os.isatty, (0, 1, 2))) or os.tcgetpgrp(0) != os.getpgrp():
            return None
        columns, rows = os.get_terminal_size(1)
        frame = read(os.path.join(cache_folder(environ), FILE), environ, columns, rows)  # noqa: PTH118 - light to import
        if frame is None:
            return None
        attributes = termios.tcgetattr(0)
        termios.tcsetattr(0, termios.TCSANOW, _quiet(attributes))
    except (OSError, termios.error):
        return None
    _shown = Shown(attributes)
    try:
        _shown.catch_signals()
        _write(_BEGIN + frame + _END)
    except OSError:
        _shown.end()
        _shown = None
    return _shown


def _quiet(attributes: list[Any]) -> list[Any]:
    """The attributes with which keys are neither echoed nor changed, as the app sets them; Ctrl+C ends the start."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, letters = attributes
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    letters = [*letters]
    letters[termios.VMIN] = 1
    for place in (termios.VSUSP, termios.VQUIT):  # Ctrl+Z waits for the app, which knows what to do
        letters[place] = b"\0"
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, letters]


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(2, rest) :]


# --- the file ----------------------------------------------------------------------------------------


def cache_folder(environ: Mapping[str, str]) -> str:
    """The folder of the cache, as `papertui.app.find_paths` finds it, without importing what that needs."""
    if home := environ.get("PAPERTUI_HOME"):
        return os.path.join(os.path.expanduser(home), "cache")  # noqa: PTH111, PTH118 - light to import
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/papertui")  # noqa: PTH111 - as above
    caches = environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")  # noqa: PTH111 - as above
    return os.path.join(caches, "papertui")  # noqa: PTH118 - as above


def identity(environ: Mapping[str, str], columns: int, rows: int, settings: str) -> str:
    """What must be the same at the next start for its first frame to look like this one, on one line.

    Args:
        environ: the environment variables.
        columns: the width of the terminal.
        rows: its height.
        settings: the path of the settings file.
    """
    try:
        status = os.stat(settings)  # noqa: PTH116 - light to import
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
    except OSError:
        stamp = (0, 0, 0)
    variables = [environ.get(name) for name in _VARIABLES]
    return repr((__version__, columns, rows, settings, stamp, variables))


def read(path: str, environ: Mapping[str, str], columns: int, rows: int) -> bytes | None:
    """Return the frame in a file; ``None`` if it belongs to another start, is damaged or not private."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or status.st_mode & _MODE != _PRIVATE or status.st_size > LARGEST:
            return None
        data = b""
        while chunk := os.read(handle, LARGEST):
            data += chunk
    except OSError:
        return None
    finally:
        os.close(handle)
    head, _, rest = data.partition(b"\n")
    if head != _head(rest):
        return None
    settings, belongs, frame = rest.split(b"\n", 2)
    expected = identity(environ, columns, rows, os.fsdecode(settings))
    return frame if belongs == os.fsencode(expected) else None


def composed(frame: bytes, belongs: str, settings: str) -> bytes:
    """The contents of the file for a frame, of which `belongs` is the `identity`."""
    rest = b"\n".join([os.fsencode(settings), os.fsencode(belongs), frame])
    return b"\n".join([_head(rest), rest])


def _head(rest: bytes) -> bytes:
    return b"%b %08x" % (_MAGIC, crc32(rest))
