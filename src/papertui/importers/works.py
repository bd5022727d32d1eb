"""From the facts of a record in any format to a bookmark with its imported entry."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from papertui.citations.bibtex_parse import arxiv_id, bare_arxiv_id, dois
from papertui.citations.keys import AuthorName, split_name
from papertui.citations.names import NameList, format_names, of_people
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.bibtex import LARGEST, BibtexEntries, decoded
from papertui.importers.dates import WrittenDate
from papertui.importers.files import OpenedFile, read_whole
from papertui.model import text
from papertui.model.bookmark import CitationEntry, tags_of
from papertui.model.identity import doi_of
from papertui.model.paper import Paper, page_url, pdf_url
from papertui.model.safe_text import paragraphs

#: Types whose `container` is a journal.
ARTICLES = frozenset({"article", "periodical", "suppperiodical", "review"})
#: Types that are published by an institution.
INSTITUTIONAL = frozenset({"thesis", "phdthesis", "mastersthesis", "report", "techreport"})
_BATCH = 1_000


class Work(NamedTuple):
    """What a record says of a work, in the terms of `papertui.citations.vocabulary`, as plain text."""

    type: str
    key: str = ""
    title: str = ""
    authors: NameList = NameList()
    date: WrittenDate = WrittenDate()
    #: What the record says instead of a date: “in press”.
    undated: str = ""
    #: All fields that are not named here, in the order of the record.
    fields: Mapping[str, str] = {}
    abstract: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    doi: str = ""
    #: Pages of the work, the best first.
    urls: Sequence[str] = ()
    pdf: str = ""
    #: Texts that may contain the arXiv id of the work itself, not of one that it mentions.
    named: Sequence[str] = ()


def bookmark(work: Work) -> ImportedBookmark | None:
    """Return the bookmark of a work; ``None`` if it has no title."""
    fields = {name: value for name, value in work.fields.items() if value}
    title = work.title or fields.get("booktitle") or (fields.get("journaltitle") if work.type == "periodical" else "")
    if not title:
        return None
    from_doi, doi = dois(work.doi.strip())
    if not (from_doi or doi) and not work.doi:
        from_doi, doi = next((found for url in work.urls if any(found := dois(url.strip()))), ("", None))
    journal = fields.get("journaltitle", "")
    id_ = from_doi or arxiv_id(*work.named, *work.urls, journal) or _bare_id(work.named)
    date = work.date.date
    moment, precision = date or (None, None)
    urls = list(dict.fromkeys(url for written in work.urls if (url := text.web_url(written))))
    shown = work.authors.shown()
    paper = Paper(
        id=id_,
        title=title,
        abstract=work.abstract,
        authors=shown,
        published=moment,
        precision=precision,
        sources=(SOURCE,),
        doi=doi,
        journal_ref=journal_ref(work.type, fields, date.moment.year if date else None),
        url=page_url(id_) if id_ else next(iter(urls), None),
        pdf=pdf_url(id_) if id_ else text.web_url(work.pdf),
    )
    entry = {
        # The parts of a name that its usual form does not show: “García Márquez, Gabriel”.
        "author": format_names(work.authors) if work.authors != of_people(shown) else "",
        "date": work.date.edtf,
        "year": "" if work.date.edtf else work.undated,
        **work.fields,
        "url": fields.get("url") or next(iter(urls), ""),
        "doi": "" if doi_of(work.doi) else work.doi,
        "annotation": work.note,
    }
    kept = [(name, value) for name, value in entry.items() if value]
    kept += [("title", "")] if not work.title else []
    kept += [("abstract", "")] if work.abstract else []
    return ImportedBookmark(
        paper, tags=work.tags, note=work.note, entry=CitationEntry(work.type, work.key, tuple(kept))
    )


def _bare_id(values: Iterable[str]) -> str:
    return next((id_ for value in values if value.strip().isascii() and (id_ := bare_arxiv_id(value))), "")


_NO_JOURNAL = re.compile(r"arxiv|corr\b", re.IGNORECASE)


def journal_ref(type_: str, fields: Mapping[str, str], year: int | None) -> str | None:
    """Return where a work was published, in the form of arXiv's ``journal-ref``."""
    if type_ not in ARTICLES:
        return fields.get("booktitle") or None
    name, volume, number, pages = (fields.get(part, "") for part in ("journaltitle", "volume", "number", "pages"))
    if not name or _NO_JOURNAL.search(name):
        return None
    reference = f"{name} {volume}".strip() + (f"({number})" if number else "") + (f", {pages}" if pages else "")
    return f"{reference} ({year})" if year and str(year) not in reference else reference


# --- names -------------------------------------------------------------------------------------------


def last_first(written: str) -> AuthorName:
    """Parse ``Last, First, Suffix``; a name without a comma is that of a group, or is written first names first."""
    parts = [text.name(part) for part in written.split(",")]
    last, *rest = parts
    rest = [part for part in rest if part]
    if not rest:
        # “UNESCO,” is EndNote's way to write the name of a group.
        return AuthorName(last, many=True) if len(parts) > 1 else split_name(last)
    if len(rest) == 1:
        if _is_suffix(rest[0]):
            return split_name(f"{last}, {rest[0]}")
        return _with_particles(last)._replace(first=rest[0])
    # RIS has the suffix last, BibTeX before the first names.
    first, jr = (rest[1], rest[0]) if _is_suffix(rest[0]) else (rest[0], ", ".join(rest[1:]))
    return _with_particles(last)._replace(first=first, jr=jr)


