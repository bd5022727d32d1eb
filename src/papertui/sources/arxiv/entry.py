"""One paper as arXiv tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from papertui.core import text
from papertui.core.categories import CATEGORIES
from papertui.core.paper import Paper, paper_id
from papertui.errors import UsageError

SOURCE = "arxiv"
SERVICE = "arXiv"
#: How a paper is announced: https://info.arxiv.org/help/rss_specifications.html
NEW, CROSS, REPLACE, REPLACE_CROSS = "new", "cross", "replace", "replace-cross"
WITHDRAWN = "withdrawn"
_VERSION = re.compile(r"v(\d{1,4})$", re.ASCII)
_KNOWN = frozenset(CATEGORIES)
_WITHDRAWN = re.compile(
    r"\b(?:this (?:paper|article|submission|manuscript) (?:has been|was|is) |^)withdrawn\b", re.IGNORECASE
)


class Entry(NamedTuple):
    """A paper as it stands in an answer of arXiv.

    Attributes:
        paper: what papertui keeps of it.
        version: which version is told of, from 1; ``None`` when that is not told.
        announced: how it was announced: ``new``, ``cross``, ``replace``, ``replace-cross`` or what arXiv may think of;
            empty in an answer to a search.
        updated: when that version appeared, UTC.
        comment: the authors' own words on it: pages, where it was accepted.
    """

    paper: Paper
    version: int | None = None
    announced: str = ""
    updated: datetime | None = None
    comment: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the authors took the paper back."""
        return _WITHDRAWN.search(self.comment) is not None or _WITHDRAWN.search(self.paper.abstract[:400]) is not None

    @property
    def why(self) -> str:
        """What a row says of how it came to be there."""
        return " ".join(word for word in (self.announced, WITHDRAWN if self.is_withdrawn else "") if word)


def id_and_version(address: str) -> tuple[str, int | None] | None:
    """The id and the version that an address or an OAI identifier names, ``None`` when it names no paper."""
    name = address.strip().removeprefix("oai:arXiv.org:")
    try:
        id_ = paper_id(name)
    except UsageError:
        return None
    found = _VERSION.search(name.removesuffix(".pdf"))
    return id_, int(found[1]) if found else None


def categories(terms: Iterable[str]) -> tuple[str, ...]:
    """The categories of arXiv among `terms`, the primary one first; codes of other schemes (MSC, ACM) are left out."""
    names = [text.plain(term) for term in terms]
    return tuple(dict.fromkeys(name for place, name in enumerate(names) if name and (not place or name in _KNOWN)))
