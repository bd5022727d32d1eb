"""RIS, the common format of reference managers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rispy

from papertui.citations.keys import AuthorName, any_doi, date_of, publication, split_name
from papertui.citations.model import CitedPaper
from papertui.model.identity import is_arxiv
from papertui.model.paper import address

_TYPES = {"journal": "JOUR", "meeting": "CPAPER", "preprint": "UNPB"}


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    """The writer of rispy without the number above each record, which is not part of the format."""

    def set_header(self, count: int) -> str:
        del count
        return ""


def ris(cited: Iterable[CitedPaper]) -> str:
    """Format papers as a RIS file."""
    text: str = rispy.dumps([_record(one) for one in cited], implementation=_Writer)
    return text


def _record(cited: CitedPaper) -> dict[str, Any]:
    paper = cited.paper
    where = publication(paper)
    date = date_of(paper, where)
    first, _, last = where.pages.partition("-")
    record: dict[str, Any] = {
        "type_of_reference": _TYPES[where.kind],
        "title": paper.title,
        "authors": [_name(split_name(name)) for name in paper.authors if name.strip()],
        "year": f"{date[0]:04}" if date else "",
        "date": "/".join((f"{date[0]:04}", *(f"{part:02}" for part in date[1:]))) if date[1:] else "",
        "secondary_title": where.name,
        "volume": where.volume,
        "number": where.issue,
        "start_page": first,
        "end_page": last,
        "abstract": paper.abstract,
        "keywords": list(cited.tags),
        "doi": any_doi(paper),
        "accession_number": f"arXiv:{paper.id}" if is_arxiv(paper.id) else "",
        "publisher": "arXiv" if is_arxiv(paper.id) and where.kind == "preprint" else "",
        "urls": [address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False)],
        "notes": [cited.note],
        "id": cited.key,
    }
    return {name: text for name, value in record.items() if (text := _lines(value))}


def _lines(value: str | list[str]) -> str | list[str]:
    """Fold a value to one line: text after a line end would be parsed as the next field."""
    if isinstance(value, list):
        return [text for text in (" ".join(item.split()) for item in value) if text]
    return " ".join(value.split())


def _name(name: AuthorName) -> str:
    """Format a name for RIS: ``Last, First, Suffix``."""
    if name.many or not name.first:
        return str(name).replace(",", " ")
    last = f"{name.von} {name.last}".strip()
    return ", ".join(part.replace(",", " ") for part in (last, name.first, name.jr) if part)
