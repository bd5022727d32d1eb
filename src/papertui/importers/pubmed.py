"""Bookmarks from PubMed's ``.nbib`` (MEDLINE): https://www.nlm.nih.gov/bsd/mms/medlineelements.html."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertui.citations.keys import AuthorName
from papertui.citations.names import NameList, format_names
from papertui.importers.batch import Batch
from papertui.importers.dates import best_date
from papertui.importers.files import Head, OpenedFile
from papertui.importers.tagged import LONGEST_RECORD, TaggedField, TaggedRecord, TagGrammar, read_records
from papertui.importers.works import Work, last_first, line, notes, prose, tags, title, work_batches

_LINE = re.compile(r"\ufeff?([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)", re.DOTALL)
_FIRST = re.compile(r"PMID ?- ?\d{1,9}\s*")
_ID = re.compile(r"(\S{1,300})\s{0,5}\[(doi|pii|pmc)\]", re.IGNORECASE)
_SERIAL = re.compile(r"\d{4}-\d{3}[\dXx]|\d[\d -]{8,15}[\dXx]")
_CORPORATE = "CN"
_SUFFIX = re.compile(r"(?:Jr|Sr|[2-9](?:nd|rd|th)|I{2,3}|IV)\.?")
#: Fields and their names in BibLaTeX.
_FIELDS = {
    "JT": "journaltitle", "TA": "shortjournal", "VI": "volume", "IP": "number", "PG": "pages", "EN": "edition",
    "PB": "publisher", "PL": "location", "LA": "language", "TT": "origtitle", "CTI": "series", "VTI": "maintitle",
}  # fmt: skip
#: What the database keeps for itself, and what other fields say.
_LEFT_OUT = frozenset(
    """
    PMID OWN STAT DCOM LR CRDT PHST EDAT MHDA JID SB SO PST DA DEP AU FAU AUID ED FED CN FIR IR LID AID IS ISBN PMC PMCR
    AB OAB MH OT KW TI BTI DP PT RN CI COIS RF CDAT CTDT LID DRDT
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
_LOOKED_AT = 10


def is_pubmed(head: Head) -> bool:
    lines = [line for line in head.text[:4096].splitlines() if line.strip(" \t\ufeff")][:_LOOKED_AT]
    return not head.is_binary and any(_FIRST.fullmatch(line.lstrip("\ufeff")) for line in lines)


def read_pubmed_file(file: OpenedFile) -> Iterator[Batch]:
    return work_batches(file, pubmed_works)


def pubmed_works(written: str) -> Iterator[Work | str]:
    for record in read_records(written, TagGrammar(_field, "PMID")):
        yield _work(record)


def _field(written: str) -> TaggedField | None:
    found = _LINE.match(written.rstrip("\n"))
    return TaggedField(found[1], found[2]) if found else None


def _work(record: TaggedRecord) -> Work | str:
    if record.too_long:
        return f"it is longer than {LONGEST_RECORD >> 10} kB"
    kinds = [line(kind) for kind in record.all("PT")]
    book = title(record.first("BTI"))
    heading = title(record.first("TI")) or book
    fields = {name: _joined(record.all(tag)) for tag, name in _FIELDS.items()}
    type_ = "incollection" if book and book != heading else _type(kinds, is_book=bool(book))
    fields["booktitle"] = book if book != heading else ""
    fields["type"] = "; ".join(kind for kind in kinds if kind.lower() not in {"journal article", "book"})
    ids = {found[2].lower(): found[1] for value in record.all("AID", "LID") for found in _ID.finditer(value)}
    fields |= {
        "pmid": line(record.first("PMID")),
        "pmcid": line(record.first("PMC")),
        "pii": line(ids.get("pii", "")),
        "editor": format_names(_people(record, "FED", "ED")),
        "issn": ", ".join(dict.fromkeys(_SERIAL.findall(" ".join(record.all("IS"))))),
        "isbn": ", ".join(dict.fromkeys(_SERIAL.findall(" ".join(record.all("ISBN"))))),
    }
    for tag in dict.fromkeys(field.tag for field in record.fields):
        if tag not in _LEFT_OUT and tag not in _FIELDS:
            fields[tag.lower()] = _joined(record.all(tag))
    dates = record.all("DP")
    return Work(
        type=type_,
        title=heading.removesuffix("."),  # which the database adds
        authors=_people(record, "FAU", "AU", _CORPORATE),
        date=best_date(*dates),
        undated=line(next(iter(dates), "")),
        fields=fields,
        abstract=prose(record.first("AB", "OAB")),
        note=notes(record.all("GN")),
        tags=tags([word.replace("*", "") + ";" for word in record.all("MH", "OT", "KW")]),
        doi=ids.get("doi", ""),
        urls=[f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in record.all("PMID")[:1] if pmid.isdecimal()],
    )


def _type(kinds: Iterable[str], *, is_book: bool) -> str:
    words = {kind.lower() for kind in kinds}
    if is_book or not words.isdisjoint({"book", "books", "monograph"}):
        return "book"
    return "dataset" if "dataset" in words else "article"


def _people(record: TaggedRecord, full: str, short: str, corporate: str = "") -> NameList:
    """Return names in the order of the record, in full where it has them so."""
    has_full = any(field.tag == full for field in record.fields)
    names: list[AuthorName] = []
    for tag, value in record.fields:
        written = line(value)
        if tag == full:
            names.append(_full(written))
        elif tag == corporate and written:
            names.append(AuthorName(written, many=True))
        elif tag == short and not has_full:
            names.append(_initialled(written))
    return NameList(tuple(name for name in names if str(name).strip()))


def _full(written: str) -> AuthorName:
    """Parse ``Lovelace, Ada B Jr``."""
    name = last_first(written)
    first, _, last = name.first.rpartition(" ")
    return name._replace(first=first, jr=last) if first and _SUFFIX.fullmatch(last) else name


def _initialled(written: str) -> AuthorName:
    """Parse ``Lovelace AB Jr``."""
    words = written.split()
    jr = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""  # noqa: PLR2004
    if len(words) < 2:  # noqa: PLR2004 - a surname and initials
        return AuthorName(written)
    return last_first(f"{' '.join(words[:-1])}, {words[-1]}")._replace(jr=jr)


def _joined(values: Iterable[str]) -> str:
    return "; ".join(filter(None, map(line, values)))
