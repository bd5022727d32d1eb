"""What is known of a cited paper, from its entry and its record together: the one source of all formats.

An imported entry says what kind of work it is and where it was published. What the record has gained since then is
added:

- Facts that the entry does not have are added: a DOI, an arXiv id with its category, an address, authors.
- Title, authors and DOI of the record count; the form in which the entry has them stays while they are the same.
- A preprint that has been published becomes an article or a conference paper, under its key, with the year of
  publication; so does an entry whose journal is arXiv. Any other entry keeps its type and its place of publication.
- Tags and note are the reader's. What the file said is exported as it was while they are unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from papertui.citations.dates import is_exact, parts_of, written
from papertui.citations.keys import Publication, date_of, own_doi, publication
from papertui.citations.model import CitedPaper
from papertui.citations.names import NameList, format_names, of_people, parse_names
from papertui.citations.vocabulary import INHERITED, PREPRINT, TEX, TypeNames, type_names
from papertui.model.bookmark import CitationEntry
from papertui.model.identity import doi_of, is_arxiv
from papertui.model.merge import UNPUBLISHED, is_unpublished
from papertui.model.paper import Paper, found_by_search, page_url

_DATE: Final = ("date", "year", "month", "day")
#: What programs keep of a bookmark's rating and state.
_RATING: Final = re.compile(r"(?:rank)?([1-5])")
READ_STATES: Final[Mapping[str, str]] = {"read": "read", "skimmed": "reading"}


class Reference(NamedTuple):
    """A cited paper."""

    paper: Paper
    key: str
    type: str
    #: The text of each field but the authors; see `papertui.citations.vocabulary`.
    fields: Mapping[str, str]
    people: Mapping[str, NameList]
    #: TeX of fields, as in the file; it counts only if it still says the same.
    tex: Mapping[str, str]
    #: The fields from the entry that ``crossref`` names.
    inherited: frozenset[str] = frozenset()
    #: Fields that BibTeX and BibLaTeX contain only if they are asked for.
    optional: frozenset[str] = frozenset()
    is_imported: bool = False
    own_key: str = ""  # the key of the entry in its file
    entry: tuple[tuple[str, str], ...] = ()  # its fields, as kept
    is_preprint: bool = False
    names: TypeNames = PREPRINT

    def get(self, *names: str) -> str:
        """Return the first of some fields that there is; empty if there is none."""
        return next((value for name in names if (value := self.fields.get(name))), "")

    def named(self, field: str) -> NameList:
        """Return the people in a field."""
        return self.people[field] if field in self.people else parse_names(self.fields.get(field, ""))

    @property
    def full_title(self) -> str:
        """The title with its subtitle; for an entry without a title what its paper is called."""
        return ": ".join(filter(None, (self.get("title") or self.paper.title, self.get("subtitle"))))

    @property
    def as_entry(self) -> CitationEntry:
        """What decides the type in other formats."""
        return CitationEntry(self.type, self.key, tuple(self.fields.items()))

    @property
    def tags(self) -> list[str]:
        return [tag for tag in self.get("keywords").split(", ") if tag]

    def rest(self, left: Mapping[str, str], gone: Collection[str]) -> dict[str, str]:
        """Return the fields of an imported entry that a format has no place for.

        Args:
            left: the fields that are not placed yet.
            gone: fields that are placed although `left` has them.
        """
        if not self.is_imported:
            return {}
        is_arxivs = self.get("eprinttype").lower() == "arxiv"
        done = {*gone, "eprint", "eprinttype"} if is_arxivs else {*gone}
        done |= {"date", "year", "month", "day"} if self.is_dated else set()
        rest = {name: value for name, value in left.items() if name not in done and value}
        if self.people["author"].others:
            rest["author"] = format_names(self.people["author"])
        return rest

    @property
    def date(self) -> tuple[int, ...]:
        """Year, month and day, as far as they are known."""
        return parts_of(self.get("date", "year"))

    @property
    def is_dated(self) -> bool:
        """Whether `date` says all that is known."""
        date = self.fields.get("date", "")
        return not (self.get("year", "month", "day") or (date and not is_exact(date)))


def reference(cited: CitedPaper) -> Reference:
    """Return what is known of a paper."""
    entry = cited.bookmark.entry if cited.bookmark else None
    return _of_paper(cited) if entry is None else _of_entry(cited, entry)


def _of_paper(cited: CitedPaper) -> Reference:
    paper = cited.paper
    where = publication(paper)
    type_, place = _published(where)
    fields = {
        "title": paper.title,
        **place,
        "date": written(date_of(paper, where)),
        **_eprint(paper, {}),
        "doi": own_doi(paper) or "",
        "url": page_url(paper.id) if is_arxiv(paper.id) else _own_url(paper),
        **_reader(cited),
        "abstract": paper.abstract,
    }
    made = CitationEntry(type_)
    return Reference(
        paper, cited.key, type_,
        {name: value for name, value in fields.items() if value},
        {"author": of_people(paper.authors)},
        {},
        optional=frozenset({"abstract", "annotation"}),
        is_preprint=where.kind == "preprint" and is_arxiv(paper.id),
        names=PREPRINT if where.kind == "preprint" else type_names(made),
    )  # fmt: skip


def _of_entry(cited: CitedPaper, entry: CitationEntry) -> Reference:
    paper = cited.paper
    fields, tex, inherited = _parts(entry)
    has_abstract, noted = "abstract" in fields, fields.get("annotation")
    people = {"author": _authors(paper, fields.get("author", ""))}
    fields = {
        **({} if fields.get("title") == "" else {"title": paper.title}),
        **{name: value for name, value in fields.items() if name != "author"},
        **_eprint(paper, fields),
        "doi": _doi(paper, fields.get("doi", "")),
        "url": fields.get("url") or ("" if is_arxiv(paper.id) else _own_url(paper)),
        **_reader(cited),
        "abstract": paper.abstract,
    }
    fields |= _marks(cited, fields)
    type_ = entry.type
    if not any(fields.get(name) for name in _DATE):
        fields["date"] = written(date_of(paper, Publication("preprint")))
    unplaced = is_unpublished(type_, fields)
    if unplaced and paper.journal_ref:
        type_, fields, tex = _with_publication(publication(paper), fields, tex)
        unplaced = False
    is_preprint = unplaced and is_arxiv(paper.id) and type_ in UNPUBLISHED
    optional = {
        name for name, is_own in (("abstract", has_abstract), ("annotation", noted == cited.note)) if not is_own
    }
    return Reference(
        paper, cited.key, type_,
        {name: value for name, value in fields.items() if value},
        people, tex, inherited, frozenset(optional),
        is_imported=True,
        own_key=entry.key,
        entry=entry.fields,
        is_preprint=is_preprint,
        names=PREPRINT if is_preprint else type_names(entry._replace(type=type_)),
    )  # fmt: skip


def _parts(entry: CitationEntry) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Return the fields of an entry, their TeX, and the names of those that are inherited."""
    fields: dict[str, str] = {}
    tex: dict[str, str] = {}
    inherited: dict[str, str] = {}
    for name, value in entry.fields:
        if name.endswith(TEX):
            tex[name.removesuffix(TEX)] = value
        elif name.endswith(INHERITED):
            inherited[name.removesuffix(INHERITED)] = value
        else:
            fields[name] = value
    missing = {name: value for name, value in inherited.items() if not fields.get(name)}
    return fields | missing, tex, frozenset(missing)


