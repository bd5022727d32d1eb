"""The reader's own editor, for a text that is longer than a line. What was written in it is never lost."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from papertui.core.safe import safe
from papertui.errors import UsageError
from papertui.programs.editor import edit_file


def edited(text: str, environ: Mapping[str, str]) -> str:
    """What the reader made of `text` in the program that ``$VISUAL`` or ``$EDITOR`` names; the terminal must be free.

    Blocks until that program ends. Where it fails and something was written by then, the file stays, and the error
    tells where.

    Raises:
        UsageError: there is no such program, or it failed.
    """
    before = f"{text}\n" if text else ""
    handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")  # 0600: a note is nobody else's business
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    why = edit_file(path, environ)
    try:
        after = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(why or f"What the editor wrote cannot be read: {error.strerror}.") from error
    if why and after != before:
        raise UsageError(f"{why} What you wrote is in {path}.")
    path.unlink(missing_ok=True)
    if why:
        raise UsageError(f"{why} The note is as it was.")
    return safe(after).strip("\n")
