"""Start other programs: the editor, a PDF viewer, hooks."""

from __future__ import annotations

import os
import selectors
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO

from papertui.errors import StoreError, UsageError
from papertui.model.safe_text import safe

# --- the editor --------------------------------------------------------------------------------------

_USUAL = "vi"


def edit_file(path: Path, environ: Mapping[str, str]) -> str:
    """Open a file in the editor named by ``$VISUAL`` or ``$EDITOR``; blocks until it exits.

    Returns:
        A sentence on why that failed; empty on success.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - the user's editor
    except (OSError, ValueError) as error:
        return f"The editor “{command}” cannot be started: {error}. Set EDITOR to the one you use."
    return f"The editor “{command}” ended with status {done.returncode}." if done.returncode else ""


# --- commands that get a text ------------------------------------------------------------------------


def pipe_text(command: str, text: str, environ: Mapping[str, str]) -> str:
    """Run a command of the shell in the terminal, with `text` on its input; blocks until it exits.

    Afterwards it waits for Enter, so that what the command printed can be read.

    Returns:
        A sentence on why it failed; empty on success.
    """
    shell = environ.get("SHELL") or "/bin/sh"
    with tempfile.TemporaryFile() as file:  # a command may stop reading at any time
        file.write(text.encode())
        file.seek(0)
        try:
            done = subprocess.run([shell, "-c", command], stdin=file, check=False)  # noqa: S603 - the user's command
        except OSError as error:
            return f"The shell “{shell}” cannot be started: {error}. Set SHELL to the one you use."
    if sys.stdin.isatty():
        with suppress(EOFError, KeyboardInterrupt):
            input("\nPress Enter to return to papertui.")
    return f"“{command}” ended with status {done.returncode}." if done.returncode else ""


# --- the PDF viewer ----------------------------------------------------------------------------------

#: Seconds in which a viewer that cannot show the file usually exits.
_SOON = 1.5
_PLACE = "{file}"


class Viewer:
    """The user's PDF viewer.

    Args:
        command: a program and its arguments, with ``{file}`` for the file; empty for the default of the platform.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or (("open",) if sys.platform == "darwin" else ("xdg-open",))

    def show(self, file: Path) -> bool:
        """Show a file and leave the viewer running. Returns whether it could be started.

        Blocks briefly: a program that cannot show the file usually exits at once.
        """
        path = str(file.absolute())  # absolute, so that a name with a leading hyphen is not an option
        given = [part.replace(_PLACE, path) for part in self._command]
        if not any(_PLACE in part for part in self._command):
            given.append(path)
        try:
            # The user's program, from the settings.
            process = subprocess.Popen(  # noqa: S603
                [os.path.expanduser(given[0]), *given[1:]],  # noqa: PTH111 - a program's name need not be a path
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError):
            return False
        try:
            return process.wait(_SOON) == 0
        except subprocess.TimeoutExpired:
            # It shows the file. A thread waits for it to end; otherwise it would remain as a zombie.
            threading.Thread(target=process.wait, daemon=True).start()
            return True


# --- programs with a time limit ----------------------------------------------------------------------

#: Bytes kept from the end of a program's stderr.
_TAIL = 4096
#: Seconds between two checks whether to stop the program, and whether it ended without closing its stderr.
_LOOK = 0.05
#: Seconds between SIGTERM and SIGKILL.
_GRACE = 0.5
_PIECE = 65536


