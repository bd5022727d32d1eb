"""Bookmarks from CSL-JSON, as Zotero, pandoc, Mendeley, doi.org and papertui write it.

Schema: https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from papertui.citations.keys import AuthorName
from papertui.citations.names import NameList, format_names, parse_names
from papertui.citations.vocabulary import (
    CSL_DATES,
    CSL_FIELDS,
    CSL_NAMES,
    CSL_TYPE,
    ENTRY_TYPE,
    OF_CSL,
    exact_type,
    type_names,
)
from papertui.importers.batch import Batch
from papertui.importers.dates import WrittenDate, written_date
from papertui.importers.files import Head, OpenedFile
from papertui.importers.works import ARTICLES, INSTITUTIONAL, Work, line, prose, tags, title, work_batches
from papertui.model import text
from papertui.model.bookmark import CitationEntry

#: The types of Crossref, which doi.org has in its CSL-JSON.
_CROSSREF_TYPES = {
    "journal-article": "article-journal", "book-chapter": "chapter", "book-section": "chapter", "book-part": "chapter",
    "reference-entry": "entry-encyclopedia", "proceedings-article": "paper-conference", "posted-content": "article",
    "dissertation": "thesis", "monograph": "book", "edited-book": "book", "reference-book": "book",
    "report-component": "report", "peer-review": "review", "proceedings": "book", "journal": "periodical",
    "journal-issue": "periodical",
}  # fmt: skip
_TYPES = frozenset({*OF_CSL, *_CROSSREF_TYPES})
_OTHER_KEYS = frozenset({"title", "author", "issued", "container-title", "DOI", "editor", "citation-key", "URL"})
#: Lists of items inside of an object: of Zotero's service, and of pandoc.
_LISTS = ("items", "references")
#: A key with the beginning of its value, another string, which may be cut off, or a bracket.
_TOKEN = re.compile(
    r""""((?:[^"\\]|\\.)*)"\s*:\s*("(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[{]|[^\s,\]}"]+)?
    |"(?:[^"\\]|\\.)*(?:"|\\?\Z)
    |([\[\]{}])""",
    re.DOTALL | re.VERBOSE,
)
_LONGEST_ITEM = 4 << 20
_FIELD_OF = {variable: field for field, variable in reversed([*CSL_FIELDS.items()])}
_SEASONS = {"1": 21, "2": 22, "3": 23, "4": 24, "21": 21, "22": 22, "23": 23, "24": 24}
_LONGEST_NUMBER = 40


def is_csl(head: Head) -> bool:
    """Whether an item of CSL-JSON is among the first objects: it has a type of CSL, and a title, a date or a name."""
    if head.is_binary or not head.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    return any(
        keys.get("type", "").strip('"') in _TYPES and "bookmark" not in keys and not _OTHER_KEYS.isdisjoint(keys)
        for keys in _objects(head.text)
    )


def _objects(written: str) -> Iterator[dict[str, str]]:
    """Yield the keys and the beginnings of the values of the outermost objects, of the last one as far as it goes."""
    depth = outer = 0  # of brackets, and of the items among them
    keys: dict[str, str] = {}
    for found in _TOKEN.finditer(written):
        key, value, sign = found[1], found[2], found[3]
        if key is not None and depth == outer:
            keys[key] = value or ""
            if value == "[" and key in _LISTS:
                outer = depth + 2
        opening = sign or value
        if opening in {"[", "{"}:
            depth += 1
            outer = outer or (depth if opening == "{" else 0)
        elif sign:
            if sign == "}" and depth == outer:
                yield keys
                keys = {}
            depth -= 1
    yield keys


def read_csl_file(file: OpenedFile) -> Iterator[Batch]:
    return work_batches(file, csl_works)


def csl_works(written: str) -> Iterator[Work | str]:
    for item in _items(written):
        yield _work(item) if isinstance(item, dict) else item if isinstance(item, str) else "it is not an object"


def _items(written: str) -> Iterator[object]:
    """Yield the items of an array, of an object around one, or one below the other; for a damaged one, why."""
    at = _start(written)
    decoder = json.JSONDecoder()
    while found := _NEXT.match(written, at):
        at = found.end()
        if at >= len(written) or written[at] in "]}":
            return
        try:
            value, end = decoder.raw_decode(written, at)
        except (ValueError, RecursionError):
            end = _end_of_object(written, at)
            if end < 0:
                yield "it is not valid JSON, or truncated; nothing after it was read"
                return
            yield "it is not valid JSON"
        else:
            yield value if not isinstance(value, str) else None
        at = end


_NEXT = re.compile(r"[\s,]*")


def _start(written: str) -> int:
    """Return the position of the first item."""
    at = _blank(written, 0)
    if written[at : at + 1] == "[":
        return at + 1
    around = re.compile(
        rf'\{{\s*(?:"[^"\\]{{1,40}}"\s*:\s*(?:"[^"\\]*"|[\w.+-]+)\s*,\s*){{0,20}}"(?:{"|".join(_LISTS)})"\s*:\s*\['
    )
    found = around.match(written, at)
    return found.end() if found else at


def _blank(written: str, at: int) -> int:
    found = re.compile(r"[\s\ufeff]*").match(written, at)
    return found.end() if found else at


def _end_of_object(written: str, at: int) -> int:
    """Return the position after the object that begins at `at`; -1 if it does not end."""
    depth = 0
    for found in _TOKEN.finditer(written, at, min(len(written), at + _LONGEST_ITEM)):
        sign = found[3] or found[2]
        depth += (sign in {"{", "["}) - (sign in {"}", "]"})
        if depth <= 0:
            return found.end()
    return -1


# --- one item ----------------------------------------------------------------------------------------


def _work(item: Mapping[str, Any]) -> Work:
    csl_type = _text(item.get("type")).lower()
    csl_type = _CROSSREF_TYPES.get(csl_type, csl_type)
    type_, extra = OF_CSL.get(csl_type, (csl_type or "misc", ()))
    type_, genre = exact_type(type_, line(_text(item.get("genre"))))
    fields: dict[str, str] = {}
    for name, value in item.items():
        if name not in _PLACED and (written := _value(value)):
            fields[_FIELD_OF.get(name, name.lower())] = written
    fields |= _containers(item, type_)
    fields |= {"type": genre, **dict(extra)}
    fields |= {
        name: format_names(_names(item.get(variable))) for name, variable in CSL_NAMES.items() if name != "author"
    }
    fields |= {name: _date(item.get(variable))[0].edtf for name, variable in CSL_DATES.items() if name != "date"}
    date, literal = _date(item.get("issued"))
    own = _custom(item.get("custom"))
    arxiv = _text(item.get("archive_location") or item.get("archive-location"))
    is_arxivs = _text(item.get("archive")).lower() == "arxiv"
    number = _text(item.get("number"))
    if is_arxivs:
        fields = {name: value for name, value in fields.items() if name not in {"archive", "archive_location"}}
    if number.lower().startswith("arxiv:"):
        fields.pop("number", None)
    if "year" in own:
        fields["date"] = ""
    type_ = own.pop(ENTRY_TYPE, type_)
    if csl_type and type_names(CitationEntry(type_, "", extra)).csl != csl_type:
        fields[CSL_TYPE] = csl_type
    keywords = item.get("keyword") or item.get("categories") or ""
    return Work(
        type=type_,
        key=line(_text(item.get("citation-key")) or _text(item.get("id"))),
        title=title(_text(item.get("title"))),
        authors=parse_names(own.pop("author")) if "author" in own else _names(item.get("author")),
        date=date,
        undated=literal,
        fields=fields | own,
        abstract=prose(_text(item.get("abstract"))),
        note=text.paragraphs(_text(item.get("annote"))),
        tags=tags([_text(word) for word in keywords] if isinstance(keywords, list) else [_text(keywords)]),
        doi=_text(item.get("DOI")).strip(),
        urls=[_text(item.get("URL"))],
        named=(f"arXiv:{arxiv}" if is_arxivs else "", number),
    )


#: What `_work` puts in its place.
_PLACED = frozenset(
    {
        "type", "id", "citation-key", "title", "abstract", "annote", "keyword", "categories", "DOI", "URL", "genre",
        "custom", "container-title", "publisher", "issue", "collection-number", "number", *CSL_NAMES.values(),
        *CSL_DATES.values(),
    }
)  # fmt: skip


def _containers(item: Mapping[str, Any], type_: str) -> dict[str, str]:
    is_article = type_ in ARTICLES
    return {
        "journaltitle" if is_article else "booktitle": title(_text(item.get("container-title"))),
        "institution" if type_ in INSTITUTIONAL else "publisher": line(_text(item.get("publisher"))),
        "number": line(_text(item.get("issue") or item.get("number") or item.get("collection-number"))),
        # A second number: of a report in a series, or of an article.
        "eid" if item.get("issue") else "reportnumber": line(
            _text(
                item.get("number") if item.get("issue") else item.get("collection-number") if item.get("number") else ""
            )
        ),
    }


def _text(value: object) -> str:
    """Return a text or a number as text; of Crossref's lists the first one."""
    if isinstance(value, list):
        return _text(value[0]) if value and not isinstance(value[0], list) else ""
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return ""
    return value if isinstance(value, str) else str(value) if _is_short(value) else ""


def _is_short(value: object) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**_LONGEST_NUMBER)


