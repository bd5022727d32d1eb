"""What Hugging Face writes about a paper, made into a `Paper`. Pure: values in, values out.

Three shapes hold the same facts: an entry of the daily papers (``{"paper": {...}, "title": ..., ...}``), a result of
the search (the same, or the bare paper) and the answer about one paper (bare, with a few facts more). Facts are looked
for in ``paper`` first and beside it then. Optional keys may be missing, null or of a wrong type: all the same to us,
the fact is absent. Only without a readable id and title is there no paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from papertui.core import text
from papertui.core.paper import Paper, page_url, paper_id, pdf_url
from papertui.core.record import moment_from
from papertui.errors import UsageError
from papertui.sources.harvest import Entries

SOURCE = "huggingface"
#: The largest number that JSON readers and SQLite both hold exactly.
_LARGEST = 2**53 - 1
#: Letters that are read of a line and of an abstract: longer ones are none, and take memory several times over.
_LONGEST_LINE, _LONGEST_TEXT = 2_000, 50_000
#: The largest collaborations have some thousand members.
_MOST_NAMES, _MOST_ITEMS = 5_000, 200
_DAY_LENGTH = len("2026-04-30")
_Fact = TypeVar("_Fact")


def read_entries(values: Iterable[object], day: date | None = None) -> Entries:
    """The papers in a list of entries; one that cannot be read never hides the others.

    Args:
        values: the entries, wrapped or bare.
        day: the day they were asked for, taken for entries that do not tell theirs.
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
    """The paper in one entry, wrapped or bare; ``None`` when it has no readable id or title."""
    if not isinstance(value, dict):
        return None
    inner = value.get("paper")
    # In this order: where both hold a fact, the one inside `paper` is right or the same.
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
        # Never the entry's own publishedAt: it is hours off, or when somebody submitted the paper.
        published=_moment(paper.get("publishedAt")),
        featured=_first(places, "submittedOnDailyAt", _day) or day,
        upvotes=_first(places, "upvotes", _count),
        comments=_first(places, "numComments", _count),
        github=_first(places, "githubRepo", _address),
        stars=_first(places, "githubStars", _count),
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
        models=_first(places, "numTotalModels", _count),
        datasets=_first(places, "numTotalDatasets", _count),
        spaces=_first(places, "numTotalSpaces", _count),
    )


def _first(places: Iterable[dict[str, Any]], key: str, read: Callable[[object], _Fact | None]) -> _Fact | None:
    """The first of the facts called `key` that can be read; an empty list counts as none."""
    for place in places:
        fact = read(place.get(key))
        if fact is not None and fact != ():
            return fact
    return None


def _made(safe: Callable[[str], str], longest: int = _LONGEST_LINE) -> Callable[[object], str | None]:
    """Reads a text, made safe by `safe`, as far as it is not absurdly long; an empty one is none. “0” is a title."""

    def read(value: object) -> str | None:
        return (safe(value[:longest]) or None) if isinstance(value, str) else None

    return read


_name = _made(text.name)
_plain = _made(text.plain)
_keyword = _made(text.title)  # one line, and mathematics may be in it


def _id(value: object) -> str | None:
    try:
        return paper_id(value) if isinstance(value, str) else None
    except UsageError:
        return None


def _count(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value <= _LARGEST else None


def _moment(value: object) -> datetime | None:
    try:
        return moment_from(value)
    except OverflowError:  # the year 1 east of Greenwich, the year 9999 west of it
        return None


def _day(value: object) -> date | None:
    """The day in front of a moment: its hours are Hugging Face's, the day is the one it was featured."""
    if not isinstance(value, str) or value[_DAY_LENGTH : _DAY_LENGTH + 1] not in {"", "T", " "}:
        return None
    try:
        return date.fromisoformat(value[:_DAY_LENGTH])
    except ValueError:
        return None


def _address(value: object) -> str | None:
    return text.web_url(value.strip()) if isinstance(value, str) else None


def _addresses(value: object) -> tuple[str, ...]:
    """One address or a list of them; those that cannot be opened are left out."""
    return _unique(_address(item) for item in (value[:_MOST_ITEMS] if isinstance(value, list) else [value]))


def _keywords(value: object) -> tuple[str, ...]:
    return _unique(_keyword(item) for item in value[:_MOST_ITEMS]) if isinstance(value, list) else ()


def _authors(value: object) -> Iterator[str]:
    """The names, without those whose owners asked Hugging Face to hide them."""
    for author in value[:_MOST_NAMES] if isinstance(value, list) else []:
        hidden = isinstance(author, dict) and author.get("hidden") is True
        name = _name(author.get("name") if isinstance(author, dict) else author)
        if name is not None and not hidden:
            yield name


def _organization(value: object) -> str | None:
    if isinstance(value, dict):
        return _name(value.get("fullname")) or _name(value.get("name"))
    return _name(value)


def _account(value: object) -> str | None:
    """A user's name as addresses and the submitter feed know it: ``user`` beside a paper, ``name`` elsewhere."""
    return (_plain(value.get("user")) or _plain(value.get("name"))) if isinstance(value, dict) else None


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))
