"""A lock between processes, which is released when its owner ends, however it ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from papertui.errors import StoreError
from papertui.folders import make_private


class Turn:
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
