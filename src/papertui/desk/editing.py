"""The reader's own editor, for a text that is longer than a line. What was written in it is never lost."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from papertui.core.safe import safe
from papertui.errors import UsageError

_USUAL = "vi"


def edited(text: str, environ: Mapping[str, str]) -> str:
    """What the reader made of `text` in the program that ``$VISUAL`` or ``$EDITOR`` names; the terminal must be free.

    Blocks until that program ends. Where it fails and something was written by then, the file stays, and the error
    tells where.

    Raises:
        UsageError: there is no such program, or it failed.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    before = f"{text}\n" if text else ""
    handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")  # 0600: a note is nobody else's business
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    why = _run(command, path)
    try:
        after = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(why or f"What the editor “{command}” wrote cannot be read: {error.strerror}.") from error
    if why and after != before:
        raise UsageError(f"{why} What you wrote is in {path}.")
    path.unlink(missing_ok=True)
    if why:
        raise UsageError(why)
    return safe(after).strip("\n")


def _run(command: str, path: Path) -> str:
    """Has the editor change the file; why that failed, empty where it did not."""
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - the reader's own editor
    except (OSError, ValueError) as error:
        return f"The editor “{command}” cannot be started: {error}. Set EDITOR to the one you use."
    return (
        f"The editor “{command}” ended with status {done.returncode}, so the note is as it was."
        if done.returncode
        else ""
    )
