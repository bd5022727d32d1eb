"""The names of groups of feeds: ``Science/Physics`` is the group Physics in the group Science.

A slash that belongs to a name is doubled: ``AI//ML`` is one group with the title “AI/ML”.
"""

from __future__ import annotations

from collections.abc import Sequence

from papertui.model.safe_text import one_line

_LONGEST = 200
#: No title has it, because it cannot be printed.
_SLASH = "\0"


def group_parts(name: str) -> tuple[str, ...]:
    """Return the titles of the groups in `name`, the outermost first; empty parts are left out."""
    parts = (" ".join(part.replace(_SLASH, "/").split()) for part in name.replace("//", _SLASH).split("/"))
    return tuple(part for part in parts if part.strip("/"))


def group_name(parts: Sequence[str]) -> str:
    """Return the name of the group with the title ``parts[-1]``, inside the others."""
    return "/".join(part.replace("/", "//") for part in parts)


def usual_group_name(text: str) -> str:
    """Return `text` as the name of a group in its usual form: no blanks or slashes at its ends; empty if it is none."""
    return group_name(group_parts(one_line(text)[:_LONGEST]))


def group_title(name: str) -> str:
    """Return the name of a group for a tab: the titles with a single slash between them."""
    return "/".join(group_parts(name))


def group_key(name: str) -> tuple[str, ...]:
    """Return what equal names have in common: case and the number of slashes do not matter."""
    return tuple(part.strip() for part in group_title(name).casefold().split("/") if part.strip())
