"""The keys of the search language (`author:`, `votes:`, ...) in one table, for parser, help and completion."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from papertui.model.bookmark import RATINGS
from papertui.model.filters import SYNONYMS
from papertui.model.safe_text import excerpt


class FilterKey(NamedTuple):
    """A key of the query language."""

    name: str
    aliases: tuple[str, ...]
    #: The allowed values, if they are fixed.
    values: tuple[str, ...]
    example: str
    #: A short description.
    about: str
    #: The public name of the field it searches; empty for a filter.
    field: str = ""


KEYS = (
    FilterKey("title", ("ti",), (), "title:diffusion", "the word is in the title", "title"),
    FilterKey("author", ("authors", "au", "by"), (), 'author:"Li Chen"', "the word is in an author's name", "authors"),
    FilterKey("abstract", ("abs",), (), "abstract:ablation", "the word is in the abstract", "abstract"),
    FilterKey("keyword", ("keywords", "kw"), (), "keyword:agents", "the word is in a keyword", "keywords"),
    FilterKey("org", ("organization",), (), "org:deepmind", "the word is in the organisation's name", "organization"),
    FilterKey("note", (), (), "note:compare", "the word is in your note", "note"),
    FilterKey("id", (), (), "id:2604.26951", "the paper with that id", "id"),
    FilterKey("cat", ("category",), (), "cat:cs.CL", "in a category or below it (cat:cs); several: cat:cs.CL,cs.LG"),
    FilterKey("tag", (), (), "tag:todo", "bookmarked with a tag of yours"),
    FilterKey("state", (), ("to-read", "reading", "read"), "state:reading", "bookmarked, and to-read, reading or read"),
    FilterKey("rating", (), (), "rating:4", "bookmarked and rated at least 4; also rating:=5, rating:1..2"),
    FilterKey("is", (), ("new", "unread", "read", "bookmarked"), "is:new", "new to you, unread, read or bookmarked"),
    FilterKey(
        "has", (), ("code", "note", "tag", "rating", "abstract", "doi", "project", "tldr"), "has:code",
        "with code, a note, tag or rating of yours, an abstract, a DOI, a project page, or a one-line summary (tldr)",
    ),
    FilterKey("votes", (), (), "votes:>20", "by votes; also votes:20..50, and votes:20 for at least 20"),
    FilterKey("stars", (), (), "stars:>100", "by stars of the code"),
    FilterKey("comments", (), (), "comments:>5", "by comments"),
    FilterKey("since", ("after",), (), "since:2026-03", "from a year, month or day on; also since:7d, since:yesterday"),
    FilterKey("until", ("before",), (), "until:2026-03-15", "up to the end of a year, month or day"),
    FilterKey("year", (), (), "year:2017", "from a year; also year:2015..2017 and year:>2015"),
    FilterKey("source", (), (), "source:arxiv", "from a source: huggingface, arxiv, file, or a feed's host"),
)  # fmt: skip
#: Starts a query for similar papers, which is not a filter.
LIKE = "like"
#: Syntax without a key.
OTHERS = (
    ("attention is all", "words in any order; also misspelt, joined or split, and an incomplete last word"),
    ('"mixture of experts"', "these words in this order"),
    ("-survey", "without this word; also -author:chen, -tag:done, -cat:cs.CV"),
    ("like:2604.26951", "papers similar to that one, in the whole archive"),
)


def key_named(name: str) -> FilterKey | None:
    """Return the key with the name or alias `name`, in upper or lower case."""
    name = name.lower()
    return next((key for key in KEYS if name == key.name or name in key.aliases), None)


def help_lines() -> list[tuple[str, str]]:
    """Return examples and their descriptions, for help pages."""
    return [*OTHERS, *((key.example, key.about) for key in KEYS)]


# --- filters: ``votes:>20``, ``since:2026-03``, ``is:unread`` ----------------------------------------

Op = Literal["=", ">", ">=", "<", "<=", ".."]
_NUMBER = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})")
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_YEARS = re.compile(r"(?P<op>>=|<=|>|<|=)?(?P<one>\d{4})|(?P<first>\d{4})(?:\.\.|-)(?P<last>\d{4})")
#: Keys with a numeric value.
COUNTED = ("votes", "stars", "comments", "rating")
#: Keys with names of which any may occur, so that a name is never wrong but may be incomplete.
NAMED = ("cat", "tag", "source")
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NAME = re.compile(r"[^\s,]+")
_LAST_YEAR = 9999


class Filter(NamedTuple):
    """One condition on papers."""

    #: The name of one of `papertui.search.language.KEYS`.
    key: str
    #: How to compare `value`; ``..`` takes two numbers, both included.
    op: Op
    #: Numbers, a day, or names of which one must match.
    value: tuple[str, ...] | tuple[int, ...] | date
    #: Whether to exclude the papers that match.
    negated: bool = False
    #: Whether the last name may be incomplete, because it is being typed.
    typing: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The value as names; empty if it has another type."""
        return tuple(name for name in self.value if isinstance(name, str)) if isinstance(self.value, tuple) else ()

    @property
    def numbers(self) -> tuple[int, int]:
        """The value as the smallest and the largest number."""
        numbers = [number for number in self.value if isinstance(number, int)] if isinstance(self.value, tuple) else []
        return (numbers[0], numbers[-1]) if numbers else (0, 0)

    @property
    def day(self) -> date:
        """The value as a day."""
        return self.value if isinstance(self.value, date) else date.min


