"""CSL-JSON, which citeproc, pandoc and Zotero read.

Schema: https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from papertui.citations.dates import is_exact, parts_of
from papertui.citations.keys import AuthorName, any_doi
from papertui.citations.model import CitedPaper
from papertui.citations.names import NameList
from papertui.citations.reference import Reference, reference
from papertui.citations.vocabulary import CSL_DATES, CSL_FIELDS, CSL_NAMES, CSL_TYPE, ENTRY_TYPE, GENRES, csl_type
from papertui.model.identity import is_arxiv

#: Fields that share a variable: the first one that there is gets it.
_SHARED: Final = (("journaltitle", "booktitle"), ("publisher", "institution", "organization"))
_IN_ISSUES: Final = frozenset({"article", "suppperiodical", "periodical", "review"})
_SEASON: Final = re.compile(r"(\d{4})-2([1-4])", re.ASCII)
_UNCERTAIN: Final = re.compile(r"(\d{4}(?:-\d\d){0,2})[~?%]", re.ASCII)


def csl_json(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one array of items."""
    return json.dumps([csl_item(one) for one in cited], ensure_ascii=False, indent=2) + "\n"


def csl_item(cited: CitedPaper) -> dict[str, Any]:
    """Convert one paper to an item."""
    ref = reference(cited)
    paper, left = ref.paper, dict(ref.fields)

    def take(*names: str) -> str:
        return next((value for name in names if (value := left.pop(name, ""))), "")

    type_, own = csl_type(ref.as_entry, ref.names)
    made: dict[str, Any] = {
        "id": ref.key,
        "type": type_,
        "title": ref.full_title if ref.get("title") else "",
        **{variable: _names(ref.named(field)) for field, variable in CSL_NAMES.items()},
        **{variable: _date(ref, field) for field, variable in CSL_DATES.items()},
        **{CSL_FIELDS[names[0]]: take(*names) for names in _SHARED},
        _number(ref): take("number"),
        "page": take("pages").replace("–", "-"),
        "genre": take("type") or GENRES.get(ref.type, ""),
        "abstract": paper.abstract,
        "keyword": ", ".join(ref.tags),
        "DOI": take("doi") or any_doi(paper),
    }
    made |= {variable: take(field) for field, variable in CSL_FIELDS.items() if variable not in made}
    if ref.is_preprint:
        made["number"] = made.get("number") or f"arXiv:{paper.id}"
        made["publisher"] = made["publisher"] or "arXiv"
    elif is_arxiv(paper.id) and ref.is_imported:
        made |= {"archive": "arXiv", "archive_location": paper.id}
    dates = {field for field in CSL_DATES if is_exact(ref.get(field))}
    made["custom"] = ref.rest(left, {*CSL_NAMES, *dates, CSL_TYPE, "title", "subtitle", "keywords", "abstract"})
    if own and ref.is_imported:
        made["custom"][ENTRY_TYPE] = own
    return {name: value for name, value in made.items() if value}


def _number(ref: Reference) -> str:
    if ref.type in _IN_ISSUES:
        return "issue"
    return "collection-number" if ref.get("series") else "number"


def _date(ref: Reference, field: str) -> dict[str, Any] | None:
    """Convert a date; what CSL cannot say is its literal text."""
    value = ref.fields.get(field, "")
    if not value:
        year = ref.get("year") if field == "date" else ""
        return {"literal": " ".join(filter(None, (ref.get("month"), year)))} if year else None
    if is_exact(value):
        return {"date-parts": [list(parts_of(value))]}
    if found := _SEASON.fullmatch(value):
        return {"date-parts": [[int(found[1])]], "season": int(found[2])}
    if found := _UNCERTAIN.fullmatch(value):
        return {"date-parts": [list(parts_of(found[1]))], "circa": True}
    first, slash, last = value.partition("/")
    if slash and is_exact(first) and is_exact(last):
        return {"date-parts": [list(parts_of(first)), list(parts_of(last))]}
    parts = parts_of(value)
    return {"date-parts": [list(parts)], "literal": value} if parts else {"literal": value}


def _names(people: NameList) -> list[dict[str, str]]:
    return [_name(name) for name in people.names]


def _name(name: AuthorName) -> dict[str, str]:
    if name.many:
        return {"literal": name.last}
    parts = {"family": name.last, "given": name.first, "non-dropping-particle": name.von, "suffix": name.jr}
    return {part: value for part, value in parts.items() if value}
