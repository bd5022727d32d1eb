"""Parsing a line that adds and removes tags: ``+todo -old``."""

from __future__ import annotations

from typing import NamedTuple

from papertui.core.tags import tags_of


class TagWish(NamedTuple):
    """The tags to add and to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.add or self.remove)


def pieces(line: str) -> list[str]:
    """Split `line` at its commas, so that tags may contain blanks; at blanks if it has no comma."""
    return [piece.strip() for piece in line.split(",")] if "," in line else line.split()


def read_tags(line: str) -> TagWish:
    """Parse `line`: a tag that begins with ``-`` is removed, any other is added."""
    typed = [piece for piece in pieces(line) if piece]
    removed = tags_of(piece for piece in typed if piece.startswith("-"))
    gone = {tag.casefold() for tag in removed}
    added = tags_of(piece for piece in typed if not piece.startswith("-"))
    return TagWish(tuple(tag for tag in added if tag.casefold() not in gone), removed)


def begun(line: str) -> tuple[str, str]:
    """Split `line` before the tag that is being typed, after its sign."""
    start = max(line.rfind(","), -1 if "," in line else line.rfind(" ")) + 1
    while start < len(line) and line[start] in " +-":
        start += 1
    return line[:start], line[start:]
