"""The vote history of papers in the archive: one row for each period without a change."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from papertui.model.trend import Observation
from papertui.sqlite import moment_of

#: Papers in one statement.
_BATCH = 500
#: Votes, comments and stars.
Counts = tuple[int | None, int | None, int | None]

_COLUMNS = "first, last, upvotes, comments, stars"
_BEFORE = f"SELECT {_COLUMNS} FROM votes WHERE paper = ? AND first <= ? ORDER BY first DESC LIMIT 1"  # noqa: S608
_AFTER = f"SELECT {_COLUMNS} FROM votes WHERE paper = ? AND first > ? ORDER BY first LIMIT 1"  # noqa: S608
_PUT = "INSERT OR REPLACE INTO votes (paper, first, last, upvotes, comments, stars) VALUES (?, ?, ?, ?, ?, ?)"


def observe(connection: sqlite3.Connection, paper: int, at: int, counts: Counts) -> None:
    """Record votes, comments and stars of the paper in row `paper` at `at` (microseconds since 1970 UTC).

    A missing number counts as unchanged. A late observation is inserted at its time, unless it falls within a recorded
    period, in which case it is ignored. Of two observations of the same moment, the last one recorded wins.
    """
    if counts == (None, None, None):
        return
    before: tuple[Any, ...] | None = connection.execute(_BEFORE, (paper, at)).fetchone()
    after: tuple[Any, ...] | None = connection.execute(_AFTER, (paper, at)).fetchone()
    if before is not None:
        first, last, *known = before
        upvotes, comments, stars = (was if value is None else value for value, was in zip(counts, known, strict=True))
        counts = upvotes, comments, stars
        if counts == tuple(known):
            if at > last:
                _extend(connection, paper, first, at, after, counts)
            return
        if at < last:
            return
        if at == last > first:
            connection.execute("UPDATE votes SET last = ? WHERE paper = ? AND first = ?", (at - 1, paper, first))
    if after is not None and tuple(after[2:]) == counts:
        connection.execute("UPDATE votes SET first = ? WHERE paper = ? AND first = ?", (at, paper, after[0]))
    else:
        connection.execute(_PUT, (paper, at, at, *counts))


def observations(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[Observation, ...]]:
    """The histories of papers, oldest first; a period without a change gives its first and its last moment."""
    histories: dict[str, list[Observation]] = {}
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        stretches = connection.execute(
            f"SELECT id, first, last, votes.upvotes, votes.comments, votes.stars FROM papers JOIN votes ON paper = row "  # noqa: S608
            f"WHERE id IN ({marks}) ORDER BY paper, first",
            tuple(batch),
        )
        for id_, first, last, upvotes, comments, stars in stretches:
            histories.setdefault(id_, []).extend(
                Observation(moment_of(at), upvotes, comments, stars) for at in sorted({first, last})
            )
    return {id_: tuple(seen) for id_, seen in histories.items()}


def seen_lately(connection: sqlite3.Connection, span: timedelta) -> list[str]:
    """The ids of papers observed within `span` before the last observation of any paper."""
    rows = connection.execute(
        "SELECT id FROM papers WHERE row IN (SELECT paper FROM votes WHERE last >= (SELECT max(last) FROM votes) - ?)",
        (span // timedelta(microseconds=1),),
    )
    return [id_ for (id_,) in rows]


def _extend(
    connection: sqlite3.Connection,
    paper: int,
    first: int,
    at: int,
    after: tuple[Any, ...] | None,
    counts: Counts,
) -> None:
    """Extend a period until `at`, and merge it with the next one if that is equal."""
    last = at
    if after is not None and tuple(after[2:]) == counts:
        connection.execute("DELETE FROM votes WHERE paper = ? AND first = ?", (paper, after[0]))
        last = after[1]
    connection.execute("UPDATE votes SET last = ? WHERE paper = ? AND first = ?", (last, paper, first))
