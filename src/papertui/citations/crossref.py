"""Entries with the fields that they inherit by ``crossref`` and ``xdata``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from papertui.citations.bibtex_file import RawEntry

#: Fields that have another name in the entry that inherits them: https://ctan.org/pkg/biblatex, appendix B.
_BOOK: Final = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_VOLUMES: Final = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_PERIODICAL: Final = {"title": "journaltitle", "subtitle": "journalsubtitle", "shortjournal": "shortjournal"}
_IN_VOLUMES: Final = frozenset(
    {"book", "inbook", "incollection", "inproceedings", "collection", "proceedings", "reference"}
)
_WITH_VOLUMES: Final = frozenset({"mvbook", "mvcollection", "mvproceedings", "mvreference"})
#: Fields that only concern the entry that has them.
_OWN: Final = frozenset(
    {
        "ids", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "label", "options", "presort",
        "related", "relatedoptions", "relatedstring", "relatedtype", "shortauthor", "shorteditor", "shorthand",
        "shorthandintro", "shorttitle", "sortkey", "key", "sortname", "sorttitle", "sortyear", "indextitle", "abstract",
        "annotation", "annote", "keywords", "file", "pages", "pagetotal", "doi", "eprint", "url", "urldate",
        "timestamp", "owner", "note", "author",
    }
)  # fmt: skip
_DATES: Final = frozenset({"date", "year", "month", "day"})
_DEEPEST: Final = 5


class WholeEntry(NamedTuple):
    """An entry and what it inherits."""

    type: str
    key: str
    fields: Mapping[str, str]  # its own ones, with those of ``xdata``
    inherited: Mapping[str, str]  # from the entry that ``crossref`` names


class Families:
    """The entries of a file by their keys."""

    def __init__(self, entries: Iterable[RawEntry]) -> None:
        self._entries: dict[str, RawEntry] = {}
        for entry in entries:
            self._entries.setdefault(entry.key.lower(), entry)

    def whole(self, entry: RawEntry) -> WholeEntry:
        """Return `entry` with what it inherits."""
        fields = self._with_xdata(entry, 0)
        return WholeEntry(entry.type, entry.key, fields, self._inherited(entry.type, fields, 0))

    def _with_xdata(self, entry: RawEntry, depth: int) -> dict[str, str]:
        fields = {name: value for name, value in entry.fields.items() if name != "xdata"}
        names = entry.fields.get("xdata", "").split(",") if depth < _DEEPEST else []
        unknown: list[str] = []
        for name in filter(None, map(str.strip, names)):
            if data := self._entries.get(name.lower()):
                fields |= {
                    part: value for part, value in self._with_xdata(data, depth + 1).items() if part not in fields
                }
            else:
                unknown.append(name)
        return fields | ({"xdata": ", ".join(unknown)} if unknown else {})

    def _inherited(self, type_: str, fields: Mapping[str, str], depth: int) -> dict[str, str]:
        key = fields.get("crossref", "").strip().lower()
        parent = self._entries.get(key) if key else None
        if parent is None or depth >= _DEEPEST:
            return {}
        theirs = self._with_xdata(parent, 0)
        theirs |= {
            name: value for name, value in self._inherited(parent.type, theirs, depth + 1).items() if name not in theirs
        }
        names = _renamed(type_, parent.type)
        dated = bool(_DATES & fields.keys())
        found: dict[str, str] = {}
        for name, value in theirs.items():
            target = names.get(name, name)
            if name in _OWN or (dated and name in _DATES) or (target == name and name == "title") or target in fields:
                continue
            found[target] = value
        if _is_book(parent.type) and "author" in theirs and type_ in {"inbook", "bookinbook", "suppbook"}:
            found |= {name: theirs["author"] for name in ("author", "bookauthor") if name not in fields}
        return found


def _is_book(type_: str) -> bool:
    return type_ in {"book", "mvbook"}


def _renamed(type_: str, parent: str) -> Mapping[str, str]:
    if parent in _WITH_VOLUMES and type_ in _IN_VOLUMES and type_ not in {"inbook", "incollection", "inproceedings"}:
        return _VOLUMES
    if parent in {"periodical", "journal"} or type_ in {"article", "suppperiodical"}:
        return _PERIODICAL
    return _BOOK if type_.startswith(("in", "supp", "bookin", "conference")) else {}
