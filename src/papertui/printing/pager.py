"""Long texts in a pager."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping

from papertui.printing.streams import is_terminal, write

_USUAL = "less -FRX"


def page(text: str, environ: Mapping[str, str]) -> None:
    """Show `text` in the pager (``PAGER``) if stdout is a terminal; otherwise write it, for a pipe."""
    if not is_terminal(sys.stdout) or not is_terminal(sys.stdin):
        write(text)
        return
    try:
        command = shlex.split(environ.get("PAGER") or _USUAL)
        # The command comes from the user alone; no part of a paper is in it.
        subprocess.run(command, input=text.encode("utf-8", "replace"), check=False)  # noqa: S603
    except (OSError, ValueError, IndexError):  # the pager cannot be started
        write(text)
