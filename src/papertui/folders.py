"""Folders that only their owner can access."""

from __future__ import annotations

from pathlib import Path


def make_private(folder: Path) -> None:
    """Create a folder and its missing parents, each with mode 0700.

    `Path.mkdir(parents=True)` applies the mode to the last folder only and leaves the parents readable for everybody.

    Raises:
        OSError: a folder cannot be created.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
