"""Extract the names of authors from the various forms in feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.core import text
from papertui.sources.syndication.markup import text_of

#: Collaborations at particle colliders list three thousand authors.
_MOST = 5_000
_LONGEST = 200
_PARENTHESES = re.compile(r"\([^()]*\)")
_AND = re.compile(r"\s*,?\s+(?:and|und|et|&)\s+(?!al\b)|\s*;\s*|\s*&\s+", re.IGNORECASE)
_OTHERS = re.compile(r",?\s+et\s+al\b\.?\s*$", re.IGNORECASE)
_BY = re.compile(r"^(?:by|authors?:)\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"<?\b[\w.+-]{1,64}@[\w.-]{1,255}>?|https?://\S+", re.ASCII)
_AFTER_NAMES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d."})


def people(told: Iterable[str]) -> tuple[str, ...]:
    """Return every author once, as safe text.

    Args:
        told: the author texts of the feed, with one or more authors each. ``Writer, Ada`` becomes ``Ada Writer``.
    """
    names: dict[str, None] = {}
    for line in told:
        for part in _parts(line):
            name = text.name(part[:_LONGEST])
            if name and len(names) < _MOST:
                names[name] = None
    return tuple(names)


def _parts(line: str) -> list[str]:
    line = _PARENTHESES.sub(" ", text_of(line))
    line = _ADDRESS.sub(" ", _BY.sub("", " ".join(line.split())))
    line = _OTHERS.sub("", line)
    groups = [group.strip(" ,;") for group in _AND.split(line)]
    groups = [group for group in groups if group]
    if len(groups) > 1 and all(_is_turned(group) for group in groups):
        return [_turned(group) for group in groups]
    return [name for group in groups for name in _by_commas(group)]


def _by_commas(group: str) -> list[str]:
    """Split at commas; ``Writer, Ada`` stays one name, as neither part has two words that could be a name."""
    parts: list[str] = []
    for part in (piece.strip() for piece in group.split(",")):
        if parts and part.lower() in _AFTER_NAMES:
            parts[-1] = f"{parts[-1]} {part}"
        elif part:
            parts.append(part)
    if len(parts) == 2 and _is_turned(group):  # noqa: PLR2004 - a family name and what comes before it
        return [_turned(group)]
    return parts


def _is_turned(group: str) -> bool:
    """Whether `group` may be one name, family name first: one comma, and one side is a single word."""
    parts = [part.split() for part in group.split(",")]
    return len(parts) == 2 and all(parts) and (len(parts[0]) == 1 or len(parts[1]) == 1)  # noqa: PLR2004


def _turned(group: str) -> str:
    family, _, given = group.partition(",")
    if given.strip().lower() in _AFTER_NAMES:
        return f"{family.strip()} {given.strip()}"
    return f"{given.strip()} {family.strip()}"
