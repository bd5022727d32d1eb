"""Which segment files were read whole and found right, so that they need not be read again at every start."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from papertui.store.index.segmentfile import Written, check_segment

_NAME = "checked.json"


class Checked:
    """Remembers files by what changes when somebody writes to them: device, inode, size and times.

    The time of the last change of an inode cannot be set back by writing, so a file that was tampered with, copied or
    restored is read again. Losing this memory costs a second reading and nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._known: dict[str, list[int]] | None = None

    def check(self, path: Path, written: Written) -> None:
        """Reads a file whole, unless that was done since it was last changed.

        Raises:
            DamagedError: it does not hold what was written.
            OSError: it cannot be read.
        """
        if self._load().get(path.name) != _signature(path):
            check_segment(path, written)
            self.note(path)

    def note(self, path: Path) -> None:
        """Remembers that a file is right, as one is that was just written."""
        known = {name: signature for name, signature in self._load().items() if (path.parent / name).exists()}
        known[path.name] = _signature(path)
        self._known = known
        with suppress(OSError):
            fresh = self._path.with_name(f".{_NAME}.{os.getpid()}")
            fresh.write_text(json.dumps(known), encoding="utf-8")
            fresh.replace(self._path)

    def _load(self) -> dict[str, list[int]]:
        if self._known is None:
            self._known = {}
            with suppress(OSError, ValueError):
                told = json.loads(self._path.read_text(encoding="utf-8"))
                if isinstance(told, dict):
                    self._known = told
        return self._known


def _signature(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
