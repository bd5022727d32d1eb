"""Running a program to its end, with a limit: what it is told goes to its stdin, its last complaint comes back."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import IO

#: So much of what a program complains is looked at, its end.
_TAIL = 4096
#: Seconds between two looks whether the program is to be ended, or has ended without closing its stderr.
_LOOK = 0.05
#: Seconds to end by itself when it is asked to.
_GRACE = 0.5
_PIECE = 65536


def run(
    command: Sequence[str], told: bytes, variables: Mapping[str, str], seconds: float, stop: threading.Event
) -> str:
    """Runs a program; returns what went wrong, empty when nothing did. Blocks, and never longer than the limit.

    The program leads a process group of its own, which is ended as a whole at the limit. What it leaves behind when it
    ends by itself lives on. Its output goes nowhere.

    Args:
        command: the program and its arguments.
        told: what it reads from its stdin.
        variables: put over the environment variables of this process.
        seconds: how long it may take.
        stop: ends it before that when it is set.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the reader's own program, as the settings name it
            [os.path.expanduser(command[0]), *command[1:]],  # noqa: PTH111 - the name of a program is no path as yet
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
    talk, until = _Talk(process, told), monotonic() + seconds
    try:
        while process.poll() is None and monotonic() < until and not stop.is_set():
            talk.go_on(min(_LOOK, max(until - monotonic(), 0)))
        in_time = process.returncode is not None
        if in_time:
            talk.finish(until)
    finally:
        talk.close()
        if process.returncode is None:
            _end(process)
    if not in_time:
        return (
            "was ended before it was done" if stop.is_set() else f"took longer than {seconds:g} seconds and was ended"
        )
    if process.returncode == 0:
        return ""
    how = f"ended with status {process.returncode}"
    if process.returncode < 0:
        how = f"was ended by {_signal_name(-process.returncode)}"
    lines = talk.complaint.decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"{how}: {last}" if last else how


class _Talk:
    """What goes to a program and comes from it, without ever waiting for it."""

    def __init__(self, process: subprocess.Popen[bytes], told: bytes) -> None:
        self.complaint = b""
        self._process = process
        self._rest = memoryview(told)
        self._pipes = selectors.DefaultSelector()
        if process.stdin is None or process.stderr is None:
            raise AssertionError("both pipes were asked for")
        self._writing, self._reading = process.stdin, process.stderr
        for pipe, what in ((self._writing, selectors.EVENT_WRITE), (self._reading, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            self._pipes.register(pipe, what)

    def go_on(self, seconds: float) -> None:
        """Whatever can be done within some seconds: one piece there, one back."""
        if not self._pipes.get_map():  # it closed its stderr: it ends now, or goes on in silence
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        for key, _ in self._pipes.select(seconds) if self._pipes.get_map() else ():
            if key.fileobj is self._writing:
                self._rest = _written(self._writing, self._rest)
                if not self._rest:
                    self._pipes.unregister(self._writing)
                    self._writing.close()
            elif self._take() == b"":
                self._pipes.unregister(self._reading)

    def finish(self, until: float) -> None:
        """Takes what is still in the pipe; a program that was left behind may hold it open."""
        while self._take() and monotonic() < until:
            pass

    def close(self) -> None:
        """Closes the pipes."""
        self._pipes.close()
        for pipe in (self._writing, self._reading):
            with suppress(OSError):
                pipe.close()

    def _take(self) -> bytes | None:
        piece = _read(self._reading)
        self.complaint = (self.complaint + (piece or b""))[-_TAIL:]
        return piece


def _written(pipe: IO[bytes], rest: memoryview) -> memoryview:
    try:
        return rest[os.write(pipe.fileno(), rest[:_PIECE]) :]
    except BlockingIOError:
        return rest
    except OSError:  # it reads no further, which is its own business
        return rest[:0]


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next piece; empty at the end, ``None`` while there is none."""
    try:
        return os.read(pipe.fileno(), _PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program and all that it started, first politely."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        # It is not waited for yet, so its number, and that of its group, is still its own.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, how)
        if how == signal.SIGTERM:
            # Not `wait`, which would give the number back while the group may live on.
            until = monotonic() + _GRACE
            while monotonic() < until and not _is_done(process.pid):
                threading.Event().wait(0.01)
    process.wait()


def _is_done(number: int) -> bool:
    """Whether a child has ended; it stays to be waited for."""
    try:
        return os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
