"""Copies to the clipboard through the terminal, also inside tmux."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping

_TMUX_TIMEOUT = 2.0


def osc52(text: str) -> str:
    """Return the control sequence that sets the clipboard of the terminal (xterm, OSC 52)."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def copy(text: str, environ: Mapping[str, str], write: Callable[[str], None]) -> None:
    """Set the clipboard to `text`; `write` sends a string to the terminal.

    tmux drops OSC 52 of an application unless the user allows it, so the text is loaded into tmux itself, which stores
    it in its paste buffer and sends it to the outer terminal (``-w``, tmux 3.2 and later). The sequence wrapped for
    pass-through is also written, for nested tmux.
    """
    if not environ.get("TMUX"):
        write(osc52(text))
        return
    try:
        subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 - the reader's own tmux
            input=text.encode(),
            timeout=_TMUX_TIMEOUT,
            check=False,
            capture_output=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        write(osc52(text))
        return
    inner = osc52(text).replace("\x1b", "\x1b\x1b")
    write(f"\x1bPtmux;{inner}\x1b\\")
