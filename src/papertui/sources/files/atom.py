"""Responses of arXiv's API saved as Atom (RFC 4287; https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from papertui.core import text
from papertui.core.paper import Paper
from papertui.sources.arxiv.answer import ATOM, read_entry
from papertui.sources.files import SOURCE, Bad


def read_atom(stream: IO[bytes]) -> Iterator[Paper | Bad]:
    """Yield the papers of a feed, entry by entry; `Bad.number` counts entries.

    Entity definitions are refused: a file of a few bytes could expand to gigabytes, or read other files.
    """
    number = 0
    try:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{ATOM}entry":
                number += 1
                entry = read_entry(element, SOURCE)
                yield Bad(number, "an entry without arXiv id or title") if entry is None else entry.paper
                element.clear()
    except ParseError as error:
        yield Bad(number + 1, f"not XML from here on ({text.plain(str(error))})")
    except DefusedXmlException:
        yield Bad(number + 1, "it defines a document type, which is refused")
