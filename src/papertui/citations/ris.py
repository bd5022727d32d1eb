"""RIS, the common format of reference managers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from papertui.citations.dates import parts_of
from papertui.citations.keys import AuthorName, any_doi, split_name
from papertui.citations.model import CitedPaper
from papertui.citations.reference import Reference, reference
from papertui.citations.vocabulary import ENTRY_TYPE, GENRES, RIS_FIELDS, RIS_NAMES, RIS_ONLY, RIS_TYPE, ris_type
from papertui.model.identity import is_arxiv

#: The tag for what RIS has no tag for, one line each: ``name: value``.
REST: Final = "U1"
_RANGE: Final = re.compile(r"([^\s,;–-]+)\s*(?:--?|–)\s*([^\s,;–-]+)")
_PEOPLE: Final = ("editor", "translator")
#: Fields that share a tag: the first one that there is gets it.
_SHARED: Final[tuple[tuple[str, ...], ...]] = (
    ("journaltitle", "booktitle"),
    ("publisher", "institution"),
    ("isbn", "issn"),
)
_SIMPLE: Final = (
    "shorttitle", "shortjournal", "series", "volume", "number", "chapter", "edition", "location", "volumes", "language",
    "library", "file",
)  # fmt: skip


def ris(cited: Iterable[CitedPaper]) -> str:
    """Format papers as a RIS file."""
    return "\n".join(_record(reference(one)) for one in cited)


def _record(ref: Reference) -> str:
    type_, own = ris_type(ref.as_entry, ref.names)
    rest = [(REST, f"{ENTRY_TYPE}: {own}")] if own and ref.is_imported else []
    lines = [("TY", type_), *_lines(ref), *rest, ("ER", "")]
    return "".join(f"{tag}  - {text}\n" for tag, value in lines if (text := " ".join(value.split())) or tag == "ER")


def _lines(ref: Reference) -> Iterator[tuple[str, str]]:
    left = dict(ref.fields)

    def take(*names: str) -> str:
        return next((value for name in names if (value := left.pop(name, ""))), "")

    paper = ref.paper
    yield "TI", ref.full_title
    yield from (("AU", _name(name)) for name in ref.named("author").names)
    for field in _PEOPLE:
        yield from ((RIS_FIELDS[field], _name(name)) for name in ref.named(field).names)
    yield from _dates(ref)
    for names in _SHARED:
        value = take(*names)
        if names[0] == "publisher" and ref.is_preprint and not value:
            value = "arXiv"
        yield RIS_FIELDS[names[0]], value
    for name in _SIMPLE:
        yield RIS_FIELDS[name], take(name)
    yield "M3", take("type") or GENRES.get(ref.type, "")
    yield from _pages(take("pages"))
    yield "AB", paper.abstract
    yield from (("KW", tag) for tag in ref.tags)
    yield "DO", take("doi") or any_doi(paper)
    yield "AN", f"arXiv:{paper.id}" if is_arxiv(paper.id) else ""
    yield "UR", take("url")
    yield "Y2", "/".join(f"{part:02}" for part in parts_of(take("urldate")))
    yield "N1", take("annotation")
    yield "RN", take("note")
    yield "ID", ref.key
    gone = {*_PEOPLE, RIS_TYPE, "title", "subtitle", "keywords", "abstract"}
    for name, value in ref.rest(left, gone).items():
        if name in RIS_NAMES:
            yield from ((name.upper(), _name(person)) for person in ref.named(name).names)
        else:
            yield (name.upper(), value) if name in RIS_ONLY else (REST, f"{name}: {value}")


def _dates(ref: Reference) -> Iterator[tuple[str, str]]:
    date = ref.date
    if date:
        yield "PY", f"{date[0]:04}"
        yield "DA", "/".join((f"{date[0]:04}", *(f"{part:02}" for part in date[1:]))) if date[1:] else ""


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    found = _RANGE.fullmatch(pages)
    yield "SP", found[1] if found else pages
    yield "EP", found[2] if found else ""


def _name(name: AuthorName) -> str:
    """Format a name for RIS: ``Last, First, Suffix``."""
    if name.many or not name.first:
        whole = str(name).replace(",", " ")
        # A comma at the end says that the name has no parts, as in EndNote.
        return f"{whole}," if name.many and not split_name(whole).many else whole
    last = f"{name.von} {name.last}".strip()
    return ", ".join(part.replace(",", " ") for part in (last, name.first, name.jr) if part)
