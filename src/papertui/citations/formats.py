"""RIS, CSL-JSON, Zotero, CSV and JSON; every export format by its name."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

import rispy

from papertui.citations.bibtex import bibtex
from papertui.citations.keys import AuthorName, Publication, any_doi, date_of, publication, split_name
from papertui.citations.markdown import markdown
from papertui.citations.model import CitedPaper, ExportOptions, Format
from papertui.model.identity import is_arxiv
from papertui.model.paper import address
from papertui.model.record import iso, paper_record

# Export to RIS, the common format of reference managers.

_RIS_TYPES = {"journal": "JOUR", "meeting": "CPAPER", "preprint": "UNPB"}


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    """The writer of rispy without the number above each record, which is not part of the format."""

    def set_header(self, count: int) -> str:
        del count
        return ""


def ris(cited: Iterable[CitedPaper]) -> str:
    """Format papers as a RIS file."""
    text: str = rispy.dumps([_ris_record(one) for one in cited], implementation=_Writer)
    return text


def _ris_record(cited: CitedPaper) -> dict[str, Any]:
    paper = cited.paper
    where = publication(paper)
    date = date_of(paper, where)
    first, _, last = where.pages.partition("-")
    record: dict[str, Any] = {
        "type_of_reference": _RIS_TYPES[where.kind],
        "title": paper.title,
        "authors": [_ris_name(split_name(name)) for name in paper.authors if name.strip()],
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


def _ris_name(name: AuthorName) -> str:
    """Format a name for RIS: ``Last, First, Suffix``."""
    if name.many or not name.first:
        return str(name).replace(",", " ")
    last = f"{name.von} {name.last}".strip()
    return ", ".join(part.replace(",", " ") for part in (last, name.first, name.jr) if part)


# Export to CSL-JSON, which citeproc, pandoc and Zotero read.
#
# Schema: https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json

_CSL_TYPES = {"journal": "article-journal", "meeting": "paper-conference", "preprint": "article"}


def csl_json(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one array of items."""
    return json.dumps([csl_item(one) for one in cited], ensure_ascii=False, indent=2) + "\n"


def csl_item(cited: CitedPaper) -> dict[str, Any]:
    """Convert one paper to an item."""
    paper = cited.paper
    where = publication(paper)
    arxiv = is_arxiv(paper.id)
    made: dict[str, Any] = {
        "id": cited.key,
        "type": _CSL_TYPES[where.kind],
        "title": paper.title,
        "author": [_csl_name(split_name(name)) for name in paper.authors if name.strip()],
        "issued": {"date-parts": [list(date)]} if (date := date_of(paper, where)) else None,
        "container-title": where.name,
        "volume": where.volume,
        "issue": where.issue,
        "page": where.pages,
        "abstract": paper.abstract,
        "keyword": ", ".join(cited.tags),
        "note": cited.note,
        "DOI": any_doi(paper),
        "URL": address(paper.id, None if arxiv else paper.url, pdf=False),
        "number": f"arXiv:{paper.id}" if arxiv and where.kind == "preprint" else "",
        "publisher": "arXiv" if arxiv and where.kind == "preprint" else "",
    }
    return {name: value for name, value in made.items() if value}


def _csl_name(name: AuthorName) -> dict[str, str]:
    if name.many:
        return {"literal": name.last}
    parts = {"family": name.last, "given": name.first, "non-dropping-particle": name.von, "suffix": name.jr}
    return {part: value for part, value in parts.items() if value}


# Conversion of papers to Zotero items for its connector.
#
# The format is that of Zotero's translators: https://www.zotero.org/support/dev/translators/datamodel

_ZOTERO_TYPES = {"journal": "journalArticle", "meeting": "conferencePaper", "preprint": "preprint"}


