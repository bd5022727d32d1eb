"""Saved responses: Hugging Face's daily papers (JSON), and arXiv's API (Atom, RFC 4287).

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice, pairwise
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from papertui.importers.batch import SOURCE, BadRecord, Batch
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.importers.json_records import BadRecordError, FieldTypes, JsonEntries, why_no_paper, wrong_field
from papertui.model import text
from papertui.model.paper import Paper
from papertui.sources.arxiv_parse import ATOM, read_atom_entry
from papertui.sources.huggingface_parse import read_entry

_BATCH = 2_000
#: The start of the feed, whose namespaces hold for its entries, and of an entry.
_ROOT, _ENTRY = re.compile(rb"<feed[^>]*>"), re.compile(rb"<entry[\s>]")
#: The facts that are read from an entry of the daily papers, with their types.
_ENTRY_FIELDS: FieldTypes = {
    "summary": (str,),
    "authors": (list, dict, str),
    "publishedAt": (str,),
    "submittedOnDailyAt": (str,),
    "upvotes": (int,),
    "numComments": (int,),
    "githubRepo": (str,),
    "githubStars": (int,),
    "projectPage": (str,),
    "organization": (dict, str),
    "ai_keywords": (list, str),
    "ai_summary": (str,),
    "thumbnail": (str,),
    "mediaUrls": (list, str),
}


def is_json_array(head: Head) -> bool:
    return head.start.startswith(b"[")


def is_atom(head: Head) -> bool:
    return head.start.startswith(b"<") and b"<feed" in head.start[:4096]


def read_daily_papers(file: OpenedFile) -> Iterator[Batch]:
    entries = enumerate(JsonEntries(read_whole(file.stream)), 1)
    number = 0
    while some := list(islice(entries, _BATCH)):
        papers: list[Paper] = []
        bad: list[BadRecord] = []
        partial: list[BadRecord] = []
        for number, entry in some:
            if not entry.is_read:
                bad.append(BadRecord(number, entry.problem))
                continue
            try:
                papers.append(read_daily_entry(entry.value))
            except BadRecordError as problem:
                bad.append(BadRecord(number, str(problem)))
                continue
            if part := entry.problem or wrong_entry_field(entry.value):
                partial.append(BadRecord(number, part))
        yield Batch(tuple(papers), tuple(bad), 0, number, file.done(), unit="entry", partial=tuple(partial))


def read_daily_entry(value: object) -> Paper:
    """Return the paper in an entry of the daily papers.

    Raises:
        BadRecordError: it has no readable id or title.
    """
    paper = read_entry(value)
    if paper is not None:
        return paper
    if not isinstance(value, dict):
        raise BadRecordError("not a JSON object")
    inner = value.get("paper")
    if "paper" in value and not isinstance(inner, dict):
        raise BadRecordError("the paper is not an object")
    facts = value if inner is None else {"id": inner.get("id"), "title": inner.get("title") or value.get("title")}
    raise BadRecordError(why_no_paper(facts) or "no readable title")


def wrong_entry_field(value: object) -> str:
    """Return which fact of an entry has a wrong type and is left out, in a few words; empty if none has."""
    if not isinstance(value, dict):
        return ""
    inner = value.get("paper")
    wrong = wrong_field(inner, _ENTRY_FIELDS) if isinstance(inner, dict) else ""
    return wrong or wrong_field(value, _ENTRY_FIELDS)


def read_atom(file: OpenedFile) -> Iterator[Batch]:
    entries, number = _entries(file.stream), 0
    while some := list(islice(entries, _BATCH)):
        number += len(some)
        papers = tuple(entry for entry in some if isinstance(entry, Paper))
        bad = tuple(entry for entry in some if isinstance(entry, BadRecord))
        yield Batch(papers, bad, 0, number, file.done(), unit="entry")


def _entries(stream: IO[bytes]) -> Iterator[Paper | BadRecord]:
    """Yield the papers of a feed, entry by entry; `BadRecord.number` counts entries.

    Entity definitions are refused: a file of a few bytes could expand to gigabytes, or read other files.
    """
    number, done = 0, set[int]()
    open_entries: list[int] = []
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if element.tag != f"{ATOM}entry":
                continue
            if event == "start":
                number += 1
                open_entries.append(number)
                continue
            done.add(place := open_entries.pop())
            entry = read_atom_entry(element, SOURCE)
            yield BadRecord(place, "an entry without arXiv id or title") if entry is None else entry.paper
            element.clear()
    except ParseError as error:
        if stream.seekable():
            stream.seek(0)
            yield from _entries_one_by_one(read_whole(stream), done)
        else:
            yield BadRecord(len(done) + 1, f"not XML from here on ({text.plain(str(error))})")
    except DefusedXmlException:
        yield BadRecord(number + 1, "it defines a document type, which is refused")


def _entries_one_by_one(data: bytes, done: AbstractSet[int]) -> Iterator[Paper | BadRecord]:
    """Yield the entries of a feed that is not well-formed, each parsed alone, without those that are `done`."""
    root = _ROOT.search(data)
    starts = [match.start() for match in _ENTRY.finditer(data)]
    for number, (start, end) in enumerate(pairwise([*starts, len(data)]), 1):
        if number in done or root is None:
            continue
        entry = data[start:end].partition(b"</feed>")[0]
        try:
            element = fromstring(root[0] + entry + b"</feed>", forbid_dtd=True).find(f"{ATOM}entry")
        except ParseError as error:
            yield BadRecord(number, f"not XML ({text.plain(str(error))})")
            continue
        except DefusedXmlException:
            yield BadRecord(number, "it defines a document type, which is refused")
            continue
        found = None if element is None else read_atom_entry(element, SOURCE)
        yield BadRecord(number, "an entry without arXiv id or title") if found is None else found.paper
    if root is None or len(starts) == len(done):
        yield BadRecord(len(done) + 1, "not XML from here on")
