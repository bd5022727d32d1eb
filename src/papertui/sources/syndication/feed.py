"""Any feed, made into papers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from papertui.core import text
from papertui.core.paper import Paper
from papertui.errors import SourceError
from papertui.sources.syndication.entry import absolute, host, paper_of
from papertui.sources.syndication.intake import decoded, is_page
from papertui.sources.syndication.jsonfeed import read_json
from papertui.sources.syndication.markup import text_of
from papertui.sources.syndication.xmlfeed import read_xml

_LONGEST_TITLE = 200


class SyndicatedFeed(NamedTuple):
    """What a feed holds.

    Attributes:
        title: what it calls itself, else its host.
        home: the site it belongs to.
        papers: in the order of the feed, none twice.
        skipped: how many entries had neither title nor text.
        updated: when it changed last, else when its newest paper appeared.
    """

    title: str
    home: str | None
    papers: tuple[Paper, ...]
    skipped: int
    updated: datetime | None


def parse_feed(body: bytes, url: str, content_type: str = "") -> SyndicatedFeed:
    """The feed in `body`: RSS 0.9x, 1.0 or 2.0, Atom or JSON Feed, told by what it holds.

    Args:
        body: the answer as it came.
        url: where it came from; what is relative in it is relative to that.
        content_type: what the answer was said to be.

    Raises:
        SourceError: it is no feed, damaged beyond reading, or made to be hard to read.
    """
    written = decoded(body, content_type)
    if is_page(body, content_type):
        raise SourceError(
            "What lies at this address is a web page, not a feed; open it in a browser, sign in if it asks for that, "
            "and copy the address of its feed (RSS or Atom)."
        )
    content = read_json(written) if written.lstrip().startswith(("{", "[")) else read_xml(written, url)
    papers: dict[str, Paper] = {}
    skipped = 0
    for told in content.entries:
        paper = paper_of(told, url)
        if paper is None:
            skipped += 1
        else:
            papers.setdefault(paper.id, paper)
    title = text_of(content.title.value) if content.title.is_html else content.title.value
    return SyndicatedFeed(
        title=text.title(title[:_LONGEST_TITLE]) or host(url),
        home=absolute(content.home, url),
        papers=tuple(papers.values()),
        skipped=skipped,
        updated=content.updated or max((paper.published for paper in papers.values() if paper.published), default=None),
    )
