"""The user's text editor."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

_USUAL = "vi"


def edit_file(path: Path, environ: Mapping[str, str]) -> str:
    """Open a file in the editor named by ``$VISUAL`` or ``$EDITOR``; blocks until it exits.

    Returns:
        A sentence on why that failed; empty on success.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - the user's editor
    except (OSError, ValueError) as error:
        return f"The editor “{command}” cannot be started: {error}. Set EDITOR to the one you use."
    return f"The editor “{command}” ended with status {done.returncode}." if done.returncode else ""
