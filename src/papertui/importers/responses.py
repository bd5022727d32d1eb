"""Saved responses: Hugging Face's daily papers (JSON), and arXiv's API (Atom, RFC 4287).

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from papertui.errors import SourceError, UsageError
from papertui.importers.batch import SOURCE, BadRecord, Batch
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.paper import Paper
from papertui.sources.arxiv_parse import ATOM, read_atom_entry
from papertui.sources.body import json_value
from papertui.sources.huggingface_parse import read_entries

_BATCH = 2_000


def is_json_array(head: Head) -> bool:
    return head.start.startswith(b"[")


def is_atom(head: Head) -> bool:
    return head.start.startswith(b"<") and b"<feed" in head.start[:4096]


def read_daily_papers(file: OpenedFile) -> Iterator[Batch]:
    try:
        value = json_value(read_whole(file.stream), "The file")
    except SourceError as error:
        raise UsageError("The file is not valid JSON, or truncated. Save the response again.") from error
    entries = value if isinstance(value, list) else [value]
    papers: list[Paper] = []
    bad: list[BadRecord] = []
    for number, entry in enumerate(entries, 1):
        read = read_entries([entry])
        papers.extend(read.papers)
        if read.skipped:
            bad.append(BadRecord(number, "an entry without arXiv id or title"))
    yield Batch(tuple(papers), tuple(bad), 0, len(entries), file.done())


def read_atom(file: OpenedFile) -> Iterator[Batch]:
    entries, number = _entries(file.stream), 0
    while some := list(islice(entries, _BATCH)):
        number += len(some)
        papers = tuple(entry for entry in some if isinstance(entry, Paper))
        yield Batch(papers, tuple(entry for entry in some if isinstance(entry, BadRecord)), 0, number, file.done())


def _entries(stream: IO[bytes]) -> Iterator[Paper | BadRecord]:
    """Yield the papers of a feed, entry by entry; `BadRecord.number` counts entries.

    Entity definitions are refused: a file of a few bytes could expand to gigabytes, or read other files.
    """
    number = 0
    try:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{ATOM}entry":
                number += 1
                entry = read_atom_entry(element, SOURCE)
                yield BadRecord(number, "an entry without arXiv id or title") if entry is None else entry.paper
                element.clear()
    except ParseError as error:
        yield BadRecord(number + 1, f"not XML from here on ({text.plain(str(error))})")
    except DefusedXmlException:
        yield BadRecord(number + 1, "it defines a document type, which is refused")
