"""Folders that nobody else may look into."""

from __future__ import annotations

from pathlib import Path


def make_private(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, each for its owner alone (0700).

    `Path.mkdir` gives the mode to the last one only, and makes those above it readable for everybody.

    Raises:
        OSError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
