"""A TeX text with its matching braces."""

from __future__ import annotations

import re

_BRACES = re.compile(r"\\[\s\S]|[{}]")
_SPACE = re.compile(r"\s*")


class Grouped:
    """A text and its matching braces, paired once, so that finding the end of a group needs no scan."""

    def __init__(self, text: str) -> None:
        self.text = text
        #: The position of each matched opening brace -> the position of its closing brace.
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for found in _BRACES.finditer(text) if "{" in text else ():
            if found[0] == "{":
                opened.append(found.start())
            elif found[0] == "}" and opened:
                self.closing[opened.pop()] = found.start()

    def group(self, at: int, end: int) -> int | None:
        """Return where the group that opens at `at` closes; ``None`` if none opens there or it ends after `end`."""
        close = self.closing.get(at)
        return close if close is not None and close < end else None

    def skip(self, at: int, end: int) -> int:
        """Return the position after white space."""
        found = _SPACE.match(self.text, at, end)
        return found.end() if found else at

    def skip_empty(self, at: int, end: int) -> int:
        """Return the position after an empty pair of braces that only ends a command."""
        return at + 2 if self.text.startswith("{}", at) and at + 2 <= end else at

    def sign(self, at: int, end: int) -> str:
        """Return the character at `at`, or an empty string at the end."""
        return self.text[at] if at < end else ""
