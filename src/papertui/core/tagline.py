"""A line that adds tags and takes tags away: ``+todo -old``."""

from __future__ import annotations

from typing import NamedTuple

from papertui.core.tags import tags_of


class TagWish(NamedTuple):
    """What is to become of tags.

    Attributes:
        add: the tags to give.
        remove: the tags to take away.
    """

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.add or self.remove)


def pieces(line: str) -> list[str]:
    """The tags in `line`, as typed: parted by commas where there are any (such may have blanks), else by blanks."""
    return [piece.strip() for piece in line.split(",")] if "," in line else line.split()


def read_tags(line: str) -> TagWish:
    """What `line` asks for: a tag behind ``-`` is taken away, any other given."""
    typed = [piece for piece in pieces(line) if piece]
    removed = tags_of(piece for piece in typed if piece.startswith("-"))
    gone = {tag.casefold() for tag in removed}
    added = tags_of(piece for piece in typed if not piece.startswith("-"))
    return TagWish(tuple(tag for tag in added if tag.casefold() not in gone), removed)


def begun(line: str) -> tuple[str, str]:
    """`line` up to the tag that is being typed, with its sign, and what there is of that tag."""
    start = max(line.rfind(","), -1 if "," in line else line.rfind(" ")) + 1
    while start < len(line) and line[start] in " +-":
        start += 1
    return line[:start], line[start:]
