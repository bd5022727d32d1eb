"""The papers of one view at one moment, and the names views go by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from papertui.core.categories import CATEGORIES
from papertui.core.paper import Paper
from papertui.errors import UsageError

Kind = Literal[
    "trending", "daily", "weekly", "monthly", "rising", "library", "archive",
    "arxiv", "arxiv-search", "hf-search", "author", "keyword", "submitter", "url",
]  # fmt: skip
#: Kinds whose name goes on after a colon with words of the reader's, each with an example.
_IN_PLACE: Mapping[Kind, str] = {
    "arxiv": "arxiv:cs.CL",
    "arxiv-search": 'arxiv-search:abs:"sparse attention"',
    "hf-search": "hf-search:diffusion",
    "author": "author:Yoshua Bengio",
    "keyword": "keyword:state space model",
    "submitter": "submitter:akhaliq",
}
#: Views that are made of what is stored, and never fetched themselves.
MADE_HERE: frozenset[Kind] = frozenset({"library", "archive", "rising"})
#: A web address with a host and without a user; a fragment leads to no other feed.
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#][^\s\\<>\"^`{|}]*)?",
    re.IGNORECASE,
)
_LONGEST = 2000
_CATEGORY = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: The first day with daily papers on Hugging Face.
FIRST_DAY = date(2023, 5, 4)
_SATURDAY = 5


_JOINERS = "\u200c\u200d"


class FeedName(NamedTuple):
    """What a feed is called: a kind and, for some kinds, which one.

    Attributes:
        kind: the view.
        detail: the day (``2026-04-30``), week (``2026-W18``) or month (``2026-04``) of a calendar view, empty for
            the latest one; the words of a view written in place; the address of a feed of others (``url``).
    """

    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        if self.kind == "url":
            return self.detail
        return f"{self.kind}:{self.detail}" if self.detail else self.kind


class Feed(NamedTuple):
    """The papers of one view at one moment.

    Attributes:
        name: which view.
        papers: in the view's own order, no paper twice. May be read lazily from the archive.
        fetched_at: when the source answered (UTC), ``None`` for views that are never fetched.
        origin: where it came from: ``huggingface``, ``arxiv``, a feed's host, ``several`` together, ``starter``,
            ``archive``, ``library``.
        notices: what the reader should know about it, each a full sentence.
        why: by id, how the source told of a paper where it says so: ``new``, ``cross``, ``replace``.
    """

    name: FeedName
    papers: Sequence[Paper]
    fetched_at: datetime | None = None
    origin: str = ""
    notices: tuple[str, ...] = ()
    why: Mapping[str, str] = MappingProxyType({})

    @property
    def replaced(self) -> frozenset[str]:
        """The ids of papers that are there only because they have a new version."""
        return frozenset(id_ for id_, why in self.why.items() if why.startswith("replace"))

    @property
    def size(self) -> int:
        """How many papers a reader is shown who did not ask for new versions."""
        return len(self.papers) - len(self.replaced)


def parse_feed_name(text: str) -> FeedName:
    """The feed that `text` names: a kind, or a kind and a detail joined by a colon.

    Raises:
        UsageError: there is no such feed, or its day, week or month is malformed.
    """
    kind, _, detail = _with_scheme(text.strip()).partition(":")
    if kind.lower() in {"http", "https"}:
        return FeedName("url", _address(f"{kind}:{detail}"))
    for known in get_args(Kind):
        if kind != known or known == "url":
            continue
        if known in _IN_PLACE:
            # Bytes of a command line that are no text arrive as halves of letters: no file and no service takes them.
            # Nor is what turns or hides letters looked for; only the joiners of Persian and Indic names are.
            detail = "".join(char for char in detail if char.isprintable() or char.isspace() or char in _JOINERS)
            if not detail.strip():
                raise UsageError(f"The feed “{known}:” needs words after the colon, for example {_IN_PLACE[known]}.")
            return FeedName(known, _categories(detail) if known == "arxiv" else " ".join(detail.split()))
        if not detail:
            return FeedName(known)
        if known == "daily":
            return FeedName(known, parse_day(detail).isoformat())
        if known == "weekly":
            return FeedName(known, week_name(parse_week(detail)))
        if known == "monthly":
            return FeedName(known, month_name(parse_month(detail)))
    shown = "".join(c if c.isprintable() else "?" for c in text.strip()[:60])
    raise UsageError(
        f"There is no feed called “{shown}”. Choose trending, daily, weekly, monthly, rising, library, archive or one "
        "of your own feeds, or write arxiv:cs.CL, author:NAME, keyword:WORDS or a feed's address."
    )


def _with_scheme(text: str) -> str:
    """`text` with a scheme that can be asked, where it has one of other readers: ``feed://``, ``feed:https://``."""
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "feed" or "//" not in rest:
        return text
    return f"http:{rest}" if rest.startswith("//") else rest


