"""Editing a text in an external editor. What was written is never lost."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from papertui.core.safe import safe
from papertui.errors import UsageError
from papertui.programs.editor import edit_file


def edited(text: str, environ: Mapping[str, str]) -> str:
    """Let the reader edit `text` in ``$VISUAL`` or ``$EDITOR``; the terminal must be free.

    Blocks until the editor ends. If it fails after something was written, the file is kept, and the error message
    names it.

    Raises:
        UsageError: there is no such program, or it failed.
    """
    before = f"{text}\n" if text else ""
    handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")  # created with mode 0600: notes are private
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    why = edit_file(path, environ)
    try:
        after = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(why or f"The edited file cannot be read: {error.strerror}.") from error
    if why and after != before:
        raise UsageError(f"{why} Your text is in {path}.")
    path.unlink(missing_ok=True)
    if why:
        raise UsageError(f"{why} The note was not changed.")
    return safe(after).strip("\n")
