"""The titles of theorems and other statements."""

from __future__ import annotations

import re
from typing import Final

from papertui.model.document import Theorem

_STATEMENT: Final = re.compile(
    r"(?P<kind>[^\d(\[]*?)\s*(?P<number>(?:[A-Z]\.?)?\d[\w.]*?′*|\b[A-Z])?\s*(?:[(\[](?P<name>.+)[)\]])?\s*[.:]?"
)


def statement_of(title: str) -> Theorem:
    """Return what a statement is, by its title, such as “Theorem 1.2 (Balmer)”."""
    found = _STATEMENT.fullmatch(title)
    if found is None:
        return Theorem(title.rstrip(" .:"))
    return Theorem(found["kind"].strip(" ."), found["number"] or "", (found["name"] or "").strip())