def _published(where: Publication) -> tuple[str, dict[str, str]]:
    """Return the type of a paper and the fields for the place of its publication."""
    if where.kind == "journal":
        pages = where.pages.replace("-", "–")
        return "article", {
            "journaltitle": where.name, "volume": where.volume, "number": where.issue, "pages": pages
        }  # fmt: skip
    return ("inproceedings", {"booktitle": where.name}) if where.kind == "meeting" else ("online", {})


def _with_publication(
    where: Publication, fields: Mapping[str, str], tex: Mapping[str, str]
) -> tuple[str, dict[str, str], dict[str, str]]:
    type_, place = _published(where)
    gone = {"journaltitle", "volume", "number", "pages", *place}
    if where.year and parts_of(fields.get("date") or fields.get("year", ""))[:1] != (int(where.year),):
        place["date"] = where.year
        gone |= {"year", "month", "day"}
    kept = {name: value for name, value in fields.items() if name not in gone} | place
    return type_, kept, {name: value for name, value in tex.items() if name not in gone}


def _authors(paper: Paper, written_so: str) -> NameList:
    """Return the authors of the record, as the entry has them if they are the same."""
    people = parse_names(written_so)
    return people if people.shown() == tuple(paper.authors) else of_people(paper.authors)


def _doi(paper: Paper, written_so: str) -> str:
    own = own_doi(paper)
    return written_so if written_so and own in (None, doi_of(written_so)) else own or ""


def _eprint(paper: Paper, fields: Mapping[str, str]) -> dict[str, str]:
    if not is_arxiv(paper.id) or fields.get("eprinttype", "arxiv").lower() != "arxiv":
        return {}
    return {
        "eprint": fields.get("eprint") or paper.id,
        "eprinttype": fields.get("eprinttype") or "arxiv",
        "eprintclass": fields.get("eprintclass") or "".join(paper.categories[:1]),
    }


def _own_url(paper: Paper) -> str:
    """Return the address of the page of a paper; nothing for pages that only search for it."""
    url = paper.url or ""
    return url if url.startswith(("https://", "http://")) and not found_by_search(url) else ""


def _reader(cited: CitedPaper) -> dict[str, str]:
    return {"keywords": ", ".join(tag.replace(",", " ") for tag in cited.tags), "annotation": cited.note}


def _marks(cited: CitedPaper, fields: Mapping[str, str]) -> dict[str, str]:
    """Return rating and reading state in the fields that other programs have for them, if the entry has them."""
    mark = cited.bookmark
    marks: dict[str, str] = {}
    for name in ("ranking", "rating"):
        found = _RATING.fullmatch(fields.get(name, "").strip())
        if mark and found and int(found[1]) != mark.rating:
            marks[name] = found[0].replace(found[1], str(mark.rating)) if mark.rating else ""
    status = fields.get("readstatus", "").strip().lower()
    if mark and status and READ_STATES.get(status, "to read") != mark.state:
        marks["readstatus"] = next((name for name, state in READ_STATES.items() if state == mark.state), "")
    return marks
