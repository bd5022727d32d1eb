"""Bibliographies of many dialects, imported and exported again, and how many of their fields come out.

What goes in and what comes out is read by other programs: pybtex, rispy, the ``json`` and ``csv`` of Python; TeX by
pylatexenc. Names and dates are compared by what they say, all else as text without its layout.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import rispy
from pybtex.database.input.bibtex import LowLevelParser
from pylatexenc.latex2text import LatexNodes2Text

from kit.services import services_over
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.citations.formats import FORMATS, Format
from papertui.citations.model import ExportOptions
from papertui.importers.service import Importer
from papertui.library.bookmarks import Library

DIALECTS = sorted((Path(__file__).resolve().parents[1] / "citations" / "dialects").glob("*.bib"))
#: The entries of these are not papers.
_NO_PAPERS = {"xdata", "set"}
#: Replaced by what they name.
_RESOLVED = {"xdata"}
_PEOPLE = {"author", "editor", "editora", "translator", "holder"}
_DATES = {"year", "month", "day", "date"}
_LISTS = {"keywords"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Names of BibTeX and of BibLaTeX for the same.
_ALIASES = {
    "journal": "journaltitle", "address": "location", "annote": "annotation", "archiveprefix": "eprinttype",
    "key": "sortkey", "primaryclass": "eprintclass", "school": "institution",
}  # fmt: skip
_TYPES = {"mvbook": "book", "collection": "book", "thesis": "phdthesis", "report": "techreport"}
_PART = re.compile(r"\b(?:family|given|prefix|suffix|useprefix|[a-z]+-i)\s*=\s*", re.IGNORECASE)


class Entry(NamedTuple):
    """An entry as another program reads it."""

    type: str
    key: str
    fields: Mapping[str, str]


class Loss(NamedTuple):
    """A field that did not come out."""

    file: str
    key: str
    field: str
    value: str


class Tally(NamedTuple):
    """How many fields came out in a format."""

    kept: int
    all: int
    losses: Sequence[Loss]


def entries(text: str) -> list[Entry]:
    """Read a bibliography with the parser of pybtex, which puts strings in and fails at the first error."""
    found: list[Entry] = []
    for kind, content in LowLevelParser(text):
        if kind.lower() not in {"string", "preamble", "comment"}:
            key, fields = content
            named: dict[str, str] = {}
            for name, pieces in fields:
                named.setdefault(name.lower(), "".join(map(str, pieces)))
            found.append(Entry(kind.lower(), key, named))
    return found


def round_trip(source: Path, home: Path) -> dict[Format, str]:
    """Import a bibliography into an empty home and export the library in every format."""
    home.mkdir(parents=True)
    now = datetime(2026, 4, 30, 18, tzinfo=UTC)
    archive = Archive(home / "archive.db")
    try:
        library = Library(home / "bookmarks.json", home / "backups")
        services = services_over(
            home, archive, library, StandInSource(()), lambda: now, open_page=lambda _: True, show=lambda _: True
        )
        read = Importer(archive, lambda: now).run(source, lambda _: None)
        assert not read.first_bad
        asyncio.run(services.bookmark_importer.take_in(read.kept))
        # Another process reads the file.
        services.exporter._library = Library(home / "bookmarks.json", home / "backups")
        return {form: services.exporter.export(form, None, ExportOptions()) for form in FORMATS}
    finally:
        archive.close()


def tally(source: Path, exported: Mapping[Format, str]) -> dict[Format, Tally]:
    """Count the fields of a bibliography that are in its exports."""
    given = [entry for entry in entries(source.read_text(encoding="utf-8")) if entry.type not in _NO_PAPERS]
    return {form: _tally(source.name, given, form, text) for form, text in exported.items()}


def added_together(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(one.kept for one in tallies),
        sum(one.all for one in tallies),
        [loss for one in tallies for loss in one.losses],
    )


def _tally(file: str, given: Sequence[Entry], form: Format, text: str) -> Tally:
    kept = total = 0
    losses: list[Loss] = []
    records = _records(form, text)
    for entry in given:
        record = records.get(entry.key.lower())
        for name, value in (("type", entry.type), *((f"{name}", value) for name, value in entry.fields.items())):
            if not _said(value) or name in _RESOLVED:
                continue
            total += 1
            is_type = name == "type" and value == entry.type
            if record is not None and (record.has_type(value) if is_type else record.has(name, value, entry)):
                kept += 1
            else:
                losses.append(Loss(file, entry.key, "@" if is_type else name, value))
    return Tally(kept, total, losses)


# --- what comes out ----------------------------------------------------------------------------------


class _Record:
    """One work in an export."""

    def has_type(self, kind: str) -> bool:
        raise NotImplementedError

    def has(self, name: str, value: str, entry: Entry) -> bool:
        raise NotImplementedError


class _TexRecord(_Record):
    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._fields = {_ALIASES.get(name, name): value for name, value in entry.fields.items()} | dict(entry.fields)

    def has_type(self, kind: str) -> bool:
        return self._entry.type in {kind, _TYPES.get(kind, kind)}

    def has(self, name: str, value: str, entry: Entry) -> bool:
        if name in _DATES:
            dated = _date(self._entry.fields)
            return _date(entry.fields) == dated or _said(value) in {
                _said(dated[0]) if dated else "",
                _said(self._fields.get(name, "")),
            }
        if name == "type" and value in {"phdthesis", "techreport"} and self._entry.type == value:
            return True
        mine = self._fields.get(name) or self._fields.get(_ALIASES.get(name, name), "")
        if name in _PEOPLE:
            return _people(mine) == _people(value)
        if name in _LISTS:
            return _keywords(mine) == _keywords(value)
        return _said(mine) == _said(value)


class _TextRecord(_Record):
    """A work in a format with other names: its values are looked for in all texts."""

    def __init__(self, kind: str, values: Sequence[str]) -> None:
        self._kind = kind
        self._values = [_said(value, is_tex=False) for value in values]
        self._words = {word for value in values for word in _words(value, is_tex=False)}

    def has_type(self, kind: str) -> bool:
        return self._kind == kind or self._kind in _OTHER_TYPES.get(kind, ())

    def has(self, name: str, value: str, entry: Entry) -> bool:
        if self._says(value) or name == "month" or (name == "type" and value in _TYPES.values()):
            return True  # a month is a part of the date, and such a type one of the type
        if name in _DATES:
            return any(year in held for year in _date(entry.fields)[:1] for held in self._values)
        if name in {"urldate", "eventdate"}:
            return all(str(int(part)) in self._words for part in re.findall(r"\d+", value))
        if name in _PEOPLE:
            return all(set(words) <= self._words for words in _people(value) if words != ("others",))
        return name in _LISTS and all(any(word in held for held in self._values) for word in _keywords(value))

    def _says(self, value: str) -> bool:
        return any(said in held for held in self._values for said in (_said(value), _said(value, is_tex=False)))


#: What the types are called in RIS and CSL, by their documentation.
_OTHER_TYPES = {
    "article": ("JOUR", "article-journal"), "book": ("BOOK", "book"), "mvbook": ("BOOK", "book"),
    "inbook": ("CHAP", "chapter"), "incollection": ("CHAP", "chapter"), "collection": ("EDBOOK", "book"),
    "inproceedings": ("CPAPER", "CONF", "paper-conference"), "proceedings": ("CONF", "book"),
    "phdthesis": ("THES", "thesis"), "mastersthesis": ("THES", "thesis"), "thesis": ("THES", "thesis"),
    "techreport": ("RPRT", "report"), "report": ("RPRT", "report"), "manual": ("BOOK", "book"),
    "booklet": ("PAMP", "pamphlet"), "misc": ("GEN", "document", "UNPB", "article"),
    "unpublished": ("UNPB", "manuscript"), "online": ("ELEC", "webpage"), "patent": ("PAT", "patent"),
    "standard": ("STAND", "standard"), "dataset": ("DATA", "dataset"), "software": ("COMP", "software"),
}  # fmt: skip


def _records(form: Format, text: str) -> dict[str, _Record]:
    match form:
        case "bibtex" | "biblatex":
            return {entry.key.lower(): _TexRecord(entry) for entry in entries(text)}
        case "ris":
            return {str(record["id"]).lower(): _ris_record(record) for record in rispy.loads(text)}
        case "csl-json":
            return {item["id"].lower(): _TextRecord(item["type"], list(_texts(item))) for item in json.loads(text)}
        case "json":
            return {
                row["bookmark"]["key"].lower(): _TextRecord(row["bookmark"]["type"], list(_texts(row)))
                for row in json.loads(text)
            }
        case "csv":
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            return {row["key"].lower(): _TextRecord(row["type"], list(row.values())) for row in rows}
        case "markdown":
            items = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
            return {_key_in(item).lower(): _TextRecord(_type_in(item), [_plain(item)]) for item in items}


def _ris_record(record: Mapping[str, Any]) -> _Record:
    pages = f"{record.get('start_page', '')}-{record.get('end_page', '')}"
    return _TextRecord(record["type_of_reference"], [*_texts(record), pages])


def _key_in(item: str) -> str:
    found = re.search(r"`@([^`]+)`", item)
    return found[1] if found else ""


def _type_in(item: str) -> str:
    found = re.search(r'"type": "([^"]+)"', item)
    return found[1] if found else ""


def _plain(item: str) -> str:
    """Return the text of an item, its comment as it was before it was made safe."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), item)
    return re.sub(r"\\(.)", r"\1", text).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)


