"""The segment files that have been verified, so that they are not read in full at every start."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from papertui.store.index.segmentfile import Written, check_segment

_NAME = "checked.json"


class Checked:
    """Remembers verified files by what changes when they are written: device, inode, size and times.

    The ctime of an inode cannot be set back, so a file that was modified, copied or restored is verified again. Losing
    this record only costs another verification.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._known: dict[str, list[int]] | None = None

    def check(self, path: Path, written: Written) -> None:
        """Verify a file, unless it was verified since it last changed.

        Raises:
            DamagedError: its contents are not what was written.
            OSError: it cannot be read.
        """
        if self._load().get(path.name) != _signature(path):
            check_segment(path, written)
            self.note(path)

    def note(self, path: Path) -> None:
        """Record that a file is valid, such as one that was just written."""
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
                known = json.loads(self._path.read_text(encoding="utf-8"))
                if isinstance(known, dict):
                    self._known = known
        return self._known


def _signature(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