class RejectedFilter(NamedTuple):
    """A value after a key that is not valid."""

    #: The error, and what is allowed.
    sentence: str
    #: Whether it may be the beginning of a valid value.
    unfinished: bool


def read_filter(key: FilterKey, text: str, negated: bool, today: date | None) -> Filter | RejectedFilter:  # noqa: FBT001 - passed on
    """Parse `text` after `key` into a filter."""
    if not text:
        return no_value(key)
    if key.values:
        return _one_of(key, text, negated)
    if key.name in COUNTED:
        return _count(key, text, negated)
    if key.name in ("since", "until"):
        return _period(key, text, negated, today)
    if key.name == "year":
        return _year(key, text, negated)
    names = tuple(_NAME.findall(text))
    return Filter(key.name, "=", names, negated) if names else no_value(key)


def no_value(key: FilterKey) -> RejectedFilter:
    """Explain a key without a value."""
    return RejectedFilter(f"Add a value directly after “{key.name}:”, as in {key.example}.", unfinished=True)


def _one_of(key: FilterKey, text: str, negated: bool) -> Filter | RejectedFilter:  # noqa: FBT001
    names = tuple(SYNONYMS.get(name, name) for name in _NAME.findall(text.lower()))
    wrong = [name for name in names if name not in key.values]
    if names and not wrong:
        return Filter(key.name, "=", names, negated)
    allowed = ", ".join(f"{key.name}:{value}" for value in key.values[:-1]) + f" or {key.name}:{key.values[-1]}"
    begun = all(any(value.startswith(name) for value in (*key.values, *SYNONYMS)) for name in wrong)
    return RejectedFilter(f"“{key.name}:{excerpt(text, 40)}” is not valid; write {allowed}.", begun)


