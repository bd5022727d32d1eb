"""Items for Zotero's connector.

The format is that of Zotero's translators: https://www.zotero.org/support/dev/translators/datamodel
The fields of each type of item: https://api.zotero.org/schema
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from papertui.citations.keys import AuthorName, any_doi
from papertui.citations.model import CitedPaper
from papertui.citations.reference import Reference, reference
from papertui.citations.vocabulary import GENRES
from papertui.model.identity import is_arxiv

_ARTICLE: Final = {
    "journaltitle": "publicationTitle", "volume": "volume", "number": "issue", "pages": "pages", "issn": "ISSN",
    "series": "series", "shortjournal": "journalAbbreviation",
}  # fmt: skip
_BOOK: Final = {
    "volume": "volume", "number": "seriesNumber", "series": "series", "edition": "edition", "location": "place",
    "publisher": "publisher", "isbn": "ISBN", "pagetotal": "numPages", "volumes": "numberOfVolumes",
}  # fmt: skip
_CHAPTER: Final = {**_BOOK, "booktitle": "bookTitle", "pages": "pages"}
#: The names of fields by the type of item; those of all types are below.
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "journalArticle": _ARTICLE,
    "magazineArticle": _ARTICLE,
    "newspaperArticle": {**_ARTICLE, "location": "place", "edition": "edition"},
    "book": _BOOK,
    "bookSection": _CHAPTER,
    "encyclopediaArticle": {**_CHAPTER, "booktitle": "encyclopediaTitle"},
    "conferencePaper": {
        **_CHAPTER, "booktitle": "proceedingsTitle", "eventtitle": "conferenceName"
    },
    "thesis": {
        "type": "thesisType", "institution": "university", "location": "place", "pagetotal": "numPages",
    },
    "report": {
        "number": "reportNumber", "type": "reportType", "series": "seriesTitle", "location": "place",
        "institution": "institution", "pages": "pages",
    },
    "manuscript": {"type": "manuscriptType", "location": "place", "pagetotal": "numPages"},
    "patent": {"number": "patentNumber", "location": "place", "pages": "pages"},
    "standard": {"number": "number", "publisher": "publisher", "location": "place", "organization": "organization"},
    "computerProgram": {"version": "versionNumber", "publisher": "company", "location": "place", "isbn": "ISBN"},
    "dataset": {
        "version": "versionNumber", "publisher": "repository", "location": "repositoryLocation", "type": "type",
    },
    "document": {"publisher": "publisher"},
    "webpage": {"organization": "websiteTitle", "type": "websiteType"},
    "preprint": {"type": "genre"},
}  # fmt: skip
_ALL: Final = {"shorttitle": "shortTitle", "language": "language", "library": "callNumber", "urldate": "accessDate"}
_CREATORS: Final = {"author": "author", "editor": "editor", "translator": "translator"}


def zotero_item(cited: CitedPaper) -> dict[str, Any]:
    """Convert one paper to an item; its key is the `id`, which must be unique within one transfer."""
    ref = reference(cited)
    paper, kind = ref.paper, ref.names.zotero
    arxiv = is_arxiv(paper.id)
    left = dict(ref.fields)
    named = {name: left.pop(field, "") for field, name in (*_FIELDS.get(kind, {}).items(), *_ALL.items())}
    named = {name: value for name, value in named.items() if value}
    if genre := GENRES.get(ref.type):
        named.setdefault("thesisType" if kind == "thesis" else "reportType", genre)
    if "pages" in named:
        named["pages"] = named["pages"].replace("–", "-")
    made: dict[str, Any] = {
        "id": ref.key,
        "itemType": kind,
        "title": ref.full_title,
        "creators": [
            _creator(name, creator) for field, creator in _CREATORS.items() for name in ref.named(field).names
        ],
        "date": _date(ref),
        "abstractNote": paper.abstract,
        "DOI": left.pop("doi", "") or any_doi(paper),
        "url": left.pop("url", ""),
        "libraryCatalog": "arXiv.org" if arxiv else "",
        **({"repository": "arXiv", "archiveID": f"arXiv:{paper.id}"} if kind == "preprint" and arxiv else {}),
        **named,
        "tags": [{"tag": tag} for tag in cited.tags],
        "notes": [{"note": _note(cited.note)}] if cited.note else [],
        "attachments": [],
    }
    made["extra"] = "\n".join(_extra(ref, left))
    return {name: value for name, value in made.items() if value != ""}


def _date(ref: Reference) -> str:
    if not ref.is_dated:
        return ref.get("date") or " ".join(filter(None, (ref.get("month"), ref.get("year"))))
    return "-".join(f"{part:02}" for part in ref.date)


def _extra(ref: Reference, left: Mapping[str, str]) -> list[str]:
    """Return what an item has no field for, as Better BibTeX writes and reads it."""
    paper = ref.paper
    lines = []
    if is_arxiv(paper.id):
        lines.append(f"arXiv:{paper.id}" + (f" [{paper.categories[0]}]" if paper.categories else ""))
    if ref.is_imported:
        lines.append(f"Citation Key: {ref.key}")
        gone = {*_CREATORS, "title", "subtitle", "keywords", "abstract", "annotation"}
        lines += [f"tex.{name}: {' '.join(value.split())}" for name, value in ref.rest(left, gone).items()]
    return lines


def _creator(name: AuthorName, kind: str) -> dict[str, Any]:
    if name.many or not name.first:
        return {"lastName": str(name), "creatorType": kind, "fieldMode": 1}
    last = " ".join(part for part in (name.von, name.last) if part)
    first = f"{name.first}, {name.jr}" if name.jr else name.first
    return {"firstName": first, "lastName": last, "creatorType": kind}


def _note(note: str) -> str:
    """Convert a note to the HTML of Zotero notes: paragraphs of plain text."""
    parts = (part.strip() for part in note.split("\n\n"))
    return "".join(f"<p>{escape(part).replace(chr(10), '<br/>')}</p>" for part in parts if part)
