"""Says when nothing can be stored, because the disk is full or read-only."""

from __future__ import annotations

from pathlib import Path

from papertui.archive.archive import Archive
from papertui.files import unwritable_notice


class DiskWatch:
    """Notices that the disk cannot be written, by what failed and by asking the disk.

    Args:
        archive: the stored papers.
        folder: where papertui stores its files.
    """

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder
        self._is_known = False

    def take_notice(self) -> str:
        """Why nothing can be stored; empty if that works, or if this was returned before. Blocks."""
        notice = self._archive.unwritable or unwritable_notice(self._folder)
        is_new = bool(notice) and not self._is_known
        self._is_known = bool(notice)
        return notice if is_new else ""
