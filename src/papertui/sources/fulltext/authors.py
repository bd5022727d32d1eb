"""The authors of a page: names, affiliations, addresses and thanks, while they are parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from papertui.model.document import Author
from papertui.model.safe_text import one_line

#: Names in one element are separated by these.
_BETWEEN: Final = re.compile(r"\s*(?:[,;&]|\band\b)\s*", re.IGNORECASE)
_MARKS: Final = re.compile(r"[\s\d*,†‡§¶‖∗⋆⁰¹²³⁴-⁹ᵃ-ᶻ^()]+$")
_MARK: Final = re.compile(r"\d{1,3}|[a-z]|[*†‡§¶‖∗⋆]")
_LEADING_MARK: Final = re.compile(r"\s*\^?\(?(?:\d{1,2}(?![\d.])|[⁰¹²³⁴-⁹ᵃ-ᶻ]+|[*†‡§¶‖∗⋆]+)\)?\s*")
_NAME: Final = re.compile(r"[^\W\d_][^\d@:/\\]{1,38}[^\W\d_]?\.?")
_FEWEST_NAMES = 2
_COLUMN: Final = re.compile(r"^[ \t]*&|&[ \t]*$|(?<=[a-z])&(?=[A-Z][a-z]+ )|\\(?:AND|And|and)\b", re.MULTILINE)
_SIGNS: Final = frozenset("*†‡§¶‖∗⋆")
_PLACE_WORD: Final = re.compile(
    r"\b(?:universit|institut|department|depart|school|colleg|laborator|cent(?:er|re)|facult|academ|research|group|inc|ltd|"
    r"corp|hospital|road|street|avenue)",
    re.IGNORECASE,
)
_LONGEST_NAME_WORDS = 5
_ADDRESSES: Final = frozenset(("email", "url", "orcid", "homepage", "orcidid"))
_PLACES: Final = frozenset(
    ("affiliation", "address", "institute", "institution", "institutetext", "affil", "altaffiliation")
)
#: More authors than any paper has.
_MOST: Final = 10_000


#: The mark of the line of addresses.
ADDRESSES: Final = "@"


class AuthorBlock:
    """Collects the authors of one page."""

    def __init__(self) -> None:
        self.authors: list[Author] = []
        #: The names as they are shown, with the marks of their affiliations.
        self.shown: list[str] = []
        #: What is said about no single author: dates, a dedication.
        self.others: list[str] = []

    def name(self, text: str, strong: Iterable[str] = ()) -> None:
        """Add who is in one element: a name, all names, or names with their affiliations on separate lines."""
        groups = _groups(text)
        for lines in groups:
            if len(self.authors) < _MOST:
                self._group(lines, strong if len(groups) == 1 else ())

    def _group(self, lines: list[str], strong: Iterable[str]) -> None:
        bold = [found for found in (clean_name(one_line(name)) for name in strong) if _is_name(found)]
        named = [(name, frozenset[str]()) for name in bold] if len(bold) >= _FEWEST_NAMES else _names(lines[0])
        others = lines[1:]
        if len(bold) >= _FEWEST_NAMES:  # names may be on any line
            others = [line for line in others if not any(name in line for name in bold)]
            self.shown += [line for line in lines if line not in others]
        else:
            more = _marked_names(others)
            named += [name for line in more for name in _names(line)]
            others = others[len(more) :]
            self.shown.append(", ".join([lines[0], *more]) if len(named) != 1 else named[0][0])
        places = [line for line in others if not _is_address(line)]
        addresses = tuple(line for line in others if _is_address(line))
        of_mark = {_marks(found[0]): line[found.end() :] for line in places if (found := _LEADING_MARK.match(line))}
        for at, (name, marks) in enumerate(named or [(lines[0], frozenset())]):
            last = at == max(len(named), 1) - 1
            mine = [place for mark, place in of_mark.items() if mark & marks]
            # A place without a mark is that of all who are named with it; it is stated once.
            mine += [
                place for place in places if last and not (_LEADING_MARK.match(place) and _is_marked(named, place))
            ]
            self.authors.append(Author(name, tuple(mine), addresses if last else ()))

    def fact(self, role: str, text: str) -> None:
        """Add what a page says about the author it named last."""
        line = one_line(text).strip(" ,;")
        if not line:
            return
        if not self.authors or role in ("dedicatory", "date"):
            self.others.append(line)
            return
        author = self.authors[-1]
        if role in _ADDRESSES:
            author = author._replace(addresses=_with(author.addresses, line))
        elif role in _PLACES:
            author = author._replace(affiliations=_with(author.affiliations, line))
        else:
            author = author._replace(notes=_with(author.notes, line))
        self.authors[-1] = author

    def lines(self) -> list[tuple[str, str]]:
        """Return what to show below the names: a mark and a line for each affiliation, the addresses, each note."""
        by_place: dict[str, list[str]] = {}
        by_note: dict[str, list[str]] = {}
        addresses: list[str] = []
        for author in self.authors:
            for place in author.affiliations:
                by_place.setdefault(place, []).append(author.name)
            for note in author.notes:
                by_note.setdefault(note, []).append(author.name)
            addresses += author.addresses
        several = len(self.authors) > 1
        lines = [("•", _of(place, names, several=several)) for place, names in by_place.items()]
        if addresses:
            lines.append((ADDRESSES, ", ".join(dict.fromkeys(addresses))))
        lines += [("*", _of(note, names, several=several)) for note, names in by_note.items()]
        return lines


def _groups(text: str) -> list[list[str]]:
    """Return the lines of one element, by the authors they are about if that can be seen.

    A new group begins behind “&”, which parted the columns of the title, and with a name behind an e-mail address.
    """
    groups: list[list[str]] = []
    for column in _COLUMN.split(text):
        lines = [line for line in (one_line(line).strip(" ,;&") for line in column.strip().splitlines()) if line]
        group: list[str] = []
        for line in lines:
            if group and _is_address(group[-1]) and _is_person(line):
                groups.append(group)
                group = []
            group.append(line)
        if group:
            groups.append(group)
    return groups


def _is_person(line: str) -> bool:
    names = _names(line)
    return bool(names) and all(len(name.split()) > 1 for name, _ in names) and not _PLACE_WORD.search(line)


def _marked_names(lines: list[str]) -> list[str]:
    """Return the lines of further names at the begin of `lines`: their marks are those of places below."""
    marks = {mark for line in lines if (found := _LEADING_MARK.match(line)) for mark in _marks(found[0])}
    more: list[str] = []
    for line in lines:
        named = _names(line)
        if not named or _LEADING_MARK.match(line) or not all(of and of <= marks | _SIGNS for _, of in named):
            break
        more.append(line)
    return more


def _with(facts: tuple[str, ...], line: str) -> tuple[str, ...]:
    return facts if line in facts else (*facts, line)


def _of(text: str, names: list[str], *, several: bool) -> str:
    return f"{text} ({', '.join(dict.fromkeys(names))})" if several else text


def _names(line: str) -> list[tuple[str, frozenset[str]]]:
    """Return the names in a line, each with its marks; none if it does not look like a list of names."""
    named: list[tuple[str, frozenset[str]]] = []
    for piece in _BETWEEN.split(line):
        name = clean_name(piece)
        marks = _marks(piece.strip()[len(name) :])
        if name:
            named.append((name, marks))
        elif named and marks:  # “Alice¹,²”
            named[-1] = named[-1][0], named[-1][1] | marks
    return named if all(_is_name(name) for name, _ in named) else []


def _marks(text: str) -> frozenset[str]:
    return frozenset(_MARK.findall(normalize("NFKC", text)))


def _is_marked(named: list[tuple[str, frozenset[str]]], place: str) -> bool:
    found = _LEADING_MARK.match(place)
    return found is not None and any(_marks(found[0]) & marks for _, marks in named)


def clean_name(text: str) -> str:
    """Return a name without the marks that refer to affiliations."""
    return _MARKS.sub("", text).strip(" ,;&")


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and len(text.split()) <= _LONGEST_NAME_WORDS


def _is_address(line: str) -> bool:
    return "@" in line or line.startswith(("http://", "https://"))
