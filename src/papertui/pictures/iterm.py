"""Pictures in iTerm2's own protocol, which WezTerm has as well: drawn once, at the cursor.

https://iterm2.com/documentation-images.html
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping

_KNOWN = re.compile(r"iTerm|WezTerm", re.IGNORECASE)


def is_supported(environ: Mapping[str, str], name: str) -> bool:
    """Whether the terminal has the protocol, by its variables or its `name`; tmux is none that has."""
    if environ.get("TMUX") or environ.get("STY"):
        return False
    said = (name, environ.get("TERM_PROGRAM", ""), environ.get("LC_TERMINAL", ""))
    return any(map(_KNOWN.match, said))


def drawing(data: bytes, columns: int, rows: int) -> str:
    """Return the sequence that draws a file of a picture into a rectangle of cells at the cursor."""
    facts = f"inline=1;size={len(data)};width={columns};height={rows};preserveAspectRatio=1;doNotMoveCursor=1"
    return f"\x1b]1337;File={facts}:{b64encode(data).decode('ascii')}\x07"


def at(column: int, row: int, drawn: str) -> str:
    """Return the sequence that draws at a cell, counted from 0, and leaves the cursor where it was."""
    return f"\x1b7\x1b[{row + 1};{column + 1}H{drawn}\x1b8"