def _is_suffix(word: str) -> bool:
    return " " not in word and split_name(f"X Y {word}").jr == word


def _with_particles(last: str) -> AuthorName:
    found = split_name(f"{last}, X")
    return AuthorName(last) if found.many else found._replace(first="")


def people(values: Iterable[str]) -> NameList:
    """Return the people in the values of a field, which may hold several, one below the other or after a semicolon."""
    names: list[AuthorName] = []
    others = False
    for value in values:
        lines = value.split("\n")
        # A long name may be wrapped, but then only one line has a comma.
        each = lines if all("," in line for line in lines) else [" ".join(lines)]
        for part in (part for line in each for part in _several(line)):
            if part.strip(" .").lower() in {"et al", "others", "and others"}:
                others = True
            elif str(name := last_first(part)).strip():
                names.append(name)
    return NameList(tuple(names), others)


def _several(line: str) -> list[str]:
    parts = [part.strip() for part in line.split(";") if part.strip()]
    parts = parts if all("," in part for part in parts) else [line]
    return [one for part in parts for one in _at_and(part)]


def _at_and(part: str) -> list[str]:
    names = part.split(" and ")
    return names if all(name.count(",") == 1 for name in names) else [part]


# --- texts -------------------------------------------------------------------------------------------

_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sc|scp|span|p|br|inline-formula|(?:jats|mml):[a-z-]+)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)
_HEADING = re.compile(r"<jats:title>\s{0,9}(?:abstract|summary)\s{0,9}</jats:title>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(sub|sup|inf)>([^<>${}\\]{1,60})</\1>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});")


def unmarked(written: str) -> str:
    """Return the text without the HTML that titles and abstracts have in RIS and CSL: ``H<sub>2</sub>O &amp; more``."""
    if "<" in written:
        written = _HEADING.sub("", written)
        written = _SCRIPT.sub(lambda found: f"${'^' if found[1].lower() == 'sup' else '_'}{{{found[2]}}}$", written)
        written = _MARKUP.sub(
            lambda tag: " " if ":p" in tag[0] or tag[0].strip("</>").lower() in "p br" else "", written
        )
    return _ENTITY.sub(lambda found: html.unescape(found[0]), written) if "&" in written else written


def title(written: str) -> str:
    return text.title(unmarked(written))


def prose(written: str) -> str:
    return text.prose(unmarked(written))


def line(written: str) -> str:
    return text.plain(unmarked(written))


def notes(values: Iterable[str]) -> str:
    return "\n\n".join(filled for value in values if (filled := paragraphs(value)))


def tags(values: Sequence[str]) -> tuple[str, ...]:
    """Return the tags in keywords: separated by semicolons or lines, or by commas if there is but one value.

    A tag contains no comma, because commas separate tags: “Models, Theoretical” becomes “Models Theoretical”.
    """
    separators = _ANY_SEPARATOR if len(values) == 1 and ";" not in values[0] else _SEPARATOR
    parts = (part for value in values for part in separators.split(value))
    return tags_of(line(part).replace(",", " ") for part in parts)


_SEPARATOR, _ANY_SEPARATOR = re.compile(r"[;\n]"), re.compile(r"[;\n,]")
_ISSN = re.compile(r"\b\d{4}-?\d{3}[\dXx]\b")
_ISBN = re.compile(r"(?<![\d-])(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\d-])")


def standard_number(written: str, type_: str) -> str:
    """Return the name of the field for a serial number: ``issn``, ``isbn`` or ``number``."""
    if _ISBN.search(written):
        return "isbn"
    if _ISSN.search(written):
        return "issn"
    return (
        "issn" if type_ in ARTICLES else "number" if type_ in {"report", "techreport", "patent", "standard"} else "isbn"
    )


# --- files -------------------------------------------------------------------------------------------


def read_works(data: bytes, read: Callable[[str], Iterator[Work | str]]) -> BibtexEntries:
    """Return the bookmarks of a file. A record that cannot be read is reported, and the others are read."""
    written, notices = decoded(data)
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    entries = 0
    for some_kept, some_bad, so_far in _divided(read(written)):
        kept += some_kept
        bad += some_bad
        entries = so_far
    return BibtexEntries(tuple(kept), tuple(bad), entries, notices)


def work_batches(file: OpenedFile, read: Callable[[str], Iterator[Work | str]]) -> Iterator[Batch]:
    """Yield the bookmarks of a file in batches."""
    written, notices = decoded(read_whole(file.stream, LARGEST))
    for kept, bad, number in _divided(read(written)):
        yield Batch((), tuple(bad), 0, number, file.done(), kept=tuple(kept), unit="entry", notices=notices)
        notices = ()


def _divided(works: Iterator[Work | str]) -> Iterator[tuple[list[ImportedBookmark], list[BadRecord], int]]:
    """Yield the bookmarks and the bad records of each batch, and the number of records so far."""
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    number = 0
    for number, work in enumerate(works, 1):
        if isinstance(work, str):
            bad.append(BadRecord(number, work))
        elif (one := bookmark(work)) is None:
            bad.append(BadRecord(number, "it has no title"))
        else:
            kept.append(one)
        if number % _BATCH == 0:
            yield kept, bad, number
            kept, bad = [], []
    yield kept, bad, number
