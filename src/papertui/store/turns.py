"""One at a time, over all processes: a lock that ends with whoever holds it, however they end."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from papertui.errors import StoreError
from papertui.folders import make_private


class Turn:
    """The right to do something nobody else does meanwhile.

    Args:
        path: the file that is locked; made with its folder (0700) when there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Taken in one thread and given back in another.
        self._lock = FileLock(path, mode=0o600, thread_local=False)

    def take(self) -> bool:
        """Takes the turn if nobody has it; tells whether it is ours.

        Raises:
            StoreError: it cannot be locked.
        """
        try:
            make_private(self._path.parent)
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except NotImplementedError as error:
            raise StoreError(f"{self._path} lies on a file system that knows no locks. Move it elsewhere.") from error
        except OSError as error:
            raise StoreError(f"{self._path} cannot be locked: {error.strerror or error}. Check its folder.") from error
        return True

    def give_back(self) -> None:
        """Lets the next one have it."""
        self._lock.release()
