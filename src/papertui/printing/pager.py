"""Long texts for a person, page by page."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping

from papertui.printing.streams import is_terminal, write

_USUAL = "less -FRX"


def page(text: str, environ: Mapping[str, str]) -> None:
    """Shows `text` in the reader's pager (``PAGER``) if stdout is a terminal; else writes it, for a pipe."""
    if not is_terminal(sys.stdout) or not is_terminal(sys.stdin):
        write(text)
        return
    try:
        command = shlex.split(environ.get("PAGER") or _USUAL)
        # The reader's own program, as the reader wrote it; no part of a paper is in the command.
        subprocess.run(command, input=text.encode("utf-8", "replace"), check=False)  # noqa: S603
    except (OSError, ValueError, IndexError):  # there is no such program
        write(text)
