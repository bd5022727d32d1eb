"""Papers as rows of the archive, with where each fact comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from papertui.model.identity import title_number
from papertui.model.merge import Provenance, Stamp, account, rank
from papertui.model.paper import Paper
from papertui.sqlite import MalformedError, micros, moment_of

#: SQLite integers have 64 bits.
_LIMIT = 2**63

#: The columns of `papers` that make a `Paper`, in the order `paper_of` reads and `row_of` writes them.
#: New ones come last: `papertui.archive.accounts` stores their values in this order.
COLUMNS = (
    "id", "title", "abstract", "authors", "published", "featured", "upvotes", "comments", "github", "stars", "project",
    "organization", "keywords", "tldr", "categories", "sources", "url", "pdf", "thumbnail", "doi", "journal_ref",
    "submitter", "media", "models", "datasets", "spaces", "precision",
)  # fmt: skip


def sort_moment(paper: Paper, first_seen: int) -> int:
    """The date that orders papers: published, else featured, else first seen; microseconds since 1970 UTC."""
    if paper.published is not None:
        return micros(paper.published)
    if paper.featured is not None:
        return micros(datetime.combine(paper.featured, time(), UTC))
    return first_seen


def row_of(paper: Paper) -> tuple[Any, ...]:
    """The values of `COLUMNS` for `paper`."""
    return (
        paper.id,
        paper.title,
        paper.abstract,
        list_text(paper.authors),
        None if paper.published is None else micros(paper.published),
        None if paper.featured is None else paper.featured.isoformat(),
        number(paper.upvotes),
        number(paper.comments),
        paper.github,
        number(paper.stars),
        paper.project,
        paper.organization,
        list_text(paper.keywords),
        paper.tldr,
        list_text(paper.categories),
        list_text(paper.sources),
        paper.url,
        paper.pdf,
        paper.thumbnail,
        paper.doi,
        paper.journal_ref,
        paper.submitter,
        list_text(paper.media),
        number(paper.models),
        number(paper.datasets),
        number(paper.spaces),
        paper.precision,
    )


def paper_of(row: Sequence[Any]) -> Paper:
    """The paper whose `COLUMNS` are `row`.

    Raises:
        MalformedError: the row is damaged.
    """
    (
        id_, title, abstract, authors, published, featured, upvotes, comments, github, stars, project,
        organization, keywords, tldr, categories, sources, url, pdf, thumbnail, doi, journal_ref,
        submitter, media, models, datasets, spaces, precision,
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
            precision,
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise MalformedError(f"the row of {id_!r} is broken") from error


def rules_facts(row: Sequence[Any]) -> Paper:
    """The paper with the columns id, title, authors, keywords and categories.

    Raises:
        MalformedError: the row is damaged.
    """
    id_, title, authors, keywords, categories = row
    try:
        return Paper(id_, title, authors=_list(authors), keywords=_list(keywords), categories=_list(categories))
    except (TypeError, ValueError) as error:
        raise MalformedError(f"the row of {id_!r} is broken") from error


def number(value: int | None) -> int | None:
    """`value`, or ``None`` if it does not fit into 64 bits: no source counts that far."""
    return value if value is None or -_LIMIT <= value < _LIMIT else None


def list_text(items: tuple[str, ...]) -> str | None:
    """`items` as JSON; ``None`` if there are none."""
    # As `json.dumps` writes a list of strings, in a third of the time.
    return f"[{', '.join(map(encode_basestring, items))}]" if items else None


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


#: The columns that `known_of` expects.
READ = f"row, first_seen, seen, told, {', '.join(COLUMNS)}"
_WRITTEN = ("first_seen", "seen", "moment", "told", "title_key", *COLUMNS)
INSERT = f"INSERT INTO papers ({', '.join(_WRITTEN)}, row) VALUES ({', '.join('?' * len(_WRITTEN))}, ?)"  # noqa: S608
UPDATE = f"UPDATE papers SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE row = ?"  # noqa: S608


class StoredPaper(NamedTuple):
    """A stored paper, with the source of each fact.

    Most papers come from one source and equal its last response. Then the column ``told`` is empty, and the stamp
    follows from ``sources`` and ``seen``. Otherwise ``told`` is JSON: the stamp of most facts, and the stamps of the
    others by name.
    """

    row: int  # Its number in the table
    #: The first and the last time that a source listed it, in microseconds since 1970 UTC.
    first_seen: int
    seen: int
    account: Provenance

    @property
    def paper(self) -> Paper:
        return self.account.paper


def known_of(values: tuple[Any, ...]) -> StoredPaper:
    """The paper in the columns `READ`.

    Raises:
        MalformedError: the row is damaged.
    """
    row, first_seen, seen, stamps, *facts = values
    paper = paper_of(facts)
    if stamps is None:
        return StoredPaper(row, first_seen, seen, account(paper, seen))
    try:
        shared, others = json.loads(stamps)
        by_name = {name: Stamp(*stamp) for name, stamp in others.items()}
        return StoredPaper(row, first_seen, seen, Provenance(paper, Stamp(*shared), by_name))
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedError(f"the row of {paper.id!r} is damaged") from error


def written(known: StoredPaper) -> tuple[Any, ...]:
    """The values for `INSERT` and `UPDATE`."""
    paper = known.paper
    return (
        known.first_seen,
        known.seen,
        sort_moment(paper, known.first_seen),
        stamps_of(known),
        title_number(paper.title),
        *row_of(paper),
        known.row,
    )


def stamps_of(known: StoredPaper) -> str | None:
    """The value of the column ``told``."""
    stamp, others = known.account.stamp, known.account.others
    if not others and stamp == (rank(known.paper.sources), known.seen):
        return None
    return json.dumps([stamp, others], separators=(",", ":"))
