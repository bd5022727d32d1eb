"""arXiv's answers to queries, saved as Atom (RFC 4287; https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from papertui.core import text
from papertui.core.paper import Paper, page_url, paper_id, pdf_url
from papertui.core.record import moment_from
from papertui.errors import UsageError
from papertui.sources.files import SOURCE, Bad

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
#: An error is told as an entry, too.
_ERROR = "arxiv.org/api/errors"


def read_atom(stream: IO[bytes]) -> Iterator[Paper | Bad]:
    """The papers of a feed, entry by entry; entries are counted where others count lines.

    Definitions of entities are refused: a file of some bytes could unfold to gigabytes, or read other files.
    """
    number = 0
    try:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{_ATOM}entry":
                number += 1
                yield _paper(element) or Bad(number, "an entry without arXiv id or title")
                element.clear()
    except ParseError as error:
        yield Bad(number + 1, f"no XML from here on ({text.plain(str(error))})")
    except DefusedXmlException:
        yield Bad(number + 1, "a document type is defined, which is refused")


def _paper(entry: Element) -> Paper | None:
    address = entry.findtext(f"{_ATOM}id", "")
    title = text.title(entry.findtext(f"{_ATOM}title", ""))
    try:
        id_ = paper_id(address)
    except UsageError:
        return None
    if not title or _ERROR in address:
        return None
    names = (text.name(author.findtext(f"{_ATOM}name", "")) for author in entry.iterfind(f"{_ATOM}author"))
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [primary, *entry.iterfind(f"{_ATOM}category")]
    categories = (text.plain(term.get("term", "")) for term in terms if term is not None)
    return Paper(
        id=id_,
        title=title,
        abstract=text.prose(entry.findtext(f"{_ATOM}summary", "")),
        authors=tuple(name for name in names if name),
        published=moment_from(entry.findtext(f"{_ATOM}published", "").strip()),
        categories=tuple(dict.fromkeys(name for name in categories if name)),
        sources=(SOURCE,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=text.plain(entry.findtext(f"{_ARXIV}doi", "")) or None,
        journal_ref=text.title(entry.findtext(f"{_ARXIV}journal_ref", "")) or None,
    )
