"""Bookmarks from RIS, as papertui, Zotero, EndNote, Mendeley and publishers write it, parsed with rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import rispy

from papertui.citations.bibtex_parse import arxiv_id, bare_arxiv_id, dois
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.bibtex import LARGEST, BibtexEntries, decoded, last_first, moment
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, page_url, pdf_url
from papertui.model.safe_text import paragraphs

_FIRST = re.compile(r"\s*TY {1,2}- ?\w")
_START = re.compile(r"^TY {1,2}- ?", re.MULTILINE)
_END = re.compile(r"^ER {1,2}-", re.MULTILINE)
#: The time rispy takes grows with the square of the lines of a record.
_LONGEST = 256 << 10
#: The tags that programs use for a fact, the best first.
_TITLES = ("title", "primary_title", "translated_title", "short_title")
_JOURNALS = ("secondary_title", "journal_name", "alternate_title3", "alternate_title2", "alternate_title1")
_ABSTRACTS = ("abstract", "notes_abstract")


def is_ris(head: Head) -> bool:
    return not head.is_binary and bool(_FIRST.match(head.text))


def read_ris_file(file: OpenedFile) -> Iterator[Batch]:
    read = read_ris(read_whole(file.stream, LARGEST))
    yield Batch((), read.bad, 0, read.entries, file.done(), kept=read.kept, unit="entry", notices=read.notices)


def read_ris(data: bytes) -> BibtexEntries:
    """Return the bookmarks of a file. A record that cannot be read is reported, and the others are read."""
    written, notices = decoded(data)
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    number = 0
    for number, record in enumerate(_records(written.replace("\r\n", "\n").replace("\r", "\n")), 1):
        if len(record) > _LONGEST:
            bad.append(BadRecord(number, f"it is longer than {_LONGEST >> 10} kB"))
            continue
        try:
            (fields,) = rispy.loads(record, skip_unknown_tags=True)
        except (rispy.parser.ParseError, ValueError, OSError):
            bad.append(BadRecord(number, "it is not valid RIS, or it is truncated"))
            continue
        found = _kept(fields)
        if found is None:
            bad.append(BadRecord(number, "it has no title"))
        else:
            kept.append(found)
    return BibtexEntries(tuple(kept), tuple(bad), number, notices)


def _records(written: str) -> Iterator[str]:
    """Yield each record separately, so that a damaged one affects no other; a truncated one is closed."""
    starts = [found.start() for found in _START.finditer(written)]
    for start, stop in pairwise([*starts, len(written)]):
        record = written[start:stop]
        end = _END.search(record)
        yield (record[: end.start()] if end else record.rstrip() + "\n") + "ER  - \n"


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, list):
            value = " ".join(map(str, value))
        if value:
            return str(value)
    return ""


def _many(fields: Mapping[str, Any], name: str) -> list[str]:
    value = fields.get(name) or []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _kept(fields: Mapping[str, Any]) -> ImportedBookmark | None:
    title = text.title(_first(fields, _TITLES))
    if not title:
        return None
    urls = _many(fields, "urls")
    from_doi, doi = dois(_first(fields, ("doi",)).strip())
    candidates = (_first(fields, ("accession_number",)), *urls, *_many(fields, "file_attachments1"))
    journal = text.title(_first(fields, _JOURNALS))
    id_ = from_doi or arxiv_id(*candidates, journal)
    if not id_ and is_arxiv(candidates[0].strip()):
        id_ = bare_arxiv_id(candidates[0])
    names = [*_many(fields, "authors"), *_many(fields, "first_authors")]
    paper = Paper(
        id=id_,
        title=title,
        abstract=text.prose(_first(fields, _ABSTRACTS)),
        authors=last_first(names),
        published=moment(_first(fields, ("date",)), _first(fields, ("year", "publication_year")), "", ""),
        sources=(SOURCE,),
        doi=doi,
        journal_ref=_journal(journal, fields),
        url=page_url(id_) if id_ else next((url for url in map(text.web_url, urls) if url), None),
        pdf=pdf_url(id_) if id_ else None,
    )
    notes = [filled for note in _many(fields, "notes") if (filled := paragraphs(note))]
    tags = [
        tag for word in _many(fields, "keywords") for part in re.split(r"[;,\n]", word) if (tag := text.plain(part))
    ]
    return ImportedBookmark(paper, tags=tuple(tags), note="\n\n".join(notes))


def _journal(name: str, fields: Mapping[str, Any]) -> str | None:
    if not name or "arxiv" in name.lower():
        return None
    volume, number, first, last = (
        text.plain(_first(fields, (part,))) for part in ("volume", "number", "start_page", "end_page")
    )
    pages = "-".join(part for part in (first, last) if part)
    reference = f"{name} {volume}".strip() + (f"({number})" if number else "") + (f", {pages}" if pages else "")
    year = moment(_first(fields, ("year", "publication_year", "date")))
    return f"{reference} ({year.year})" if year and str(year.year) not in reference else reference