def _categories(text: str) -> str:
    """Categories joined by ``+``, each as arXiv writes it; one that is not known yet stays as it is.

    Raises:
        UsageError: one of them cannot be a category.
    """
    known = {name.lower(): name for name in CATEGORIES}
    found = []
    for name in re.split(r"[+,\s]+", text.strip(" +,")):
        if not _CATEGORY.fullmatch(name):
            shown = "".join(c if c.isprintable() else "?" for c in name[:40])
            raise UsageError(f"“{shown}” is no arXiv category. Write it like cs.CL, or cs.CL+stat.ML for several.")
        found.append(known.get(name.lower(), name))
    return "+".join(dict.fromkeys(found))


def _address(text: str) -> str:
    """The address of a feed.

    Raises:
        UsageError: it is none that can be asked.
    """
    if not _ADDRESS.fullmatch(text) or not text.isprintable() or len(text) > _LONGEST:
        shown = "".join(c if c.isprintable() else "?" for c in text[:60])
        raise UsageError(f"“{shown}” is not the address of a feed. Write it like https://example.org/feed.xml.")
    scheme, rest = text.split("://", 1)
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path.partition('#')[0]}"


def parse_day(text: str) -> date:
    """The day written as ``2026-04-30``.

    Raises:
        UsageError: `text` is not such a day.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"“{text[:40]}” is not a day. Write it as YYYY-MM-DD, for example 2026-04-30.")


def parse_week(text: str) -> date:
    """The Monday of the ISO 8601 week written as ``2026-W18``.

    Raises:
        UsageError: `text` is not such a week; a year without a week 53 has none.
    """
    if found := _WEEK.fullmatch(text):
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
    raise UsageError(f"“{text[:40]}” is not a week. Write it as YYYY-Www, for example 2026-W18.")


def parse_month(text: str) -> date:
    """The first day of the month written as ``2026-04``.

    Raises:
        UsageError: `text` is not such a month.
    """
    if found := _MONTH.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
    raise UsageError(f"“{text[:40]}” is not a month. Write it as YYYY-MM, for example 2026-04.")


def week_name(day: date) -> str:
    """The ISO 8601 week `day` falls in, as ``2026-W18``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_name(day: date) -> str:
    """The month `day` falls in, as ``2026-04``."""
    return f"{day.year:04}-{day.month:02}"


def period(name: FeedName) -> tuple[date, date] | None:
    """First and last day a calendar view covers; ``None`` for other views and for "the latest"."""
    if not name.detail:
        return None
    if name.kind == "daily":
        day = parse_day(name.detail)
        return day, day
    if name.kind == "weekly":
        monday = parse_week(name.detail)
        return monday, monday + timedelta(days=6)
    if name.kind == "monthly":
        first = parse_month(name.detail)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return None


def is_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or Sunday, when no daily papers appear."""
    return day.weekday() >= _SATURDAY


def step(name: FeedName, by: int) -> FeedName:
    """The calendar view `by` periods later (earlier when negative); days skip weekends.

    A view that is no calendar view, or that names no period, is returned as it is.
    """
    span = period(name)
    if span is None:
        return name
    first, last = span
    if name.kind == "daily":
        day = first
        for _ in range(abs(by)):
            day += timedelta(days=1 if by > 0 else -1)
            while is_weekend(day):
                day += timedelta(days=1 if by > 0 else -1)
        return FeedName("daily", day.isoformat())
    if name.kind == "weekly":
        return FeedName("weekly", week_name(first + timedelta(weeks=by)))
    for _ in range(abs(by)):
        first = last + timedelta(days=1) if by > 0 else (first - timedelta(days=1)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return FeedName("monthly", month_name(first))