def _value(value: object) -> str:
    """Return any variable as the value of a field; empty for what is no text, name or date."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return format_names(_names(value))
    if isinstance(value, list):
        return ", ".join(filter(None, (line(_text(one)) for one in value)))
    if isinstance(value, dict):
        date, literal = _date(value)
        return date.edtf or literal
    return line(_text(value))


def _custom(value: object) -> dict[str, str]:
    """Return the fields for which CSL has no variables."""
    if not isinstance(value, dict):
        return {}
    return {text.plain(name): written for name, one in value.items() if (written := text.plain(_text(one)))}


def _names(value: object) -> NameList:
    people = value if isinstance(value, list) else [value]
    names = [_name(one) for one in people if isinstance(one, dict | str)]
    found = tuple(name for name in names if str(name).strip())
    others = bool(found) and str(found[-1]).lower().strip(". ") in {"et al", "others"}
    return NameList(found[:-1] if others else found, others)


def _name(person: dict[str, Any] | str) -> AuthorName:
    if isinstance(person, str):
        return AuthorName(text.name(person), many=True)
    literal, family, given, dropping, particle, suffix = (
        text.name(_text(person.get(part)))
        for part in ("literal", "family", "given", "dropping-particle", "non-dropping-particle", "suffix")
    )
    if not family:  # “name” is Crossref's
        whole = literal or text.name(_text(person.get("name")))
        return AuthorName(whole, many=True) if whole else AuthorName(given)
    if not given and not particle and not suffix:
        return AuthorName(family, many=" " in family)
    # Styles set a dropping particle behind the given names.
    return AuthorName(family, " ".join(filter(None, (given, dropping))), particle, suffix)


def _date(value: object) -> tuple[WrittenDate, str]:
    """Return a date, and its text if it is none."""
    if isinstance(value, str | int):
        written = line(_text(value))
        return written_date(written), written
    if not isinstance(value, dict):
        return WrittenDate(), ""
    parts = value.get("date-parts")
    each = parts if isinstance(parts, list) else []
    each = each if each and isinstance(each[0], list) else [each]
    dates = ["-".join(_digits(one)) for one in each[:2]]
    literal = line(_text(value.get("literal")) or _text(value.get("raw")))
    date = written_date("/".join(filter(None, dates))) if any(dates) else written_date(literal)
    if any(dates) and literal and date.year and written_date(literal).year == date.year:
        date = written_date(literal)
    if season := _SEASONS.get(_text(value.get("season")).strip()) or written_date(_text(value.get("season"))).season:
        date = date._replace(season=season)
    return date._replace(about=date.about or _is_true(value.get("circa"))), literal


def _digits(parts: Sequence[object]) -> list[str]:
    """Return year, month and day as digits, as far as there are any."""
    found: list[str] = []
    for part in parts[:3] if isinstance(parts, list) else []:
        digits = _text(part).strip()
        if not digits.isascii() or not digits.isdecimal() or len(digits) > 4:  # noqa: PLR2004 - a year
            break
        found.append(digits.zfill(2) if found else digits.zfill(4))
    return found


def _is_true(value: object) -> bool:
    return value not in (None, False, 0, "", "0", "false")
