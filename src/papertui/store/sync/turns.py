"""The lock of the sync: one sync at a time, and at most one background sync waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from papertui.errors import StoreError
from papertui.folders import make_private

_POLL = 0.05


@contextmanager
def turn(folder: Path, patience: float, *, unheard: bool = False) -> Iterator[bool]:
    """Wait until no other sync is running, and hold the lock.

    Args:
        folder: the repository.
        patience: how long to wait, in seconds.
        unheard: whether this sync may be skipped if another background sync is waiting: that one will include all
            changes made before it starts.

    Yields:
        Whether the lock is held.

    Raises:
        StoreError: the wait took too long, or the lock file cannot be written.
    """
    path = folder.with_name(f"{folder.name}.lock")
    queue = FileLock(folder.with_name(f"{folder.name}.queue.lock"), mode=0o600)
    try:
        make_private(folder.parent)
        if unheard:
            try:
                queue.acquire(timeout=0)
            except Timeout:
                yield False
                return
        try:
            lock = FileLock(path, mode=0o600)
            held = lock.acquire(timeout=patience, poll_interval=_POLL)
        finally:
            queue.release()
        with held:
            yield True
    except Timeout as error:
        raise StoreError("Another sync is running. Wait for it, then try again.") from error
    except NotImplementedError as error:
        raise StoreError(f"The folder {folder} is on a file system without locks. Move it elsewhere.") from error
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be written: {error.strerror or error}. Your bookmarks are safe."
        ) from error
