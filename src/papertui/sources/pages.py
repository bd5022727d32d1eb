"""Answers that come in pages: where the next page is, and their papers collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from papertui.errors import SourceError
from papertui.model.paper import Paper
from papertui.sources.source import FetchedFeed

#: A link of a ``Link`` header to the next page. https://www.rfc-editor.org/rfc/rfc8288
_NEXT = re.compile(r"<([^<>]*)>[^<>]*?;\s*rel\s*=\s*(?:next\b|\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\")", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def next_address(headers: Mapping[str, str], requested: str) -> str | None:
    """Return the address of the next page, if the response to `requested` links to one of the same origin and path.

    Args:
        headers: the headers of the response, names in lower case.
        requested: the requested address, with or without a query.

    Returns:
        An address of the same origin and path as `requested`, else ``None``: a token must not be sent elsewhere.
    """
    found = _NEXT.search(headers.get("link", ""))
    if found is None:
        return None
    try:
        following: str = urljoin(requested, found[1].strip())
        if not following.isprintable() or _place(following) != _place(requested):
            return None
    except ValueError:
        return None
    return following


def has_next(headers: Mapping[str, str]) -> bool:
    """Whether the response links to a next page, wherever it is."""
    return _NEXT.search(headers.get("link", "")) is not None


def _place(address: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("an address with a user name")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one response."""

    #: In the order of the response; a paper may occur twice.
    papers: tuple[Paper, ...]
    #: Entries that could not be read.
    skipped: int


@dataclass(slots=True)
class PageCollector:
    """The papers of several pages."""

    #: The name of the service, for messages.
    service: str
    #: The name of the source, as in `Paper.sources`.
    origin: str
    #: By id, without duplicates; the first one counts.
    papers: dict[str, Paper] = field(default_factory=dict)
    entries: int = 0
    #: Entries that could not be read.
    skipped: int = 0
    pages: int = 0
    #: Whether there may be further pages.
    more: bool = True

    def take(self, page: Entries) -> bool:
        """Add a page and return whether it has a paper that no earlier page has."""
        before = len(self.papers)
        for paper in page.papers:
            self.papers.setdefault(paper.id, paper)
        self.entries += len(page.papers) + page.skipped
        self.skipped += page.skipped
        self.pages += 1
        return len(self.papers) > before

    def add(self, other: PageCollector) -> None:
        """Add everything in `other`."""
        for id_, paper in other.papers.items():
            self.papers.setdefault(id_, paper)
        self.entries += other.entries
        self.skipped += other.skipped
        self.pages += other.pages

    def fetched(self, papers: Iterable[Paper], *notices: str) -> FetchedFeed:
        """Return the result, with `papers` as its papers.

        Raises:
            SourceError: there were entries, and none could be read.
        """
        if self.skipped and not self.papers:
            raise SourceError(
                f"None of the {self.entries} entries from {self.service} could be read; if this persists, update "
                "papertui."
            )
        if self.skipped:
            was = "was" if self.skipped == 1 else "were"
            notices = (
                f"{self.skipped} of {self.entries} entries from {self.service} could not be read and {was} left out.",
                *notices,
            )
        return FetchedFeed(tuple(papers), self.origin, self.skipped, notices)
