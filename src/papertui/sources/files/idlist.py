"""A list of papers by arXiv id, DOI or address: one per line, with comments after ``#``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from papertui.core.paper import paper_id
from papertui.errors import UsageError
from papertui.sources.files import Bad

_COMMENT = re.compile(r"(?:^|\s)#.*$")
#: The number of first lines that decide whether a file is a list; a minority of them may be something else.
_LOOKED_AT = 40


def is_id_list(lines: Sequence[str]) -> bool:
    """Whether the first lines of a file are such a list: most of them name papers."""
    said = list(_said(lines))[:_LOOKED_AT]
    named = sum(_id(line) is not None for _, line in said)
    return named > 0 and 2 * named > len(said)


def read_ids(written: str) -> tuple[tuple[str, ...], tuple[Bad, ...]]:
    """Return the ids without duplicates, and the lines that name no paper."""
    ids: dict[str, None] = {}
    bad: list[Bad] = []
    for number, line in _said(written.splitlines()):
        id_ = _id(line)
        if id_ is None:
            bad.append(Bad(number, "not an arXiv id, DOI or address of a paper"))
        else:
            ids[id_] = None
    return tuple(ids), tuple(bad)


def _said(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with content and their numbers, without comments, bullets and commas around them."""
    for number, line in enumerate(lines, 1):
        # An address may contain a “#”, but no blank before it.
        if content := _COMMENT.sub("", line).strip().lstrip("-*• ").rstrip(",;").strip("<>\"' "):
            yield number, content


def _id(line: str) -> str | None:
    try:
        return paper_id(line)
    except UsageError:
        return None
