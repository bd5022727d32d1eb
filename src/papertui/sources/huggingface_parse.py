"""Convert a paper of the Hugging Face API to a `Paper`. Pure.

Three shapes hold the same facts: an entry of the daily papers (``{"paper": {...}, "title": ..., ...}``), a search
result (the same, or the bare paper) and the response for one paper (bare, with a few more facts). Facts are looked up
in ``paper`` first, then beside it. Optional keys may be missing, null or of a wrong type; the fact is then absent.
Only an entry without a readable id and title is not a paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from papertui.model import text
from papertui.model.paper import Paper, page_url, pdf_url
from papertui.model.paper_ids import arxiv_id
from papertui.model.record import moment_from
from papertui.sources.pages import Entries

SOURCE = "huggingface"
#: The largest integer that JSON parsers and SQLite both represent exactly.
_LARGEST = 2**53 - 1
#: Characters read of a line and of an abstract: real ones are shorter, and long ones cost several times their size.
_LONGEST_LINE, _LONGEST_TEXT = 2_000, 50_000
#: The largest collaborations have some thousand members.
_MOST_NAMES, _MOST_ITEMS = 5_000, 200
_DAY_LENGTH = len("2026-04-30")
_Fact = TypeVar("_Fact")


def read_entries(values: Iterable[object], day: date | None = None) -> Entries:
    """Return the papers in a list of entries; an unreadable entry never hides the others.

    Args:
        values: the entries, wrapped or bare.
        day: the requested day, for entries that do not have their own.
    """
    papers: list[Paper] = []
    skipped = 0
    for value in values:
        paper = read_entry(value, day)
        if paper is None:
            skipped += 1
        else:
            papers.append(paper)
    return Entries(tuple(papers), skipped)


def read_entry(value: object, day: date | None = None) -> Paper | None:
    """Return the paper in one entry, wrapped or bare; ``None`` if it has no readable id or title."""
    if not isinstance(value, dict):
        return None
    inner = value.get("paper")
    # In this order: if both have a fact, the one inside `paper` is correct or the same.
    places = (inner, value) if isinstance(inner, dict) else (value,)
    paper = places[0]
    id_ = _id(paper.get("id"))
    title = _first(places, "title", _made(text.title))
    if id_ is None or title is None:
        return None
    return Paper(
        id=id_,
        title=title,
        abstract=_first(places, "summary", _made(text.prose, _LONGEST_TEXT)) or "",
        authors=tuple(_authors(paper.get("authors"))),
        # Not the entry's own publishedAt: it is off by hours, or the time somebody submitted the paper.
        published=read_moment(paper.get("publishedAt")),
        featured=_first(places, "submittedOnDailyAt", _day) or day,
        upvotes=_first(places, "upvotes", read_count),
        comments=_first(places, "numComments", read_count),
        github=_first(places, "githubRepo", _address),
        stars=_first(places, "githubStars", read_count),
        project=_first(places, "projectPage", _address),
        organization=_first(places, "organization", _organization),
        keywords=_first(places, "ai_keywords", _keywords) or (),
        tldr=_first(places, "ai_summary", _made(text.prose, _LONGEST_TEXT)),
        sources=(SOURCE,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        thumbnail=_first(places, "thumbnail", _address),
        submitter=_first(places, "submittedBy", _account) or _first(places, "submittedOnDailyBy", _account),
        media=_first(places, "mediaUrls", _addresses) or _first(places, "mediaUrl", _addresses) or (),
        models=_first(places, "numTotalModels", read_count),
        datasets=_first(places, "numTotalDatasets", read_count),
        spaces=_first(places, "numTotalSpaces", read_count),
    )


def _first(places: Iterable[dict[str, Any]], key: str, read: Callable[[object], _Fact | None]) -> _Fact | None:
    """Return the first readable fact called `key`; an empty list does not count."""
    for place in places:
        fact = read(place.get(key))
        if fact is not None and fact != ():
            return fact
    return None


def _made(safe: Callable[[str], str], longest: int = _LONGEST_LINE) -> Callable[[object], str | None]:
    """Return a reader of texts that `safe` makes safe, up to `longest`; an empty text is absent. “0” is a title."""

    def read(value: object) -> str | None:
        return (safe(value[:longest]) or None) if isinstance(value, str) else None

    return read


read_name = _made(text.name)
read_line = _made(text.plain)
_keyword = _made(text.title)  # one line that may contain mathematics


def _id(value: object) -> str | None:
    return arxiv_id(value) if isinstance(value, str) else None


def read_count(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value <= _LARGEST else None


def read_moment(value: object) -> datetime | None:
    try:
        return moment_from(value)
    except OverflowError:  # year 1 east of Greenwich, year 9999 west of it
        return None


def _day(value: object) -> date | None:
    """Return the day of a timestamp: the time zone is Hugging Face's, the day is the one the paper was featured."""
    if not isinstance(value, str) or value[_DAY_LENGTH : _DAY_LENGTH + 1] not in {"", "T", " "}:
        return None
    try:
        return date.fromisoformat(value[:_DAY_LENGTH])
    except ValueError:
        return None


def _address(value: object) -> str | None:
    return text.web_url(value.strip()) if isinstance(value, str) else None


def _addresses(value: object) -> tuple[str, ...]:
    """Return one address or a list of them; invalid ones are left out."""
    return _unique(_address(item) for item in (value[:_MOST_ITEMS] if isinstance(value, list) else [value]))


def _keywords(value: object) -> tuple[str, ...]:
    return _unique(_keyword(item) for item in value[:_MOST_ITEMS]) if isinstance(value, list) else ()


def _authors(value: object) -> Iterator[str]:
    """Yield the names, without authors who asked Hugging Face to hide them."""
    for author in value[:_MOST_NAMES] if isinstance(value, list) else []:
        hidden = isinstance(author, dict) and author.get("hidden") is True
        name = read_name(author.get("name") if isinstance(author, dict) else author)
        if name is not None and not hidden:
            yield name


def _organization(value: object) -> str | None:
    if isinstance(value, dict):
        return read_name(value.get("fullname")) or read_name(value.get("name"))
    return read_name(value)


def _account(value: object) -> str | None:
    """Return a user name as in URLs and the submitter feed: ``user`` beside a paper, ``name`` elsewhere."""
    return (read_line(value.get("user")) or read_line(value.get("name"))) if isinstance(value, dict) else None


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))
