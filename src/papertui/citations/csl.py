"""CSL-JSON, which citeproc, pandoc and Zotero read.

Schema: https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from papertui.citations.keys import AuthorName, any_doi, date_of, publication, split_name
from papertui.citations.model import CitedPaper
from papertui.model.identity import is_arxiv
from papertui.model.paper import address

_TYPES = {"journal": "article-journal", "meeting": "paper-conference", "preprint": "article"}


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
        "type": _TYPES[where.kind],
        "title": paper.title,
        "author": [_name(split_name(name)) for name in paper.authors if name.strip()],
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


def _name(name: AuthorName) -> dict[str, str]:
    if name.many:
        return {"literal": name.last}
    parts = {"family": name.last, "given": name.first, "non-dropping-particle": name.von, "suffix": name.jr}
    return {part: value for part, value in parts.items() if value}
