"""One paper as arXiv describes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from papertui.core import text
from papertui.core.categories import CATEGORIES
from papertui.core.identity import doi_of
from papertui.core.paper import Paper, paper_id
from papertui.errors import UsageError

SOURCE = "arxiv"
SERVICE = "arXiv"
#: How a paper is announced: https://info.arxiv.org/help/rss_specifications.html
NEW, CROSS, REPLACE, REPLACE_CROSS = "new", "cross", "replace", "replace-cross"
WITHDRAWN = "withdrawn"
#: Characters read of a title, a name or a comment, and of an abstract; real ones are shorter.
LONGEST_LINE, LONGEST_TEXT = 2_000, 50_000
_VERSION = re.compile(r"v(\d{1,4})$", re.ASCII)
_KNOWN = frozenset(CATEGORIES)
#: Includes old archives, ``cmp-lg`` and ``alg-geom``, but not the codes of other schemes, ``14J60`` and ``I.2.7``.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]{2,12})?", re.ASCII)
_OF_IT = r"(?:paper|article|submission|manuscript|work|preprint|version|note)"
_TAKEN_BACK = r"withdrawn|retracted"
#: "This paper has now been withdrawn by the author", "The authors have withdrawn this paper", "Withdrawn: ...".
_WITHDRAWN = re.compile(
    rf"^\W*(?:(?:this|the|our)\s+)?(?:{_OF_IT}\s+)?(?:(?:has|have|had|is|was|been|being|now|temporarily)\s+)*(?:{_TAKEN_BACK})\b"
    rf"|\b(?:this|the)\s+{_OF_IT}\s+(?:(?:has|is|was|been|now|temporarily)\s+)+(?:{_TAKEN_BACK})\b"
    rf"|\bauthors?\s+(?:has|have)\s+(?:{_TAKEN_BACK})\s+(?:this|the)\s+{_OF_IT}\b",
    re.IGNORECASE,
)
#: In a comment, which is about the paper itself, a clause is enough: "12 pages; withdrawn".
_WITHDRAWN_IN_COMMENT = re.compile(rf"[;,.(]\s*(?:{_OF_IT}\s+)?withdrawn\b", re.IGNORECASE)


class Entry(NamedTuple):
    """A paper in a response of arXiv."""

    paper: Paper
    #: The number of the version, from 1; ``None`` if unknown.
    version: int | None = None
    #: ``new``, ``cross``, ``replace``, ``replace-cross`` or a future value; empty in a search result.
    announced: str = ""
    #: When that version appeared, UTC.
    updated: datetime | None = None
    #: The authors' comment: pages, where it was accepted.
    comment: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the authors have withdrawn the paper."""
        texts = (self.comment, self.paper.abstract[:400])
        return any(map(_WITHDRAWN.search, texts)) or _WITHDRAWN_IN_COMMENT.search(self.comment) is not None

    @property
    def why(self) -> str:
        """How the paper was announced, for its row in a list."""
        return " ".join(word for word in (self.announced, WITHDRAWN if self.is_withdrawn else "") if word)


def id_and_version(address: str) -> tuple[str, int | None] | None:
    """Return the id and the version in an address or an OAI identifier, ``None`` if it names no paper."""
    name = address.strip().removeprefix("oai:arXiv.org:")
    try:
        id_ = paper_id(name)
    except UsageError:
        return None
    found = _VERSION.search(name.removesuffix(".pdf"))
    return id_, int(found[1]) if found else None


def categories(terms: Iterable[str]) -> tuple[str, ...]:
    """Return arXiv's categories among `terms`, the primary one first; codes of other schemes (MSC, ACM) are dropped."""
    names = [text.plain(term) for term in terms]
    return tuple(
        dict.fromkeys(
            name for place, name in enumerate(names) if name in _KNOWN or (not place and _CATEGORY.fullmatch(name))
        )
    )


def first_doi(*told: str) -> str | None:
    """Return the first DOI among `told`, as written; each is an address or DOIs separated by white space."""
    lines = [text.plain(line[:LONGEST_LINE]) for line in told]
    for part in " ".join(lines).split():
        if doi := doi_of(part):
            begin = part.lower().rfind(doi)
            return part[begin : begin + len(doi)]
    return next(filter(None, lines), None)
