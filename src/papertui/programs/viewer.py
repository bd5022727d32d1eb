"""Showing a file in the program that the reader has for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

#: Seconds within which a program that cannot show the file says so.
_SOON = 1.5
_PLACE = "{file}"


class Viewer:
    """The reader's viewer.

    Args:
        command: a program and its arguments, ``{file}`` standing for the file; empty for what the machine uses.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = tuple(command) or (("open",) if sys.platform == "darwin" else ("xdg-open",))

    def show(self, file: Path) -> bool:
        """Shows a file, and lets the program live on by itself. Returns whether one could be started.

        Blocks for a moment: a program that cannot show the file mostly says so at once.
        """
        path = str(file.absolute())  # absolute: a name that begins with a hyphen is no option
        given = [part.replace(_PLACE, path) for part in self._command]
        if not any(_PLACE in part for part in self._command):
            given.append(path)
        try:
            # The reader's own program, as the settings name it.
            process = subprocess.Popen(  # noqa: S603
                [os.path.expanduser(given[0]), *given[1:]],  # noqa: PTH111 - the name of a program is no path as yet
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
            # It shows the file. Somebody must be there when it ends, or it would stay as a zombie.
            threading.Thread(target=process.wait, daemon=True).start()
            return True
