"""Parse responses of arXiv's query API: Atom (RFC 4287) with arXiv's extensions. Pure.

https://info.arxiv.org/help/api/user-manual.html#52-details-of-atom-results-returned
"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from papertui.core import text
from papertui.core.paper import Paper, page_url, pdf_url
from papertui.core.record import moment_from
from papertui.sources.arxiv.entry import (
    LONGEST_LINE,
    LONGEST_TEXT,
    SERVICE,
    SOURCE,
    Entry,
    categories,
    first_doi,
    id_and_version,
)
from papertui.sources.arxiv.xml import parsed, words

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
#: An error comes as an entry; its status has been 200 and 400, and its title is not fixed.
_ERROR = "arxiv.org/api/errors"
_SHOWN = 200


class Answer(NamedTuple):
    """A response of the query API."""

    #: In the order of the response.
    entries: tuple[Entry, ...]
    #: Entries that could not be read.
    skipped: int = 0
    #: The number of papers that match in all; 0 if unknown.
    total: int = 0
    #: arXiv's own error message about the query; empty if there is none.
    error: str = ""


def read_answer(body: bytes) -> Answer:
    """Parse the response in `body`.

    Raises:
        SourceError: it is not XML, or not a feed.
    """
    root = parsed(body, SERVICE, (f"{ATOM}feed",))
    entries: list[Entry] = []
    skipped = 0
    for element in root.iterfind(f"{ATOM}entry"):
        if _ERROR in element.findtext(f"{ATOM}id", ""):
            return Answer((), error=text.plain(element.findtext(f"{ATOM}summary", ""))[:_SHOWN] or "an error")
        entry = read_entry(element)
        if entry is None:
            skipped += 1
        else:
            entries.append(entry)
    total = root.findtext(f"{_OPENSEARCH}totalResults", "").strip()
    return Answer(tuple(entries), skipped, int(total) if total.isascii() and total.isdigit() and len(total) < 10 else 0)  # noqa: PLR2004


def read_entry(entry: Element, source: str = SOURCE) -> Entry | None:
    """Return the paper in one entry; ``None`` if it has no arXiv id or no title, or reports an error."""
    address = entry.findtext(f"{ATOM}id", "")
    named = id_and_version(address)
    title = text.title(words(entry.find(f"{ATOM}title"))[:LONGEST_LINE])
    if named is None or not title or _ERROR in address:
        return None
    id_, version = named
    names = (text.name(author.findtext(f"{ATOM}name", "")[:LONGEST_LINE]) for author in entry.iterfind(f"{ATOM}author"))
    primary = entry.find(f"{ARXIV}primary_category")
    terms = [primary, *entry.iterfind(f"{ATOM}category")]
    paper = Paper(
        id=id_,
        title=title,
        abstract=text.prose(words(entry.find(f"{ATOM}summary"))[:LONGEST_TEXT]),
        authors=tuple(name for name in names if name),
        published=moment_from(entry.findtext(f"{ATOM}published", "").strip()),
        categories=categories(term.get("term", "") for term in terms if term is not None),
        sources=(source,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=_doi(entry),
        journal_ref=text.title(entry.findtext(f"{ARXIV}journal_ref", "")[:LONGEST_LINE]) or None,
    )
    return Entry(
        paper,
        version,
        updated=moment_from(entry.findtext(f"{ATOM}updated", "").strip()),
        comment=text.title(entry.findtext(f"{ARXIV}comment", "")[:LONGEST_LINE]),
    )


def _doi(entry: Element) -> str | None:
    """Return the first DOI in the DOI element, or else in the DOI links."""
    links = [link.get("href", "") for link in entry.iterfind(f"{ATOM}link") if link.get("title") == "doi"]
    return first_doi(entry.findtext(f"{ARXIV}doi", ""), *links)
