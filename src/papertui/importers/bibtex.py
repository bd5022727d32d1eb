"""Bookmarks from BibTeX and BibLaTeX, as papertui, Zotero, JabRef, BibDesk, Google Scholar and arXiv write it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from papertui.citations.bibtex_file import DamagedEntry, RawEntry, read_bibtex_text
from papertui.citations.bibtex_parse import ids_of
from papertui.citations.crossref import Families, WholeEntry
from papertui.citations.dates import entry_date
from papertui.citations.keys import split_name
from papertui.citations.names import parse_names
from papertui.citations.tex import plain_name, plain_note, plain_title
from papertui.citations.tex_fields import Held, TexMacros, date_texts, entry_from_tex, names_in, tags_in, text_of
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.bookmark import RATINGS, State, tags_of
from papertui.model.paper import Paper, page_url, pdf_url

_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


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
    return parse_names(value, plain_name).shown()


def last_first(values: Iterable[str]) -> tuple[str, ...]:
    """Return authors written as ``Last, First, Jr``, first names first."""
    return tuple(name for value in values if (name := _turned(value.split(","))))


def _turned(pieces: list[str]) -> str:
    last, *rest = [name for piece in pieces if (name := plain_name(piece))] or [""]
    if len(rest) < 2:  # noqa: PLR2004 - no suffix
        return str(split_name(f"{last}, {rest[0]}")) if rest else last
    return " ".join((str(split_name(f"{last}, {rest[0]}")), rest[1]))


#: A library of a hundred thousand papers is much smaller.
LARGEST = 32 << 20
_START = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_ENCODING = re.compile(rb"^%\s*Encoding:\s*([\w-]{2,20})", re.MULTILINE | re.IGNORECASE)
_RANKING = re.compile(r"(?:rank)?([1-5])")
#: If the place of publication is arXiv itself, the paper is unpublished.
_NO_JOURNAL = re.compile(r"arxiv|corr\b|^abs/", re.IGNORECASE)
_STATES: Mapping[str, State] = {"read": "read", "skimmed": "reading"}
#: Entries that only hold fields of others.
_NO_PAPERS = frozenset({"xdata", "set"})
#: What an entry without a title is called in lists, the best first.
_TITLES = ("booktitle", "maintitle", "issuetitle", "eventtitle", "howpublished", "note")
#: A shorter file that only has comments is nothing.
_COMMENTS = 4096


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
    if head.is_binary or head.start.startswith((b"{", b"[", b"<")):
        return False
    if _START.search(head.text):
        return True
    # Some files begin with more comments than a head holds, of which a compressed file shows a few kilobytes at first;
    # the last line of a head may be cut.
    *lines, _ = [line.strip() for line in head.lines] or [""]
    return len(head.data) > _COMMENTS and any(lines) and all(line.startswith("%") for line in lines if line)


def read_bibtex_file(file: OpenedFile) -> Iterator[Batch]:
    read = read_bibtex(read_whole(file.stream, LARGEST))
    yield Batch((), read.bad, 0, read.entries, file.done(), kept=read.kept, unit="entry", notices=read.notices)


def read_bibtex(data: bytes) -> BibtexEntries:
    """Return the bookmarks of a file. An entry that cannot be read is reported, and the others are read."""
    written, notices = decoded(data)
    read = read_bibtex_text(written)
    macros = TexMacros(read.preambles)
    families = Families(entry for entry in read.entries if isinstance(entry, RawEntry))
    bad: list[BadRecord] = []
    kept: list[ImportedBookmark] = []
    for number, entry in enumerate(read.entries, 1):
        if isinstance(entry, DamagedEntry):
            bad.append(BadRecord(number, f"the entry {_shown(entry.key)} in line {entry.line} {entry.why}"))
        elif entry.type not in _NO_PAPERS:
            found = _kept(families.whole(entry), macros)
            if found is None:
                bad.append(BadRecord(number, f"the entry {_shown(entry.key)} has no title"))
            else:
                kept.append(found)
    return BibtexEntries(tuple(kept), tuple(bad), len(read.entries), notices)


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


def _kept(entry: WholeEntry, macros: TexMacros) -> ImportedBookmark | None:
    own = entry.fields
    fields = {**entry.inherited, **own}
    title = next(
        (found for name in ("title", *_TITLES) if (found := plain_title(macros.expanded(fields.get(name, ""))))), ""
    )
    if not title:
        return None
    id_, doi = ids_of(fields)
    _, published = entry_date(date_texts(fields, macros))
    subject = fields.get("primaryclass") or fields.get("eprintclass") or ""
    paper = Paper(
        id=id_,
        title=title,
        abstract=plain_title(fields.get("abstract", "")),
        authors=names_in(fields.get("author", ""), macros).shown(),
        published=published and published.moment,
        precision=published and published.precision,
        categories=tuple(plain_title(subject).split()[:1]),
        sources=(SOURCE,),
        doi=doi,
        journal_ref=_journal(fields),
        url=page_url(id_) if id_ else text.web_url(text_of("url", fields.get("url", ""))),
        pdf=pdf_url(id_) if id_ else None,
    )
    ranking = _RANKING.fullmatch((fields.get("ranking") or fields.get("rating") or "").strip())
    rating = int(ranking[1]) if ranking else None
    note = next((fields[name] for name in ("annotation", "annote", "comment", "review") if fields.get(name)), "")
    tags = tags_of(tags_in(macros.expanded(fields.get("keywords", ""))))
    return ImportedBookmark(
        paper,
        added=moment(fields.get("timestamp") or fields.get("date-added") or fields.get("creationdate") or ""),
        tags=tags,
        note=plain_note(note),
        state=_STATES.get(fields.get("readstatus", "").strip().lower(), "to read"),
        rating=rating if rating in RATINGS else None,
        entry=entry_from_tex(entry, Held(paper, tags), macros),
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