def _count(key: FilterKey, text: str, negated: bool) -> Filter | RejectedFilter:  # noqa: FBT001
    wrong = f"{key.name}:{excerpt(text, 40)}"
    numbers: tuple[int, ...] = ()
    op: Op = ".."
    if span := _RANGE.fullmatch(text):
        numbers = int(span[1]), int(span[2])
        if numbers[0] > numbers[1]:
            turned = f"{key.name}:{numbers[1]}..{numbers[0]}"
            return RejectedFilter(f"“{wrong}” is empty; write the smaller number first: {turned}.", unfinished=True)
    elif match := _NUMBER.fullmatch(text):
        ops: dict[str, Op] = {"": ">=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "=": "="}
        numbers, op = (int(match[2]),), ops[match[1] or ""]
    if numbers and key.name == "rating" and not all(number in RATINGS for number in numbers):
        sentence = f"“{wrong}” is not a rating; ratings are from {RATINGS[0]} to {RATINGS[-1]}."
        return RejectedFilter(sentence, unfinished=False)
    if numbers:
        return Filter(key.name, op, numbers, negated)
    begun = re.fullmatch(r"[<>]?=?\d{0,9}|\d{1,9}\.\.?\d{0,9}", text) is not None
    examples = f"{key.name}:>20, {key.name}:<5 or {key.name}:20..50"
    if key.name == "rating":
        examples = "rating:4, rating:=5 or rating:1..2"
    return RejectedFilter(f"“{wrong}” is not a number; write {examples}.", begun)


def _period(key: FilterKey, text: str, negated: bool, today: date | None) -> Filter | RejectedFilter:  # noqa: FBT001
    text = text.lower()
    day = None
    if today is not None:
        day = _ago(text, today)
    if day is None and (match := _DAY.fullmatch(text)):
        day = _end(match, last=key.name == "until")
    if day is not None:
        return Filter(key.name, ">=" if key.name == "since" else "<=", day, negated)
    wrong = f"{key.name}:{excerpt(text, 40)}"
    return RejectedFilter(
        f"“{wrong}” is not a date; write {key.name}:2026, {key.name}:2026-03, {key.name}:2026-03-15 or {key.name}:7d.",
        _begins_date(text),
    )


def _begins_date(text: str) -> bool:
    """Whether more characters can make a date of `text`."""
    if text.isalpha():
        return any(word.startswith(text) for word in ("today", "yesterday"))
    if re.fullmatch(r"\d{0,4}", text):
        return True
    match = re.fullmatch(r"(\d{4}-)(?:0?|(\d{1,2})-0?)", text)
    return match is not None and (match[2] is None or 1 <= int(match[2]) <= 12)  # noqa: PLR2004 - months


def _year(key: FilterKey, text: str, negated: bool) -> Filter | RejectedFilter:  # noqa: FBT001
    wrong = f"{key.name}:{excerpt(text, 40)}"
    if match := _YEARS.fullmatch(text):
        year = int(match["one"] or match["first"])
        first, last = {
            None: (year, year), "=": (year, year),
            ">": (year + 1, _LAST_YEAR), ">=": (year, _LAST_YEAR), "<": (1, year - 1), "<=": (1, year),
        }[match["op"]]  # fmt: skip
        last = int(match["last"] or last)
        if 1 <= first <= last:
            return Filter(key.name, "..", (first, last), negated)
        turned = f"{key.name}:{last}..{first}"
        return RejectedFilter(f"“{wrong}” is empty; write the earlier year first: {turned}.", unfinished=False)
    begun = re.fullmatch(r"[<>]?=?\d{0,3}|\d{4}(?:\.\.?|-)\d{0,3}", text) is not None
    return RejectedFilter(f"“{wrong}” is not a year; write year:2017, year:2015..2017 or year:>2015.", begun)


def _ago(text: str, today: date) -> date | None:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    days = int(match[1]) * _UNIT_DAYS[match[2]]
    return date.fromordinal(max(1, today.toordinal() - days))


def _end(match: re.Match[str], *, last: bool) -> date | None:
    """Return the first or the last day of a year, a month or a day; ``None`` if the date is not valid."""
    year = int(match[1])
    month = int(match[2]) if match[2] else (12 if last else 1)
    try:
        final = monthrange(year, month)[1]
        return date(year, month, int(match[3]) if match[3] else (final if last else 1))
    except ValueError:
        return None


def describe(filters: Sequence[Filter]) -> str:
    """Describe the filters in a few words: ``cs.CL, unread, since 2026-03-01``; empty if there are none."""
    return ", ".join(map(_described, filters))


def _described(one: Filter) -> str:
    match one.key:
        case "cat" | "is" | "state":
            text = " or ".join(one.names)
        case "since" | "until":
            text = f"{one.key} {one.day}"
        case "year":
            first, last = one.numbers
            text = f"year {first}" if first == last else f"years {first}..{last}"
            if last == _LAST_YEAR:
                text = f"year >= {first}"
            elif first == 1:
                text = f"year <= {last}"
        case "votes" | "stars" | "comments" | "rating":
            least, most = one.numbers
            text = f"{one.key} {least}..{most}" if one.op == ".." else f"{one.key} {one.op} {least}"
        case _:
            text = f"{'with' if one.key == 'has' else one.key} {' or '.join(one.names)}"
    return f"not {text}" if one.negated else text


# --- half-typed keys ---------------------------------------------------------------------------------

#: A word that may become a key.
BEGUN_KEY = re.compile(r"-?([A-Za-z]+)")


def without_begun_key(text: str) -> str | None:
    """Return `text` without its last word if that may become a key (``auth``); else ``None``."""
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    begun = BEGUN_KEY.fullmatch(text, start)
    names = (LIKE, *(name for key in KEYS for name in (key.name, *key.aliases)))
    return text[:start] if begun and any(name.startswith(begun[1].lower()) for name in names) else None
