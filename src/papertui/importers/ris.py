"""Bookmarks from RIS, as papertui, Zotero, EndNote, Mendeley and publishers write it.

The format: https://en.wikipedia.org/wiki/RIS_(file_format). Programs disagree on blanks, on the tags of journals and
editors, and on dates; where they do, this follows Zotero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papertui.citations.names import NameList, format_names, parse_names
from papertui.citations.vocabulary import ENTRY_TYPE, OF_RIS, RIS_TYPE, exact_type, type_names
from papertui.importers.batch import Batch
from papertui.importers.bibtex import BibtexEntries
from papertui.importers.dates import best_date, written_date
from papertui.importers.files import Head, OpenedFile
from papertui.importers.tagged import LONGEST_RECORD, TaggedField, TaggedRecord, TagGrammar, read_records
from papertui.importers.works import (
    ARTICLES,
    INSTITUTIONAL,
    Work,
    line,
    notes,
    people,
    prose,
    read_works,
    standard_number,
    tags,
    title,
    work_batches,
)
from papertui.model.bookmark import CitationEntry
from papertui.model.identity import doi_of

TAGS = frozenset(
    """
    TY A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DI DO DP ED EP ER ET ID IS J1 J2 JA JF
    JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NO NV OP PB PP PY RI RN RP SE SN SP ST T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UR
    VL VO Y1 Y2
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
#: Two blanks, or one, or a tab before the hyphen; what is after it may be missing.
_LINE = re.compile(r"[ \t\ufeff\xa0]*([A-Za-z][A-Za-z0-9])([ \t\xa0]{1,3})-(?=[ \t\xa0]|$|\S)[ \t\xa0]*(.*)", re.DOTALL)
_TYPE = re.compile(r"[A-Za-z]{2,10}[ \t]*")
#: Headers of databases and counters may precede the first record.
_HEADER_LINES = 12


def is_ris(head: Head) -> bool:
    if head.is_binary:
        return False
    lines = (line for line in head.text.splitlines() if line.strip(" \t\ufeff"))
    for _, one in zip(range(_HEADER_LINES), lines, strict=False):
        found = _LINE.match(one.rstrip())
        if found and found[1].upper() == "TY" and _TYPE.fullmatch(found[3]):
            return True
        if one.lstrip().startswith(("@", "%")):
            return False
    return False


def read_ris_file(file: OpenedFile) -> Iterator[Batch]:
    return work_batches(file, ris_works)


def read_ris(data: bytes) -> BibtexEntries:
    """Return the bookmarks of a file. A record that cannot be read is reported, and the others are read."""
    return read_works(data, ris_works)


def ris_works(written: str) -> Iterator[Work | str]:
    for record in read_records(written, TagGrammar(_Lines().field, "TY", "ER")):
        yield ris_work(record)


class _Lines:
    """Recognises the first lines of fields. A record may have its tags in lower case if it begins so."""

    def __init__(self) -> None:
        self._is_lower = False

    def field(self, written: str) -> TaggedField | None:
        found = _LINE.match(written.rstrip("\n"))
        if found is None:
            return None
        tag, blanks, value = found[1].upper(), found[2], found[3].strip()
        is_lower = found[1] != tag
        if tag == "TY" and _TYPE.fullmatch(value):
            self._is_lower = is_lower
        elif (is_lower and not self._is_lower) or (blanks != "  " and tag not in TAGS):
            return None  # “ad - hoc” is text
        elif (tag == "ER" and value) or tag == "TY":
            return None
        return TaggedField(tag, value)


# --- from the tags to a work -------------------------------------------------------------------------

_SIMPLE = {
    "VL": "volume", "IS": "number", "ET": "edition", "CY": "location", "NV": "volumes", "LA": "language",
    "CN": "library",
}  # fmt: skip
_JOURNALS = ("JF", "T2", "JO", "BT", "JA", "J2", "J1")
_ABBREVIATED = ("JA", "J2", "J1", "JO")
#: Works in whose records ``A2`` is not an editor: https://www.zotero.org/support/kb/field_mappings
_NO_EDITORS = frozenset({"patent", "legislation", "jurisdiction", "legal", "audio", "music", "letter"})
_BOOKS = frozenset({"book", "collection", "thesis", "phdthesis", "mastersthesis", "unpublished"})
#: Works whose title programs write as ``BT``.
_BOOK_TITLES = frozenset({"book", "collection", "unpublished", "proceedings"})
_IN_SERIES = frozenset({"book", "collection", "report", "techreport", "software", "image", "manual", "proceedings"})
#: Works of which ``SE`` is a chapter; of articles it is a section.
_CHAPTERS = frozenset({"book", "inbook", "incollection", "bookinbook", "suppbook"})
_SEVERAL_URLS = re.compile(r"[;,\s]{1,8}(?=https?:|www\.|ftp:|$)")
_DOI_WORD = re.compile(r"^\s*doi(?![:/])\s*|^\s*doi:\s+", re.IGNORECASE)
_COUNT = re.compile(r"(?:[ivxlc]+\s*[,+]\s*)?\d+(?:\s*(?:p|pp|pages|s|S)\.?)?")
_PAGES = re.compile(r"\s*(?:--+|[–—])\s*")
#: What papertui writes as ``U1``.
_NAMED = re.compile(r"([a-z][a-z0-9+_-]{1,40}): (.+)", re.DOTALL)


