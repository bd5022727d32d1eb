"""Bookmarks from BibTeX and BibLaTeX, as papertui, Zotero, JabRef, BibDesk, Google Scholar and arXiv write it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from papertui.citations.bibtex_parse import ids_of, parse_entries
from papertui.citations.keys import split_name
from papertui.citations.tex import plain_name, plain_note, plain_title
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.bookmark import RATINGS, State
from papertui.model.paper import Paper, page_url, pdf_url

_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


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


#: A library of a hundred thousand papers is much smaller.
LARGEST = 32 << 20
_START = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_ENCODING = re.compile(rb"^%\s*Encoding:\s*([\w-]{2,20})", re.MULTILINE | re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;\n]")
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


def is_bibtex(head: Head) -> bool:
    return not head.is_binary and not head.start.startswith((b"{", b"[", b"<")) and bool(_START.search(head.text))


def read_bibtex_file(file: OpenedFile) -> Iterator[Batch]:
    read = read_bibtex(read_whole(file.stream, LARGEST))
    yield Batch((), read.bad, 0, read.entries, file.done(), kept=read.kept, unit="entry", notices=read.notices)


def read_bibtex(data: bytes) -> BibtexEntries:
    """Return the bookmarks of a file. An entry that cannot be read is reported, and the others are read."""
    written, notices = decoded(data)
    entries: list[tuple[int, dict[str, str]]] = []
    bad: list[BadRecord] = []
    number = 0
    for number, (fields, why) in enumerate(parse_entries(written), 1):
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


def _kept(fields: Mapping[str, str]) -> ImportedBookmark | None:
    title = plain_title(fields.get("title", ""))
    if not title:
        return None
    id_, doi = ids_of(fields)
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
