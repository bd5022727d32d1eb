"""Bookmarks from BibTeX and BibLaTeX."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry, ParsingFailedBlock

from papertui.citations.bibtex import plain_name, plain_note, plain_title
from papertui.citations.keys import split_name
from papertui.errors import UsageError
from papertui.importers.batch import SOURCE, BadRecord, ImportedBookmark
from papertui.model import text
from papertui.model.bookmark import RATINGS, State
from papertui.model.identity import arxiv_id_of_doi, doi_of
from papertui.model.paper import ARXIV_ID, Paper, page_url, paper_id, pdf_url

# What the formats of bibliographies have in common: ids, dates, names, places of publication.

#: An arXiv id as written in any field: an address, “arXiv:2604.26951”, CoRR's “abs/2604.26951”.
_NAMED = re.compile(
    rf"(?:arxiv(?:\.org)?[:/\s]\s*(?:(?:abs|pdf|html)/)?|huggingface\.co/papers/|\babs/)\s*({ARXIV_ID.pattern})(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Characters searched in a field that may contain an id.
_BIBLIOGRAPHY_LONGEST = 10_000
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def arxiv_id(*values: str) -> str:
    """Return the arXiv id in one of `values`, without its version; empty if there is none."""
    for value in values:
        if found := _NAMED.search(value[:_BIBLIOGRAPHY_LONGEST]):
            return found[2]
    return ""


def bare_arxiv_id(value: str) -> str:
    """Return `value` as an arXiv id, whatever its form; empty if it is not one."""
    try:
        id_ = paper_id(value)
    except UsageError:
        return ""
    return id_ if ARXIV_ID.fullmatch(id_) else ""


def dois(value: str) -> tuple[str, str | None]:
    """Return the arXiv id that a DOI stands for, or the DOI itself."""
    doi = doi_of(value)
    if doi is None:
        return "", None
    id_ = arxiv_id_of_doi(doi)
    return (id_, None) if id_ else ("", doi)


def moment(date: str, year: str = "", month: str = "", day: str = "") -> datetime | None:
    """Return the date, as precisely as it is given: for a year alone its first day."""
    found = _DATE.match(date.strip()) or _DATE.match(year.strip())
    if found is None:
        return None
    numbers = [int(found[1]), int(found[2] or 0) or _month(month) or 1, int(found[3] or 0) or _number(day) or 1]
    try:
        return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None


def _month(text: str) -> int:
    word = text.strip().strip("{}\"'").lower()
    return next((number for number, name in enumerate(_MONTHS, 1) if word.startswith(name)), _number(word))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0  # noqa: PLR2004 - days and months


def authors(value: str) -> tuple[str, ...]:
    """Return the authors in a BibTeX field, first names first; “and others” is dropped."""
    names = (_one_author(part) for part in _parted_at_and(value))
    return tuple(name for name in names if name and name.lower() != "others")


def last_first(values: Iterable[str]) -> tuple[str, ...]:
    """Return authors written as ``Last, First, Jr``, first names first."""
    return tuple(name for value in values if (name := _turned(value.split(","), jr_last=True)))


def _one_author(part: str) -> str:
    if part.startswith("{") and part.endswith("}") and _depths(part).index(0) == len(part) - 1:
        return plain_name(part)
    pieces = [""]
    for char, depth in zip(part, _depths(part), strict=True):
        if char == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return _turned(pieces, jr_last=False)


def _turned(pieces: list[str], *, jr_last: bool) -> str:
    names = [plain_name(piece) for piece in pieces]
    last, *rest = [name for name in names if name] or [""]
    if len(rest) < 2:  # noqa: PLR2004 - no suffix
        return str(split_name(f"{last}, {rest[0]}")) if rest else last
    first, jr = (rest[0], rest[1]) if jr_last else (rest[1], rest[0])
    return " ".join((str(split_name(f"{last}, {first}")), jr))


def _parted_at_and(value: str) -> list[str]:
    parts, start = [], 0
    depths = _depths(value)
    for found in _AND.finditer(value):
        if depths[found.start()] == 0:
            parts.append(value[start : found.start()])
            start = found.end()
    return [part.strip() for part in [*parts, value[start:]] if part.strip()]


def _depths(text: str) -> list[int]:
    """Return for each character how many braces enclose it; a closing brace counts as outside."""
    depth, depths = 0, []
    for char in text:
        depth = max(0, depth - (char == "}"))
        depths.append(depth)
        depth += char == "{"
    return depths


# Bookmarks from BibTeX and BibLaTeX, as papertui, Zotero, JabRef, BibDesk, Google Scholar and arXiv write it.
#
# bibtexparser splits the file, resolves strings and reports what it cannot parse; TeX, names and ids are parsed here.

_ENCODING = re.compile(rb"^%\s*Encoding:\s*([\w-]{2,20})", re.MULTILINE | re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;\n]")
#: Three thousand authors need less.
_BIBTEX_LONGEST = 1 << 18
#: An operand of ``#``: a group (not deep), a quoted text, or the name of a string.
_OPERAND = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\"[^\"]*\"|[^\s#{}\"]+")
_RANKING = re.compile(r"(?:rank)?([1-5])")
#: If the place of publication is arXiv itself, the paper is unpublished.
_NO_JOURNAL = re.compile(r"arxiv|corr\b|^abs/", re.IGNORECASE)
_STATES: Mapping[str, State] = {"read": "read", "skimmed": "reading"}
#: The fields that BibTeX inherits from the entry that ``crossref`` names.
_INHERITED = {"booktitle": "title", "year": "year", "date": "date", "journal": "journal", "publisher": "publisher"}


class BibtexEntries(NamedTuple):
    """The content of a bibliography."""

    kept: tuple[ImportedBookmark, ...]
    #: Entries that could not be read.
    bad: tuple[BadRecord, ...]
    #: The number of entries.
    entries: int
    #: Sentences about the file for the user.
    notices: tuple[str, ...] = ()


class BibtexFile(NamedTuple):
    """What a bibliography contains already, for appending to it."""

    #: The keys of its entries, as written.
    keys: frozenset[str]
    ids: frozenset[str]
    #: In lower case.
    dois: frozenset[str]
    #: Whether the last entry is closed; if not, appended text would become part of it.
    closed: bool


def read_bibtex(data: bytes) -> BibtexEntries:
    """Return the bookmarks of a file. An entry that cannot be read is reported, and the others are read."""
    written, notices = decoded(data)
    entries: list[tuple[int, dict[str, str]]] = []
    bad: list[BadRecord] = []
    number = 0
    for number, (fields, why) in enumerate(_blocks(written), 1):
        if fields is None:
            bad.append(BadRecord(number, why))
        else:
            entries.append((number, fields))
    parents = {fields["entrykey"].lower(): fields for _, fields in entries}
    kept: list[ImportedBookmark] = []
    for place, fields in entries:
        if parent := parents.get(fields.get("crossref", "").strip().lower()):
            inherited = {name: parent[other] for name, other in _INHERITED.items() if other in parent}
            fields = {**inherited, **fields}  # noqa: PLW2901 - the entry with what it inherits
        found = _kept(fields)
        if found is None:
            bad.append(BadRecord(place, f"the entry {_shown(fields['entrykey'])} has no title"))
        else:
            kept.append(found)
    return BibtexEntries(tuple(kept), tuple(sorted(bad)), number, notices)


def existing_entries(written: str) -> BibtexFile:
    """Return the keys, arXiv ids and DOIs of a file, including those of damaged entries."""
    keys: set[str] = set()
    ids: set[str] = set()
    found_dois: set[str] = set()
    closed = True
    for fields, _ in _blocks(written):
        closed = fields is not None
        if fields is None:
            continue
        keys.add(fields["entrykey"])
        id_, doi = _ids(fields)
        ids |= {id_} if id_ else set()
        found_dois |= {doi} if doi else set()
    return BibtexFile(frozenset(keys), frozenset(ids), frozenset(found_dois), closed)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and notices about its encoding.

    UTF-8 is expected; otherwise JabRef's first line names the encoding, or it is the old default of Windows.
    """
    for mark, name in (
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        declared = _ENCODING.search(data[:1024])
        name = _known(declared[1].decode("ascii", "replace")) if declared else ""
        name = name or "cp1252"
        return data.decode(name, "replace"), (f"The file is not in UTF-8; it was read as {name}.",)


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return ""
    # Only text encodings: Python also has codecs that decompress or transform.
    return found.name if found.name.startswith(("cp", "iso8859", "latin", "mac", "koi8", "gb", "big5", "euc")) else ""


def _blocks(written: str) -> Iterator[tuple[dict[str, str] | None, str]]:
    """Yield the fields of each entry by lower-case names, its key as ``entrykey``; or why it cannot be read."""
    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:  # the same errors are reported as `Bad`
        logger.addHandler(logging.NullHandler())
    library = parse_string(written.replace("\r\n", "\n").replace("\r", "\n"))
    strings = {name.lower(): str(string.value) for name, string in library.strings_dict.items()}
    for block in library.blocks:
        found = block
        if isinstance(block, ParsingFailedBlock):
            # Keep an entry with a duplicate key or field.
            if not isinstance(block.ignore_error_block, Entry):
                yield None, f"the entry in line {(block.start_line or 0) + 1} is not closed, or not written as BibTeX"
                continue
            found = block.ignore_error_block
        if isinstance(found, Entry):
            fields: dict[str, str] = {}
            for field in found.fields:
                value = str(field.value)[:_BIBTEX_LONGEST]
                bare = field.enclosing not in {"{", '"'} and "#" in value
                fields.setdefault(field.key.lower(), _joined(value, strings) if bare else value)
            yield {**fields, "entrykey": found.key}, ""


def _joined(value: str, strings: Mapping[str, str]) -> str:
    """Resolve ``me # " and " # {them}``, which the parser leaves to its caller."""
    pieces: list[str] = []
    for found in _OPERAND.finditer(value):
        piece = found[0]
        pieces.append(strings.get(piece.lower(), piece) if piece[0] not in '{"' else piece[1:-1])
    return "".join(pieces)


def _ids(fields: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the arXiv id and the DOI of an entry."""
    eprint = fields.get("eprint", "").strip()
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip().strip("{}").lower()
    id_ = bare_arxiv_id(eprint) if archive == "arxiv" else ""
    from_doi, doi = dois(fields.get("doi", "").strip().strip("{}"))
    id_ = id_ or from_doi or bare_arxiv_id(fields.get("arxivid", ""))
    if not id_:
        # Google Scholar writes “arXiv preprint arXiv:…”, DBLP a volume “abs/…”, Zotero an address.
        names = ("url", "journal", "journaltitle", "volume", "number", "howpublished", "note", "pubstate", "ee")
        id_ = arxiv_id(*(fields.get(name, "") for name in names))
    return id_, doi


def _kept(fields: Mapping[str, str]) -> ImportedBookmark | None:
    title = plain_title(fields.get("title", ""))
    if not title:
        return None
    id_, doi = _ids(fields)
    subject = fields.get("primaryclass") or fields.get("eprintclass") or ""
    paper = Paper(
        id=id_,
        title=title,
        abstract=plain_title(fields.get("abstract", "")),
        authors=authors(fields.get("author") or fields.get("editor") or ""),
        published=moment(*(fields.get(name, "") for name in ("date", "year", "month", "day"))),
        categories=tuple(plain_title(subject).split()[:1]),
        sources=(SOURCE,),
        doi=doi,
        journal_ref=_journal(fields),
        url=page_url(id_) if id_ else text.web_url(fields.get("url", "").replace("\\", "")),
        pdf=pdf_url(id_) if id_ else None,
    )
    ranking = _RANKING.fullmatch((fields.get("ranking") or fields.get("rating") or "").strip())
    rating = int(ranking[1]) if ranking else None
    note = next((fields[name] for name in ("annotation", "annote", "comment", "review") if fields.get(name)), "")
    return ImportedBookmark(
        paper,
        added=moment(fields.get("timestamp") or fields.get("date-added") or fields.get("creationdate") or ""),
        tags=tuple(tag for part in _SEPARATOR.split(fields.get("keywords", "")) if (tag := plain_title(part))),
        note=plain_note(note),
        state=_STATES.get(fields.get("readstatus", "").strip().lower(), "to read"),
        rating=rating if rating in RATINGS else None,
    )


def _journal(fields: Mapping[str, str]) -> str | None:
    """Return where the paper was published, in the form of arXiv's ``journal-ref``."""
    booktitle = plain_title(fields.get("booktitle", ""))
    name = plain_title(fields.get("journal") or fields.get("journaltitle") or "")
    if booktitle and not name:
        return booktitle
    if not name or _NO_JOURNAL.search(name):
        return None
    volume, number, pages = (plain_title(fields.get(part, "")) for part in ("volume", "number", "pages"))
    year = moment(fields.get("date", ""), fields.get("year", ""))
    reference = f"{name} {volume}".strip() + (f"({number})" if number else "")
    reference += f", {pages.replace('–', '-')}" if pages else ""
    return f"{reference} ({year.year})" if year and str(year.year) not in reference else reference


def _shown(key: str) -> str:
    return text.plain(key)[:60] or "without a key"