def ris_work(record: TaggedRecord) -> Work | str:
    """Return the work of a record with the tags of RIS; why, if it cannot be read."""
    if record.too_long:
        return f"it is longer than {LONGEST_RECORD >> 10} kB"
    tagged = _Tagged(record)
    written = line(tagged.take("TY")).upper()
    base, extra = OF_RIS.get(written, (written.lower() or "misc", ()))
    doi, genre = _doi_and_genre(tagged)
    type_, genre = exact_type(base, genre)
    named = tagged.take_named()
    type_ = named.pop(ENTRY_TYPE, type_)
    heading, fields = _titles(tagged, type_)
    authors, others = _people(tagged, type_)
    dates = [*tagged.take_all("PY", "Y1"), *tagged.take_all("DA")]
    abstract = tagged.take("AB") or tagged.take("N2")
    accession = tagged.take("AN")
    urls = [url for value in tagged.take_all("UR", "LK") for url in _SEVERAL_URLS.split(value)]
    files = tagged.take_all("L1")
    fields |= {**others, **_place(tagged, type_), "type": genre, "file": _joined(files), **dict(extra)}
    fields |= {} if "arxiv" in accession.lower() else {"an": line(accession)}
    fields |= _accessed(tagged.take("Y2"))
    fields |= {"ur": "; ".join(urls[1:])}
    note, keywords, key = notes(tagged.take_all("N1", "NO")), tags(tagged.take_all("KW")), line(tagged.take("ID"))
    # What is left has no place in BibLaTeX.
    fields |= {tag.lower(): _joined(values) for tag, values in tagged.lists.items()}
    if "year" in named:
        fields["date"] = ""
    entry = CitationEntry(type_, "", tuple((name, value) for name, value in (fields | named).items() if value))
    if written and type_names(entry).ris != written:
        fields[RIS_TYPE] = written
    return Work(
        type=type_,
        key=key,
        title=heading,
        authors=parse_names(named.pop("author")) if "author" in named else authors,
        date=best_date(*dates),
        undated=line(next(iter(dates), "")),
        fields=fields | named,
        abstract=prose(abstract),
        note=note,
        tags=keywords,
        doi=doi,
        urls=urls,
        pdf=next((url for url in files if url.startswith(("https://", "http://"))), ""),
        named=(accession, *files),
    )


class _Tagged:
    """The fields of a record, of which each is taken once."""

    def __init__(self, record: TaggedRecord) -> None:
        self.lists: dict[str, list[str]] = {}
        for tag, value in record.fields:
            if value:
                self.lists.setdefault(tag, []).append(value)
        self.authors = [value for value in record.all("A1", "AU") if value]
        self.take_all("A1", "AU")

    def take(self, *tags: str) -> str:
        """Take the first value of the first tag that has one; its other values stay."""
        for tag in tags:
            if values := self.lists.get(tag):
                value = values.pop(0)
                if not values or values == [value]:  # the same twice
                    del self.lists[tag]
                return value
        return ""

    def take_all(self, *tags: str) -> list[str]:
        """Take all values of some tags."""
        return [value for tag in tags for value in self.lists.pop(tag, [])]

    def take_named(self) -> dict[str, str]:
        """Take the fields that papertui writes as ``U1  - name: value``."""
        values = self.lists.pop("U1", [])
        found = {match[1]: line(match[2]) for value in values if (match := _NAMED.fullmatch(value))}
        if rest := [value for value in values if not _NAMED.fullmatch(value)]:
            self.lists["U1"] = rest
        return found


def _doi_and_genre(tagged: _Tagged) -> tuple[str, str]:
    doi, genre = tagged.take("DO", "DI"), line(tagged.take("M3"))
    if not doi and doi_of(genre):  # older versions of Zotero
        return genre, ""
    return _DOI_WORD.sub("", doi).split("\n")[0].removesuffix("[doi]").strip(), genre


