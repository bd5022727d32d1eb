"""A viewer for PDF files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

#: Seconds in which a viewer that cannot show the file usually exits.
_SOON = 1.5
_PLACE = "{file}"


class Viewer:
    """The user's PDF viewer.

    Args:
        command: a program and its arguments, with ``{file}`` for the file; empty for the default of the platform.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or (("open",) if sys.platform == "darwin" else ("xdg-open",))

    def show(self, file: Path) -> bool:
        """Show a file and leave the viewer running. Returns whether it could be started.

        Blocks briefly: a program that cannot show the file usually exits at once.
        """
        path = str(file.absolute())  # absolute, so that a name with a leading hyphen is not an option
        given = [part.replace(_PLACE, path) for part in self._command]
        if not any(_PLACE in part for part in self._command):
            given.append(path)
        try:
            # The user's program, from the settings.
            process = subprocess.Popen(  # noqa: S603
                [os.path.expanduser(given[0]), *given[1:]],  # noqa: PTH111 - a program's name need not be a path
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError):
            return False
        try:
            return process.wait(_SOON) == 0
        except subprocess.TimeoutExpired:
            # It shows the file. A thread waits for it to end; otherwise it would remain as a zombie.
            threading.Thread(target=process.wait, daemon=True).start()
            return True