def run_program(
    command: Sequence[str], data: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
) -> str:
    """Run a program and return what went wrong; empty on success. Blocks for `seconds` at most.

    The program leads a new process group, and the whole group is killed at the limit. Processes that it leaves behind
    when it ends within the limit go on running. Its stdout is discarded.

    Args:
        command: the program and its arguments.
        data: the data for its stdin.
        variables: environment variables, added to those of this process.
        seconds: the time limit.
        stop: stops the program before the limit when it is set.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's program, from the settings
            [os.path.expanduser(command[0]), *command[1:]],  # noqa: PTH111 - a program's name need not be a path
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **variables},
            bufsize=0,
        )
    except OSError as error:
        return f"could not be started: {error.strerror or error}"
    except ValueError as error:
        return f"could not be started: {error}"
    pipes, until = _ProcessPipes(process, data), monotonic() + seconds
    try:
        while process.poll() is None and monotonic() < until and not stop.is_set():
            pipes.go_on(min(_LOOK, max(until - monotonic(), 0)))
        in_time = process.returncode is not None
        if in_time:
            pipes.finish(until)
    finally:
        pipes.close()
        if process.returncode is None:
            _end(process)
    if not in_time:
        if stop.is_set():
            return "was stopped before it finished"
        return f"took longer than {seconds:g} seconds and was stopped"
    if process.returncode == 0:
        return ""
    how = f"ended with status {process.returncode}"
    if process.returncode < 0:
        how = f"was killed by {_signal_name(-process.returncode)}"
    lines = pipes.stderr.decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"{how}: {last}" if last else how


class _ProcessPipes:
    """The pipes to and from a program, read and written without blocking."""

    def __init__(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        self.stderr = b""
        self._process = process
        self._rest = memoryview(data)
        self._selector = selectors.DefaultSelector()
        if process.stdin is None or process.stderr is None:
            raise AssertionError("stdin and stderr must be pipes")
        self._writing, self._reading = process.stdin, process.stderr
        for pipe, what in ((self._writing, selectors.EVENT_WRITE), (self._reading, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, what)

    def go_on(self, seconds: float) -> None:
        """Write one piece and read one piece, waiting for `seconds` at most."""
        if not self._selector.get_map():  # its stderr is closed: it is about to end, or goes on without output
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        for key, _ in self._selector.select(seconds) if self._selector.get_map() else ():
            if key.fileobj is self._writing:
                self._rest = _written(self._writing, self._rest)
                if not self._rest:
                    self._selector.unregister(self._writing)
                    self._writing.close()
            elif self._take() == b"":
                self._selector.unregister(self._reading)

    def finish(self, until: float) -> None:
        """Read the rest of the pipe until a deadline; a process left behind may hold it open."""
        while self._take() and monotonic() < until:
            pass

    def close(self) -> None:
        self._selector.close()
        for pipe in (self._writing, self._reading):
            with suppress(OSError):
                pipe.close()

    def _take(self) -> bytes | None:
        piece = _read(self._reading)
        self.stderr = (self.stderr + (piece or b""))[-_TAIL:]
        return piece


def _written(pipe: IO[bytes], rest: memoryview) -> memoryview:
    try:
        return rest[os.write(pipe.fileno(), rest[:_PIECE]) :]
    except BlockingIOError:
        return rest
    except OSError:  # the program has closed its stdin
        return rest[:0]


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next piece; empty at the end, ``None`` while there is nothing to read."""
    try:
        return os.read(pipe.fileno(), _PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and its process group, first with SIGTERM."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        # Nobody has waited for it yet, so its process id and group id cannot belong to another process.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, how)
        if how == signal.SIGTERM:
            # Not `wait`, which would free the process id while the group may still be running.
            until = monotonic() + _GRACE
            while monotonic() < until and not _is_done(process.pid):
                threading.Event().wait(0.01)
    process.wait()


def _is_done(number: int) -> bool:
    """Whether a child has ended; it remains to be waited for."""
    try:
        return os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# --- editing a text ----------------------------------------------------------------------------------


def note_file(text: str) -> Path:
    """A temporary file with a note, for an editor. Its mode is 0600: notes are private.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{text}\n" if text else "")
        except OSError:
            os.unlink(name)  # noqa: PTH108 - a name, not a path
            raise
    except OSError as error:
        raise StoreError(
            f"The note cannot be edited, because no temporary file can be written: {error.strerror or error}. "
            "Set TMPDIR to a folder with free space."
        ) from error
    return Path(name)


def edit_text(text: str, environ: Mapping[str, str]) -> str:
    """Let the reader edit `text` in ``$VISUAL`` or ``$EDITOR``; the terminal must be free.

    Blocks until the editor ends. If it fails after something was written, the file is kept, and the error message
    names it.

    Raises:
        UsageError: there is no such program, or it failed.
        StoreError: no temporary file can be written.
    """
    before = f"{text}\n" if text else ""
    path = note_file(text)
    why = edit_file(path, environ)
    try:
        after = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(why or f"The edited file cannot be read: {error.strerror}.") from error
    if why and after != before:
        raise UsageError(f"{why} Your text is in {path}.")
    path.unlink(missing_ok=True)
    if why:
        raise UsageError(f"{why} The note is unchanged.")
    return safe(after).strip("\n")
