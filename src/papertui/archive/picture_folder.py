"""Pictures that can be fetched again at any time: thumbnails and figures of papers, each in a file of its name."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from papertui.errors import UnwritableError
from papertui.files import make_private, reason, write_atomic

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


class PictureFolder:
    """Pictures in a folder, which is created (0700) with the first one.

    Args:
        folder: its path.
        most: the bytes of all pictures together, after which those that were not shown for longest are removed; 0 for
            no limit.
    """

    def __init__(self, folder: Path, most: int = 0) -> None:
        self._folder = folder
        self._most = most

    def has(self, name: str) -> bool:
        """Whether there is a picture of this name; of a thumbnail, the id of its paper."""
        return self.path(name) is not None

    def path(self, name: str) -> Path | None:
        """The picture of this name; ``None`` if there is none."""
        safe = _UNSAFE.sub("_", name)
        return next((path for end in _ENDINGS.values() if (path := self._folder / f"{safe}{end}").is_file()), None)

    def read(self, name: str) -> bytes | None:
        """Return the content of a picture; ``None`` if there is none that can be read."""
        with suppress(OSError):
            if (path := self.path(name)) is not None:
                if self._most:
                    os.utime(path)  # the oldest are removed first
                return path.read_bytes()
        return None

    def keep(self, name: str, content: bytes) -> None:
        """Store a picture atomically; anything else is ignored.

        Raises:
            UnwritableError: it cannot be written.
        """
        ending = next((end for begin, end in _ENDINGS.items() if content.startswith(begin)), None)
        if ending is None:
            return
        path = self._folder / f"{_UNSAFE.sub('_', name)}{ending}"
        try:
            make_private(self._folder)
            write_atomic(path, content, durable=False)
        except OSError as error:
            raise UnwritableError(f"The picture {path} cannot be written: {reason(error)}.") from error
        if self._most:
            self._make_room()

    def _make_room(self) -> None:
        """Remove the oldest pictures, as far as they are too many."""
        found = []
        for path in self._folder.iterdir():
            with suppress(OSError):  # another process removed it
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        size = sum(one[1] for one in found)
        for _, bytes_, path in sorted(found):
            if size <= self._most:
                break
            size -= bytes_
            with suppress(OSError):
                path.unlink()
