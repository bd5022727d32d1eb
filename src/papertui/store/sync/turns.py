"""One sync at a time, and of those that nobody waits for no more than one in the queue."""

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
    """Waits until no other sync is under way, and holds others off meanwhile.

    Args:
        folder: where the repository lies.
        patience: how long to wait, in seconds.
        unheard: whether this sync needs no turn of its own where another one waits for its: that one will see all
            that was changed before it begins.

    Yields:
        Whether it is our turn.

    Raises:
        StoreError: it has taken too long, or nothing can be written there.
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
        raise StoreError("Another sync is under way. Wait for it, then try again.") from error
    except NotImplementedError as error:
        raise StoreError(
            f"The folder {folder} lies on a file system that knows no locks. Move it elsewhere."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be written: {error.strerror or error}. Your bookmarks are safe."
        ) from error
