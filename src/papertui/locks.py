"""Locks between processes, which are released when the process that holds them ends, however it ends."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.files import PRIVATE_FILE, make_private

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: The errors of file systems without locks.
NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
_POLL_SECONDS = 0.05


class ProcessLock:
    """An exclusive lock. It may be acquired in one thread and released in another.

    Args:
        path: the lock file; created with its folder (0700) if it does not exist.
        poll: how long to wait between two attempts, in seconds.
    """

    def __init__(self, path: Path, poll: float = _POLL_SECONDS) -> None:
        self._path = path
        self._poll = poll
        self._held: BaseFileLock | None = None

    def acquire(self, patience: float = 0.0) -> bool:
        """Acquire the lock, waiting for up to `patience` seconds; returns whether that succeeded.

        Raises:
            OSError: it cannot be locked; with one of `NO_LOCKS` because the file system has no locks.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - heavy, and readers need no lock

        make_private(self._path.parent)
        # A new object for each holder: one object could be acquired again by the thread that holds it. A lock that is
        # only a file survives a kill and would block everybody, so refuse to use one.
        lock = FileLock(self._path, mode=PRIVATE_FILE, thread_local=False, fallback_to_soft=False)
        try:
            lock.acquire(timeout=patience, poll_interval=self._poll)
        except Timeout:
            return False
        except NotImplementedError as error:
            raise OSError(errno.ENOLCK, "the file system has no locks") from error
        self._held = lock
        return True

    def release(self) -> None:
        """Release the lock, if it is held."""
        if self._held is not None:
            self._held.release()
            self._held = None
