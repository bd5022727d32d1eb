"""Filters, written with a key: ``votes:>20``, ``since:2026-03``, ``is:unread``."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from papertui.core.search.language import Key

Op = Literal["=", ">", ">=", "<", "<=", ".."]
_NUMBER = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})")
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
#: Keys with a numeric value.
COUNTED = ("votes", "stars", "comments", "rating")
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NAME = re.compile(r"[^\s,]+")
_SYNONYMS = {"kept": "bookmarked", "starred": "bookmarked", "saved": "bookmarked", "github": "code",
             "toread": "to-read", "todo": "to-read", "tags": "tag"}  # fmt: skip


class Filter(NamedTuple):
    """One condition on papers."""

    #: The name of one of `papertui.core.search.language.KEYS`.
    key: str
    #: How to compare `value`; ``..`` takes two numbers, both included.
    op: Op
    #: Numbers, a day, or names of which one must match.
    value: tuple[str, ...] | tuple[int, ...] | date
    #: Whether to exclude the papers that match.
    negated: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The value as names; empty if it has another type."""
        return tuple(name for name in self.value if isinstance(name, str)) if isinstance(self.value, tuple) else ()

    @property
    def numbers(self) -> tuple[int, int]:
        """The value as the smallest and the largest number."""
        found = [number for number in self.value if isinstance(number, int)] if isinstance(self.value, tuple) else []
        return (found[0], found[-1]) if found else (0, 0)

    @property
    def day(self) -> date:
        """The value as a day."""
        return self.value if isinstance(self.value, date) else date.min


class Refused(NamedTuple):
    """A value after a key that is not valid."""

    #: The error, and what is allowed.
    sentence: str
    #: Whether it may be the beginning of a valid value.
    unfinished: bool


def read_filter(key: Key, text: str, negated: bool, today: date | None) -> Filter | Refused:  # noqa: FBT001 - passed on
    """Parse `text` after `key` into a filter."""
    if key.values:
        return _one_of(key, text, negated)
    if key.name in COUNTED:
        return _count(key, text, negated)
    if key.name in ("since", "until"):
        return _period(key, text, negated, today)
    names = tuple(_NAME.findall(text))
    return (
        Filter(key.name, "=", names, negated)
        if names
        else Refused(f"Add a name after the key, as in {key.example}.", unfinished=True)
    )


def _one_of(key: Key, text: str, negated: bool) -> Filter | Refused:  # noqa: FBT001
    names = tuple(_SYNONYMS.get(name, name) for name in _NAME.findall(text.lower()))
    wrong = [name for name in names if name not in key.values]
    if names and not wrong:
        return Filter(key.name, "=", names, negated)
    allowed = ", ".join(f"{key.name}:{value}" for value in key.values[:-1]) + f" or {key.name}:{key.values[-1]}"
    begun = all(any(value.startswith(name) for value in (*key.values, *_SYNONYMS)) for name in wrong)
    return Refused(f"“{key.name}:{_shown(text)}” is not valid; write {allowed}.", begun)


def _count(key: Key, text: str, negated: bool) -> Filter | Refused:  # noqa: FBT001
    if span := _RANGE.fullmatch(text):
        return Filter(key.name, "..", (int(span[1]), int(span[2])), negated)
    if found := _NUMBER.fullmatch(text):
        ops: dict[str, Op] = {"": ">=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "="}
        return Filter(key.name, ops[found[1] or ""], (int(found[2]),), negated)
    begun = re.fullmatch(r"[<>]?=?\d{0,9}(?:\.\.?)?\d{0,9}", text) is not None
    return Refused(
        f"“{key.name}:{_shown(text)}” is not a number; write {key.name}:>20, {key.name}:<5 or {key.name}:20..50.", begun
    )


def _period(key: Key, text: str, negated: bool, today: date | None) -> Filter | Refused:  # noqa: FBT001
    text = text.lower()
    day = None
    if today is not None:
        day = _ago(text, today)
    if day is None and (found := _DAY.fullmatch(text)):
        day = _end(found, last=key.name == "until")
    if day is not None:
        return Filter(key.name, ">=" if key.name == "since" else "<=", day, negated)
    begun = re.fullmatch(r"\d{0,4}(-\d{0,2}){0,2}|\d{1,4}|[a-z]+", text) is not None
    begun = begun and (not text.isalpha() or any(word.startswith(text) for word in ("today", "yesterday")))
    return Refused(
        f"“{key.name}:{_shown(text)}” is not a date; write {key.name}:2026, {key.name}:2026-03, {key.name}:2026-03-15 "
        f"or {key.name}:7d.",
        begun,
    )


def _ago(text: str, today: date) -> date | None:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    found = _AGO.fullmatch(text)
    if found is None:
        return None
    days = int(found[1]) * _UNIT_DAYS[found[2]]
    return date.fromordinal(max(1, today.toordinal() - days))


def _end(found: re.Match[str], *, last: bool) -> date | None:
    """Return the first or the last day of a year, a month or a day; ``None`` if the date is not valid."""
    year = int(found[1])
    month = int(found[2]) if found[2] else (12 if last else 1)
    try:
        final = monthrange(year, month)[1]
        return date(year, month, int(found[3]) if found[3] else (final if last else 1))
    except ValueError:
        return None


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:40])


def describe(filters: Sequence[Filter]) -> str:
    """Describe the filters in a few words: ``cs.CL, unread, since 2026-03-01``; empty if there are none."""
    return ", ".join(map(_described, filters))


def _described(one: Filter) -> str:
    match one.key:
        case "cat" | "is" | "state":
            text = " or ".join(one.names)
        case "since" | "until":
            text = f"{one.key} {one.day}"
        case "votes" | "stars" | "comments" | "rating":
            least, most = one.numbers
            text = f"{one.key} {least}..{most}" if one.op == ".." else f"{one.key} {one.op} {least}"
        case _:
            text = f"{'with' if one.key == 'has' else one.key} {' or '.join(one.names)}"
    return f"not {text}" if one.negated else text
