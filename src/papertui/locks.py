"""Locks between processes that end with the process that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from papertui.errors import StoreError
from papertui.files import make_private

# A lock between processes, which is released when its owner ends, however it ends.


class ProcessLock:
    """An exclusive lock.

    Args:
        path: the lock file; created with its folder (0700) if it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Acquired in one thread and released in another.
        self._lock = FileLock(path, mode=0o600, thread_local=False)

    def take(self) -> bool:
        """Acquire the lock without waiting; returns whether that succeeded.

        Raises:
            StoreError: it cannot be locked.
        """
        try:
            make_private(self._path.parent)
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except NotImplementedError as error:
            raise StoreError(f"{self._path} is on a file system without locks. Move it elsewhere.") from error
        except OSError as error:
            raise StoreError(f"{self._path} cannot be locked: {error.strerror or error}. Check its folder.") from error
        return True

    def give_back(self) -> None:
        """Release the lock."""
        self._lock.release()


# The lock of the sync: one sync at a time, and at most one background sync waiting for it.

_POLL = 0.05


@contextmanager
def sync_turn(folder: Path, patience: float, *, unheard: bool = False) -> Iterator[bool]:
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
