"""Thumbnails of papers, each in a file named after its paper; they can be fetched again at any time."""

from __future__ import annotations

import re
from pathlib import Path

from papertui.errors import UnwritableError
from papertui.files import make_private, reason, write_atomic

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


class ThumbnailFolder:
    """Thumbnails in a folder, which is created (0700) with the first one.

    Args:
        folder: its path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, id_: str) -> bool:
        """Whether there is a thumbnail of a paper."""
        return self.path(id_) is not None

    def path(self, id_: str) -> Path | None:
        """The thumbnail of a paper; ``None`` if there is none."""
        name = _UNSAFE.sub("_", id_)
        return next((path for end in _ENDINGS.values() if (path := self._folder / f"{name}{end}").is_file()), None)

    def keep(self, id_: str, content: bytes) -> None:
        """Store a thumbnail atomically; anything that is not an image is ignored.

        Raises:
            UnwritableError: it cannot be written.
        """
        ending = next((end for begin, end in _ENDINGS.items() if content.startswith(begin)), None)
        if ending is None:
            return
        path = self._folder / f"{_UNSAFE.sub('_', id_)}{ending}"
        try:
            make_private(self._folder)
            write_atomic(path, content, durable=False)
        except OSError as error:
            raise UnwritableError(f"The picture {path} cannot be written: {reason(error)}.") from error