def _titles(tagged: _Tagged, type_: str) -> tuple[str, dict[str, str]]:
    """Return the title of a work, and the titles of what it is in."""
    candidates = ("TI", "T1", "CT", *(("BT",) if type_ in _BOOK_TITLES else ()))
    heading = title(tagged.take(*candidates)) or title(tagged.take("TT", "ST"))
    for tag in candidates:  # the same title twice
        if title(tagged.lists.get(tag, [""])[0]) == heading:
            tagged.take(tag)
    short = title(tagged.take("ST"))
    fields = {"shorttitle": short if short != heading else ""}
    if type_ in ARTICLES:
        fields |= _journal(tagged)
    elif type_ in _IN_SERIES:
        # ``T2`` is a series of books, or what the book is part of; “T3” is the series of both.
        series = [title(value) for value in tagged.take_all("T2", "T3")]
        fields |= {"series": next(iter(series), ""), "t3": "; ".join(series[1:])}
    elif type_ in {"inproceedings", "conference"}:
        proceedings = title(tagged.take("C3"))
        conference = title(tagged.take("T2", "BT", "JF", "JO", "JA"))
        fields |= {"booktitle": proceedings or conference, "eventtitle": conference if proceedings else ""}
    else:
        fields |= {"booktitle": title(tagged.take("T2", "BT", "JF", "JO", "JA", "J2"))}
    fields["shortjournal"] = fields.get("shortjournal") or line(tagged.take("J2", "J1"))
    for tag in _JOURNALS:  # the same container twice
        if tag in tagged.lists and title(tagged.lists[tag][0]) == fields.get("booktitle"):
            tagged.take(tag)
    return heading, {"series": title(tagged.take("T3")), **fields} if "series" not in fields else fields


def _journal(tagged: _Tagged) -> dict[str, str]:
    names = {tag: title(values[0]) for tag in _JOURNALS if (values := tagged.lists.pop(tag, []))}
    full = next(iter(names.values()), "")
    short = next((names[tag] for tag in _ABBREVIATED if names.get(tag, full) != full), "")
    return {"journaltitle": full, "shortjournal": short}


def _people(tagged: _Tagged, type_: str) -> tuple[NameList, dict[str, str]]:
    """Return the authors, and the people in other fields."""
    # Programs use both tags for authors, in the order of the work.
    authors = people(tagged.authors)
    editors = tagged.take_all("ED")
    second, third = tagged.lists.get("A2", []), tagged.lists.get("A3", [])
    if not editors and third and type_ in _BOOKS:  # beside editors, ``A2`` of a book are those of its series
        editors = tagged.take_all("A3")
    elif not editors and second and type_ not in _NO_EDITORS:
        editors = tagged.take_all("A2")
    found = {"editor": people(editors)}
    if type_ == "collection" and not editors:  # EndNote has the editors as authors
        authors, found = NameList(), {"editor": authors}
    found["translator"] = people(tagged.take_all("A4"))
    found |= {tag.lower(): people(tagged.take_all(tag)) for tag in ("A2", "A3", "TA")}
    return authors, {name: format_names(names) for name, names in found.items()}


def _place(tagged: _Tagged, type_: str) -> dict[str, str]:
    fields = {name: line(tagged.take(tag)) for tag, name in _SIMPLE.items()}
    fields["volume"] = fields["volume"] or line(tagged.take("VO"))
    if fields["volume"] in tagged.lists.get("VO", []):
        tagged.take("VO")
    fields["institution" if type_ in INSTITUTIONAL else "publisher"] = line(tagged.take("PB"))
    fields["note"] = notes(tagged.take_all("RN"))
    if type_ in _CHAPTERS:
        fields["chapter"] = line(tagged.take("SE"))
    for value in (line(value) for value in tagged.take_all("SN")):
        name = standard_number(value, type_)
        name = "sn" if name == "number" and fields["number"] else name
        fields[name] = f"{fields[name]}, {value}" if fields.get(name) else value
    first, last = (_PAGES.sub("-", line(tagged.take(tag))).removeprefix("pp.").strip() for tag in ("SP", "EP"))
    if not last and type_ in _BOOKS and _COUNT.fullmatch(first):
        return fields | {"pagetotal": first}
    is_whole = not last or last == first or "-" in first
    return fields | {"pages": first or last if is_whole else f"{first}-{last}" if first else last}


def _accessed(written: str) -> dict[str, str]:
    date = written_date(written).edtf
    return {"urldate": date} if date else {"y2": line(written)}


def _joined(values: Iterable[str]) -> str:
    return "; ".join(filter(None, map(line, values)))
