"""The papers of one view at one moment, and the names views go by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from papertui.core.paper import Paper
from papertui.errors import UsageError

Kind = Literal["trending", "daily", "weekly", "monthly", "library", "archive", "hf-search", "submitter"]
#: Kinds whose name goes on after a colon with words of the reader's.
_IN_PLACE: tuple[Kind, ...] = ("hf-search", "submitter")
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: The first day with daily papers on Hugging Face.
FIRST_DAY = date(2023, 5, 4)
_SATURDAY = 5


class FeedName(NamedTuple):
    """What a feed is called: a kind and, for some kinds, which one.

    Attributes:
        kind: the view.
        detail: the day (``2026-04-30``), week (``2026-W18``) or month (``2026-04``) of a calendar view, empty for
            the latest one; the words of a view written in place.
    """

    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.detail}" if self.detail else self.kind


class Feed(NamedTuple):
    """The papers of one view at one moment.

    Attributes:
        name: which view.
        papers: in the view's own order, no paper twice. May be read lazily from the archive.
        fetched_at: when the source answered (UTC), ``None`` for views that are never fetched.
        origin: where it came from: ``huggingface``, ``starter``, ``archive``, ``library``.
        notices: what the reader should know about it, each a full sentence.
    """

    name: FeedName
    papers: Sequence[Paper]
    fetched_at: datetime | None = None
    origin: str = ""
    notices: tuple[str, ...] = ()


def parse_feed_name(text: str) -> FeedName:
    """The feed that `text` names: a kind, or a kind and a detail joined by a colon.

    Raises:
        UsageError: there is no such feed, or its day, week or month is malformed.
    """
    kind, _, detail = text.strip().partition(":")
    for known in get_args(Kind):
        if kind != known:
            continue
        if known in _IN_PLACE:
            if not detail.strip():
                raise UsageError(f"The feed “{known}:” needs words after the colon, for example {known}:diffusion.")
            return FeedName(known, detail.strip())
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
        f"There is no feed called “{shown}”. Choose trending, daily, weekly, monthly, library or archive, "
        "or write hf-search:QUERY."
    )


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
