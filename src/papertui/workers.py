"""Processes that share the work of a large import with this one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process

#: Forking a process with threads is not safe.
CONTEXT = get_context("spawn")
#: More gain little: one process writes what they make.
_MOST = 4
#: How far workers step back behind other programs.
_NICE = 5


def worker_count() -> int:
    """Return how many workers this machine can run at once."""
    return min(os.cpu_count() or 1, _MOST)


def worker_pool(begin: Callable[..., None] | None = None, *args: object) -> ProcessPoolExecutor:
    """Return a pool of workers. They ignore Ctrl-C, which every process receives, and exit with this process.

    Args:
        begin: called in each worker.
        *args: passed to `begin`.
    """
    return ProcessPoolExecutor(worker_count(), CONTEXT, initializer=_obey, initargs=(begin, args))


def _obey(begin: Callable[..., None] | None, args: tuple[object, ...]) -> None:
    # An app that is open on the same machine must react to keys meanwhile.
    if sys.platform != "win32":
        os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin(*args)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