def zotero_item(cited: CitedPaper) -> dict[str, Any]:
    """Convert one paper to an item; its key is the `id`, which must be unique within one transfer."""
    paper = cited.paper
    where = publication(paper)
    arxiv = is_arxiv(paper.id)
    made: dict[str, Any] = {
        "id": cited.key,
        "itemType": _ZOTERO_TYPES[where.kind],
        "title": paper.title,
        "creators": [_creator(split_name(name)) for name in paper.authors if name.strip()],
        "date": "-".join(f"{part:02}" for part in date_of(paper, where)),
        "abstractNote": paper.abstract,
        "DOI": any_doi(paper),
        "url": address(paper.id, None if arxiv else paper.url, pdf=False),
        "extra": f"arXiv:{paper.id}" + (f" [{paper.categories[0]}]" if paper.categories else "") if arxiv else "",
        "libraryCatalog": "arXiv.org" if arxiv else "",
        **_place(where, paper.id if arxiv else ""),
        "tags": [{"tag": tag} for tag in cited.tags],
        "notes": [{"note": _note(cited.note)}] if cited.note else [],
        "attachments": [],
    }
    return {name: value for name, value in made.items() if value != ""}


def _place(where: Publication, id_: str) -> dict[str, str]:
    if where.kind == "journal":
        return {
            "publicationTitle": where.name,
            "volume": where.volume,
            "issue": where.issue,
            "pages": where.pages,
        }
    if where.kind == "meeting":
        return {"proceedingsTitle": where.name}
    return {"repository": "arXiv", "archiveID": f"arXiv:{id_}"} if id_ else {}


def _creator(name: AuthorName) -> dict[str, Any]:
    if name.many or not name.first:
        return {"lastName": str(name), "creatorType": "author", "fieldMode": 1}
    last = " ".join(part for part in (name.von, name.last) if part)
    first = f"{name.first}, {name.jr}" if name.jr else name.first
    return {"firstName": first, "lastName": last, "creatorType": "author"}


def _note(note: str) -> str:
    """Convert a note to the HTML of Zotero notes: paragraphs of plain text."""
    parts = (part.strip() for part in note.split("\n\n"))
    return "".join(f"<p>{escape(part).replace(chr(10), '<br/>')}</p>" for part in parts if part)


# Export to CSV (RFC 4180).

#: Prefixes that spreadsheet programs interpret as a formula (OWASP, “CSV Injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal_ref", "categories", "keywords", "upvotes",
    "added", "tags", "state", "rating", "note", "abstract",
)  # fmt: skip


def csv_table(cited: Iterable[CitedPaper]) -> str:
    """Format papers as rows below a header row; lists such as authors share one cell, separated by semicolons."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_quoted(_cells(one)) for one in cited)
    return written.getvalue()


def _quoted(cells: Iterator[str]) -> list[str]:
    """Quote cells that look like formulas."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _cells(cited: CitedPaper) -> Iterator[str]:
    paper, mark = cited.paper, cited.bookmark
    facts = {
        **paper._asdict(),
        "published": iso(paper.published) if paper.published else None,
        "added": iso(mark.added) if mark else None,
        "tags": cited.tags,
        "state": mark.state if mark else None,
        "rating": mark.rating if mark else None,
        "note": cited.note,
    }
    for column in COLUMNS:
        value = facts[column]
        yield "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


# Export to papertui's own JSON, which contains everything and can be imported without loss.


def json_export(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one array, with one object per line."""
    rows = [json.dumps(_whole_record(one), ensure_ascii=False) for one in cited]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def _whole_record(cited: CitedPaper) -> dict[str, Any]:
    mark = cited.bookmark
    record = paper_record(cited.paper)
    record["bookmark"] = None
    if mark is not None:
        record["bookmark"] = {
            "added": iso(mark.added),
            "tags": list(mark.tags),
            "note": mark.note,
            "state": mark.state,
            "rating": mark.rating,
        }
    return record


# Export in any format by its name.


def render(cited: Sequence[CitedPaper], form: Format, choices: ExportOptions) -> str:
    """Format papers as a file in the format `form`, in order; without papers the result is an empty, valid file."""
    match form:
        case "bibtex" | "biblatex":
            return bibtex(cited, form, choices)
        case "ris":
            return ris(cited)
        case "csl-json":
            return csl_json(cited)
        case "markdown":
            return markdown(cited)
        case "csv":
            return csv_table(cited)
        case "json":
            return json_export(cited)
