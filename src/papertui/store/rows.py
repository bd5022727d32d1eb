"""Papers as rows of the archive, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from papertui.core.paper import Paper
from papertui.store.database import MalformedError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
#: Created once: `json.dumps` creates one for every call with these options.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
#: SQLite integers have 64 bits.
_LIMIT = 2**63

#: The columns of `papers` that make a `Paper`, in the order `paper_of` reads and `row_of` writes them.
COLUMNS = (
    "id", "title", "abstract", "authors", "published", "featured", "upvotes", "comments", "github", "stars", "project",
    "organization", "keywords", "tldr", "categories", "sources", "url", "pdf", "thumbnail", "doi", "journal_ref",
    "submitter", "media", "models", "datasets", "spaces",
)  # fmt: skip


def micros(moment: datetime) -> int:
    """`moment` as microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The moment `value` microseconds after 1970 UTC."""
    return _EPOCH + timedelta(microseconds=value)


def sort_moment(paper: Paper, first_seen: int) -> int:
    """The date that orders papers: published, else featured, else first seen; microseconds since 1970 UTC."""
    if paper.published is not None:
        return micros(paper.published)
    if paper.featured is not None:
        return (paper.featured.toordinal() - _EPOCH.toordinal()) * (_DAY // _MICROSECOND)
    return first_seen


def row_of(paper: Paper) -> tuple[Any, ...]:
    """The values of `COLUMNS` for `paper`."""
    return (
        paper.id,
        paper.title,
        paper.abstract,
        _text(paper.authors),
        None if paper.published is None else micros(paper.published),
        None if paper.featured is None else paper.featured.isoformat(),
        number(paper.upvotes),
        number(paper.comments),
        paper.github,
        number(paper.stars),
        paper.project,
        paper.organization,
        _text(paper.keywords),
        paper.tldr,
        _text(paper.categories),
        _text(paper.sources),
        paper.url,
        paper.pdf,
        paper.thumbnail,
        paper.doi,
        paper.journal_ref,
        paper.submitter,
        _text(paper.media),
        number(paper.models),
        number(paper.datasets),
        number(paper.spaces),
    )


def paper_of(row: Sequence[Any]) -> Paper:
    """The paper whose `COLUMNS` are `row`.

    Raises:
        MalformedError: the row is damaged.
    """
    (
        id_, title, abstract, authors, published, featured, upvotes, comments, github, stars, project,
        organization, keywords, tldr, categories, sources, url, pdf, thumbnail, doi, journal_ref,
        submitter, media, models, datasets, spaces,
    ) = row  # fmt: skip
    try:
        return Paper(
            id_,
            title,
            abstract,
            _list(authors),
            None if published is None else moment_of(published),
            None if featured is None else date.fromisoformat(featured),
            upvotes,
            comments,
            github,
            stars,
            project,
            organization,
            _list(keywords),
            tldr,
            _list(categories),
            _list(sources),
            url,
            pdf,
            thumbnail,
            doi,
            journal_ref,
            submitter,
            _list(media),
            models,
            datasets,
            spaces,
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise MalformedError(f"the row of {id_!r} is broken") from error


def number(value: int | None) -> int | None:
    """`value`, or ``None`` if it does not fit into 64 bits: no source counts that far."""
    return value if value is None or -_LIMIT <= value < _LIMIT else None


def _text(items: tuple[str, ...]) -> str | None:
    return _encode(items) if items else None


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()
