"""Feeds as they were fetched: the last response of each day, with the votes of each row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import NamedTuple

from papertui.archive.accounts import select
from papertui.archive.papers import PaperUpsert
from papertui.archive.rows import COLUMNS, number, paper_of, rules_facts
from papertui.model.changes import JoinedRecord
from papertui.model.feed import Feed, FeedName, Kind
from papertui.model.paper import Paper
from papertui.model.reasons import FeedRank
from papertui.sqlite import micros, moment_of

#: The facts that a feed ranked by votes stores as fetched.
_AS_FETCHED = frozenset({"upvotes", "comments", "stars", "featured"})
_AS_KNOWN = ", ".join(f"p.{name}" for name in COLUMNS)
_AS_RANKED = ", ".join(f"{'r' if name in _AS_FETCHED else 'p'}.{name}" for name in COLUMNS)
#: The source whose feeds are ranked by votes.
_VOTE_SOURCE = "huggingface"


class KeptFeed(NamedTuple):
    """What storing a response changed."""

    new: int  # the number of new papers
    joined: tuple[JoinedRecord, ...] = ()  # records that turned out to be the same work as another one


def keep(connection: sqlite3.Connection, feed: Feed, fetched_at: datetime) -> KeptFeed:
    """Store the papers of `feed` and the feed itself.

    A paper is new if it was not in the last response and is not only listed because of a new version.
    """
    # Records of two sources for one paper are both used; of two records of one source, the first.
    versions: dict[tuple[str, tuple[str, ...]], Paper] = {}
    ranked: dict[str, Paper] = {}
    for paper in feed.papers:
        versions.setdefault((paper.id, paper.sources), paper)
        ranked.setdefault(paper.id, paper)
    fetched, day = micros(fetched_at), fetched_at.astimezone(UTC).date().isoformat()
    upsert = PaperUpsert(connection, fetched)
    joined = upsert.take(tuple(versions.values())).joined
    # Two of them may have turned out to be the same paper.
    rows: dict[int, Paper] = {}
    for id_, paper in ranked.items():
        rows.setdefault(upsert.rows[id_], paper)
    before = _rows_of_last(connection, feed.name)
    replaced = feed.replaced
    fresh = sum(row not in before and paper.id not in replaced for row, paper in rows.items())
    key = feed.name.kind, feed.name.detail, day
    stored = connection.execute(
        "SELECT feed, fetched FROM feeds WHERE kind = ? AND detail = ? AND day = ?", key
    ).fetchone()
    if stored is not None:
        if stored[1] > fetched:
            return KeptFeed(fresh, joined)
        connection.execute("DELETE FROM feed_rows WHERE feed = ?", stored[:1])
        connection.execute("DELETE FROM feeds WHERE feed = ?", stored[:1])
    number_of_feed = connection.execute(
        "INSERT INTO feeds (kind, detail, day, fetched, origin, size) VALUES (?, ?, ?, ?, ?, ?)",
        (*key, fetched, feed.origin, len(rows)),
    ).lastrowid
    connection.executemany(
        "INSERT INTO feed_rows (feed, rank, paper, upvotes, comments, stars, featured, why) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                number_of_feed,
                rank,
                row,
                number(paper.upvotes),
                number(paper.comments),
                number(paper.stars),
                None if paper.featured is None else paper.featured.isoformat(),
                feed.why.get(paper.id),
            )
            for rank, (row, paper) in enumerate(rows.items())
        ),
    )
    return KeptFeed(fresh, joined)


def check(connection: sqlite3.Connection, name: FeedName, at: datetime, notices: tuple[str, ...]) -> None:
    """Record that a feed was requested and had nothing new."""
    connection.execute(
        "UPDATE feeds SET checked = ?, notices = ? WHERE feed = "
        "(SELECT feed FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1)",
        (micros(at), json.dumps(notices, ensure_ascii=False) if notices else None, *name),
    )


def read(connection: sqlite3.Connection, name: FeedName) -> Feed | None:
    """The feed `name` as it was last fetched; ``None`` if it never was."""
    stored = connection.execute(
        "SELECT feed, max(fetched, ifnull(checked, fetched)), origin, notices FROM feeds "
        "WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1",
        name,
    ).fetchone()
    if stored is None:
        return None
    feed, fetched, origin, notices = stored
    sentences = tuple(json.loads(notices)) if notices else ()
    return _read(connection, name, feed, fetched, origin)._replace(notices=sentences)


def between(connection: sqlite3.Connection, name: FeedName, first: date, last: date) -> tuple[Feed, ...]:
    """The responses of the days from `first` to `last`, the last one of each day, oldest first."""
    stored = connection.execute(
        "SELECT feed, fetched, origin FROM feeds WHERE kind = ? AND detail = ? AND day BETWEEN ? AND ? ORDER BY day",
        (*name, first.isoformat(), last.isoformat()),
    ).fetchall()
    return tuple(_read(connection, name, feed, fetched, origin) for feed, fetched, origin in stored)


def seen_before(connection: sqlite3.Connection, name: FeedName, day: date) -> frozenset[str]:
    """The ids of the papers that were in the feed on any day before `day`."""
    rows = connection.execute(
        "SELECT DISTINCT p.id FROM feeds f JOIN feed_rows r ON r.feed = f.feed JOIN papers p ON p.row = r.paper "
        "WHERE f.kind = ? AND f.detail = ? AND f.day < ?",
        (*name, day.isoformat()),
    )
    return frozenset(id_ for (id_,) in rows)


def _read(connection: sqlite3.Connection, name: FeedName, feed: int, fetched: int, origin: str) -> Feed:
    """The response in row `feed`."""
    columns = _AS_RANKED if origin == _VOTE_SOURCE else _AS_KNOWN
    rows = connection.execute(
        f"SELECT r.why, {columns} FROM feed_rows r JOIN papers p ON p.row = r.paper "  # noqa: S608
        "WHERE r.feed = ? ORDER BY r.rank",
        (feed,),
    ).fetchall()
    papers = tuple(paper_of(row[1:]) for row in rows)
    why = {paper.id: row[0] for paper, row in zip(papers, rows, strict=True) if row[0]}
    return Feed(name, papers, moment_of(fetched), origin, (), MappingProxyType(why))


def fetched_at(connection: sqlite3.Connection, name: FeedName) -> datetime | None:
    """When a feed was last requested; ``None`` if it never was."""
    stored = connection.execute(
        "SELECT max(max(fetched, ifnull(checked, fetched))) FROM feeds WHERE kind = ? AND detail = ?", name
    ).fetchone()
    return None if stored[0] is None else moment_of(stored[0])


def latest(connection: sqlite3.Connection, kind: Kind) -> FeedName | None:
    """The newest day, week or month with stored papers."""
    # With max(), SQLite takes the other columns from the row with the greatest value.
    stored = connection.execute(
        "SELECT detail, size, max(fetched) FROM feeds WHERE kind = ? AND detail <> '' "
        "GROUP BY detail ORDER BY detail DESC",
        (kind,),
    )
    return next((FeedName(kind, detail) for detail, size, _ in stored if size), None)


def standings(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, tuple[FeedRank, ...]]:
    """The feeds that contain each paper, as last fetched."""
    ranks: dict[str, tuple[FeedRank, ...]] = {}
    rows = dict(select(connection, "row, id", "id", list(ids)))
    last: dict[tuple[str, str], int] = {}
    kinds: dict[int, tuple[FeedName, str]] = {}
    for feed, kind, detail, day in connection.execute("SELECT feed, kind, detail, day FROM feeds ORDER BY fetched"):
        last[kind, detail] = feed
        kinds[feed] = FeedName(kind, detail), day
    for paper, feed, why in select(connection, "paper, feed, why", "paper", list(rows), table="feed_rows"):
        name, day = kinds[feed]
        if last[name] == feed:
            ranks[rows[paper]] = (*ranks.get(rows[paper], ()), FeedRank(name, why or "", day))
    return ranks


def unread(connection: sqlite3.Connection, names: Iterable[FeedName]) -> dict[FeedName, int]:
    """The number of papers in each feed, as last fetched, that are not marked read, without replaced ones."""
    return {
        name: connection.execute(
            "SELECT count(*) FROM feed_rows r JOIN papers p ON p.row = r.paper WHERE r.feed = "
            "(SELECT feed FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1) "
            "AND ifnull(r.why, '') NOT LIKE 'replace%' AND p.id NOT IN (SELECT id FROM read_marks)",
            name,
        ).fetchone()[0]
        for name in names
    }


def unread_papers(connection: sqlite3.Connection, names: Iterable[FeedName]) -> dict[FeedName, list[Paper]]:
    """The papers that `unread` counts, with the facts that can mute one and no others."""
    papers: dict[FeedName, list[Paper]] = {}
    for name in names:
        rows = connection.execute(
            "SELECT p.id, p.title, p.authors, p.keywords, p.categories FROM feed_rows r "
            "JOIN papers p ON p.row = r.paper WHERE r.feed = "
            "(SELECT feed FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1) "
            "AND ifnull(r.why, '') NOT LIKE 'replace%' AND p.id NOT IN (SELECT id FROM read_marks)",
            name,
        )
        papers[name] = [rules_facts(row) for row in rows]
    return papers


def _rows_of_last(connection: sqlite3.Connection, name: FeedName) -> set[int]:
    rows = connection.execute(
        "SELECT paper FROM feed_rows WHERE feed = "
        "(SELECT feed FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1)",
        name,
    )
    return {row for (row,) in rows}
