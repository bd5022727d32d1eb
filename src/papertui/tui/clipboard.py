"""Copying to the reader's clipboard, from wherever the terminal is."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping

_TMUX_TIMEOUT = 2.0


def osc52(text: str) -> str:
    """The control sequence that sets the terminal's clipboard (xterm control sequences, OSC 52)."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def copy(text: str, environ: Mapping[str, str], write: Callable[[str], None]) -> None:
    """Sets the clipboard to `text`; `write` sends a string to the terminal.

    Inside tmux an application's OSC 52 is dropped unless its owner has allowed it, so tmux is asked itself: it keeps
    the text in its paste buffer and hands it on to the terminal it runs in (``-w``, tmux 3.2 and later). The sequence
    wrapped for tmux to pass through goes out as well, for a tmux behind a tmux.
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
