"""Items for Zotero's connector.

The format is that of Zotero's translators: https://www.zotero.org/support/dev/translators/datamodel
"""

from __future__ import annotations

from html import escape
from typing import Any

from papertui.citations.keys import AuthorName, Publication, any_doi, date_of, publication, split_name
from papertui.citations.model import CitedPaper
from papertui.model.identity import is_arxiv
from papertui.model.paper import address

_TYPES = {"journal": "journalArticle", "meeting": "conferencePaper", "preprint": "preprint"}


def zotero_item(cited: CitedPaper) -> dict[str, Any]:
    """Convert one paper to an item; its key is the `id`, which must be unique within one transfer."""
    paper = cited.paper
    where = publication(paper)
    arxiv = is_arxiv(paper.id)
    made: dict[str, Any] = {
        "id": cited.key,
        "itemType": _TYPES[where.kind],
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