# --- what it says ------------------------------------------------------------------------------------

_TEX = LatexNodes2Text(math_mode="text")


def _said(value: str, *, is_tex: bool = True) -> str:
    """Return the letters and digits of a value."""
    if is_tex:
        value = re.sub(
            r"\\(?:noopsort|switchargs|grqq|glqq)(?![A-Za-z])(?:\{[^{}]*\}(?=\{))?(?:\{[^{}]*\})?", "", value
        )
        value = re.sub(r"\\texttt\{", "{", value.replace("\\ ", " "))
        value = re.sub(r"\\(?:url|path)\s*\{([^{}]*)\}", r"\1", value)
        value = _TEX.latex_to_text(value) if "\\" in value or "$" in value else value
    folded = unicodedata.normalize("NFKD", value).casefold()
    return "".join(char for char in folded if char.isalnum())


def _words(value: str, *, is_tex: bool = True) -> set[str]:
    text = _TEX.latex_to_text(value) if is_tex else value
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return set(re.findall(r"\w+", plain))


def _people(value: str) -> list[tuple[str, ...]]:
    names = re.split(r"\s+and\s+(?![^{]*\})", value.strip())
    return [
        tuple(sorted(_words(_PART.sub("", re.sub(r"[a-z]+-i\s*=\s*\w+|useprefix=\w+", "", name))))) for name in names
    ]


def _keywords(value: str) -> set[str]:
    return {said for word in re.split(r"[,;\n]", value) if (said := _said(word))}


def _date(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the date fields say, in one form."""
    if date := fields.get("date", ""):
        plain = re.fullmatch(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?", date)
        return tuple(f"{int(part):02}" for part in plain.groups() if part) if plain else (date,)
    year, month, day = (_said(fields.get(name, "")) for name in ("year", "month", "day"))
    number = next((f"{at:02}" for at, name in enumerate(_MONTHS, 1) if month[:3] == name and len(month) < 10), month)
    number = f"{int(number):02}" if number.isdigit() and len(number) < 3 else number
    return tuple(part for part in (year, number, f"{int(day):02}" if day.isdigit() else day) if part)
