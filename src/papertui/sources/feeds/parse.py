"""Parse RSS, Atom and JSON Feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.errors import SourceError
from papertui.model import text
from papertui.model.identity import entry_id
from papertui.model.paper import Paper
from papertui.model.works import Facts, distinct
from papertui.sources.feeds.entry import absolute, host, names_of, paper_of
from papertui.sources.feeds.json_feed import read_json
from papertui.sources.feeds.markup import text_of
from papertui.sources.feeds.rss import read_xml
from papertui.sources.feeds.sanitize import decode, is_page

_LONGEST_TITLE = 200


class SyndicatedFeed(NamedTuple):
    """The content of a feed."""

    #: The title of the feed, else its host.
    title: str
    #: The address of the site.
    home: str | None
    #: In the order of the feed, without duplicates.
    papers: tuple[Paper, ...]
    #: Entries with neither title nor text.
    skipped: int
    #: When the feed was last changed, else when its newest paper was published.
    updated: datetime | None
    #: Whether papers may be missing because the feed is malformed.
    is_malformed: bool = False


def parse_feed(body: bytes, url: str, content_type: str = "") -> SyndicatedFeed:
    """Parse the feed in `body`: RSS 0.9x, 1.0 or 2.0, Atom or JSON Feed, detected from the content.

    Args:
        body: the raw response.
        url: its address, for relative addresses.
        content_type: the media type of the response.

    Raises:
        SourceError: it is not a feed, too damaged to read, or too expensive to parse.
    """
    decoded = decode(body, content_type)
    if is_page(body, content_type):
        raise SourceError(
            "This URL is a web page, not a feed; open it in a browser, sign in if required, and copy the URL "
            "of its feed (RSS or Atom)."
        )
    content = read_json(decoded) if decoded.lstrip().startswith(("{", "[")) else read_xml(decoded, url)
    found: list[tuple[Paper, str]] = []
    skipped = 0
    is_dated = any(entry.is_dated for entry in content.entries)
    day = None if is_dated or content.day is None or content.day.precision is not None else content.day.day
    for entry, name in zip(content.entries, names_of(content.entries), strict=True):
        paper = paper_of(entry, url, name, day)
        if paper is None:
            skipped += 1
        else:
            found.append((paper, name))
    if content.is_malformed and not found:
        raise SourceError(
            "The feed is malformed and none of its papers could be read; try again later, and report it to the "
            "publisher if it persists."
        )
    papers: dict[str, Paper] = {}
    for paper in _known_apart(found, host(url)):
        papers.setdefault(paper.id, paper)
    title = text_of(content.title.value) if content.title.is_html else content.title.value
    return SyndicatedFeed(
        title=text.title(title[:_LONGEST_TITLE]) or host(url),
        home=absolute(content.home, url),
        papers=tuple(papers.values()),
        skipped=skipped,
        updated=content.updated.utc
        if content.updated
        else max((paper.published for paper in papers.values() if paper.published), default=None),
        is_malformed=content.is_malformed,
    )


def _known_apart(found: Sequence[tuple[Paper, str]], feed: str) -> Iterator[Paper]:
    """Yield the papers of a feed; works of different titles with one DOI are known by their entries."""
    of_doi: dict[str, list[Facts]] = {}
    for paper, _ in found:
        if paper.id.startswith("doi:"):
            of_doi.setdefault(paper.id, []).append(Facts(paper))
    shared = {id_ for id_, facts in of_doi.items() if distinct(facts)}
    for paper, name in found:
        yield paper._replace(id=entry_id(feed, name)) if name and paper.id in shared else paper
