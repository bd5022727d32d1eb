"""A text with TeX in it and where its groups end."""

from __future__ import annotations

import re

_BRACES = re.compile(r"\\[\s\S]|[{}]")
_SPACE = re.compile(r"\s*")


class Grouped:
    """A text and the braces in it, paired once, so that looking for an end never scans.

    Attributes:
        text: the whole text.
        closing: place of each opening brace that is closed -> place of the closing one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for found in _BRACES.finditer(text) if "{" in text else ():
            if found[0] == "{":
                opened.append(found.start())
            elif found[0] == "}" and opened:
                self.closing[opened.pop()] = found.start()

    def group(self, at: int, end: int) -> int | None:
        """Where the group that opens at `at` is closed; ``None`` if none opens there or it ends behind `end`."""
        close = self.closing.get(at)
        return close if close is not None and close < end else None

    def skip(self, at: int, end: int) -> int:
        """The place behind white space."""
        found = _SPACE.match(self.text, at, end)
        return found.end() if found else at

    def skip_empty(self, at: int, end: int) -> int:
        """The place behind a pair of braces that only ends a command."""
        return at + 2 if self.text.startswith("{}", at) and at + 2 <= end else at

    def sign(self, at: int, end: int) -> str:
        """The character at `at`, nothing at the end."""
        return self.text[at] if at < end else ""
