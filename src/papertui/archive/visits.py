"""The visits of the reader, the papers that were on the screen at each, and the places in lists and pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from papertui.archive.accounts import select
from papertui.archive.database import Database
from papertui.archive.rows import rules_facts
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.sqlite import micros, moment_of

#: The number of visits, seen papers and places kept. More seen papers than `_MOST_SEEN` are reduced to `_KEPT_SEEN`.
_VISITS = 100
_MOST_SEEN, _KEPT_SEEN = 60_000, 50_000
_PLACES = 300

_LAST = "SELECT visit, started, last FROM visits ORDER BY visit DESC LIMIT 2"
#: The rows of a feed as last fetched, without new versions, that were not on the screen before a visit.
_UNSEEN = (
    "FROM feed_rows r JOIN papers p ON p.row = r.paper LEFT JOIN seen s ON s.id = p.id WHERE r.feed = "
    "(SELECT feed FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1) "
    "AND ifnull(r.why, '') NOT LIKE 'replace%' AND ifnull(s.visit, ?) >= ?"
)


class Visit(NamedTuple):
    """A time in which the reader uses papertui, perhaps with several starts."""

    number: int
    started: datetime  # UTC
    last: datetime  # UTC, when it was used last
    before: datetime | None = None  # UTC, the end of the visit before; ``None`` for the first visit


class VisitLog:
    """Visits and what was seen at them, in the archive. Every method blocks and raises `StoreError`.

    Args:
        database: the file of the archive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- visits --------------------------------------------------------------------------------------

    def last(self) -> Visit | None:
        """Return the last visit; ``None`` before the first one."""
        return self._database.read(_last)

    def begin(self, at: datetime, gap: timedelta) -> Visit:
        """Continue the last visit, or begin the next one if the last use was longer ago than `gap`.

        The time may be before the last use, after the clock was wrong.
        """

        def begin(connection: sqlite3.Connection) -> Visit:
            last = _last(connection)
            if last is not None and abs(at - last.last) < gap:
                return last
            number = 1 if last is None else last.number + 1
            connection.execute("INSERT INTO visits VALUES (?, ?, ?)", (number, micros(at), micros(at)))
            connection.execute("DELETE FROM visits WHERE visit <= ?", (number - _VISITS,))
            _forget_oldest(connection)
            return Visit(number, at, at, None if last is None else last.last)

        return self._database.write(begin)

    def use(self, number: int, at: datetime, ids: Iterable[str]) -> None:
        """Record that visit `number` goes on, and that the papers with `ids` were on the screen."""
        rows = [(id_, number) for id_ in ids]

        def use(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE visits SET last = max(last, ?) WHERE visit = ?", (micros(at), number))
            connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", rows)

        self._database.write(use)

    # --- what was seen -------------------------------------------------------------------------------

    def known_feeds(self) -> frozenset[FeedName]:
        """Return the feeds that the reader has had: in others, nothing is new."""
        return self._database.read(
            lambda connection: frozenset(
                FeedName(kind, detail) for kind, detail in connection.execute("SELECT kind, detail FROM known_feeds")
            )
        )

    def add_feed(self, name: FeedName, number: int, ids: Iterable[str]) -> None:
        """Record the first list of a feed: its papers count as seen before visit `number`."""
        rows = [(id_, number - 1) for id_ in ids]

        def add(connection: sqlite3.Connection) -> None:
            if connection.execute("INSERT OR IGNORE INTO known_feeds VALUES (?, ?)", name).rowcount:
                connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", rows)

        self._database.write(add)

    def seen_before(self, number: int, ids: Iterable[str]) -> frozenset[str]:
        """Return those of `ids` that were seen before visit `number`."""
        wanted = list(ids)
        return self._database.read(
            lambda connection: frozenset(
                id_ for id_, visit in select(connection, "id, visit", "id", wanted, table="seen") if visit < number
            )
        )

    def seen_at(self, number: int) -> frozenset[str]:
        """Return the ids of the papers that were on the screen for the first time at visit `number`."""
        return self._database.read(
            lambda connection: frozenset(
                id_ for (id_,) in connection.execute("SELECT id FROM seen WHERE visit = ?", (number,))
            )
        )

    def unseen(self, names: Iterable[FeedName], number: int) -> dict[FeedName, list[Paper]]:
        """Return the papers of each feed, as last fetched, that were not seen before visit `number`.

        Without new versions; with the facts that can mute a paper and no others.
        """
        wanted = list(names)

        def read(connection: sqlite3.Connection) -> dict[FeedName, list[Paper]]:
            columns = "SELECT p.id, p.title, p.authors, p.keywords, p.categories "
            return {
                name: [rules_facts(row) for row in connection.execute(f"{columns}{_UNSEEN}", (*name, number, number))]
                for name in wanted
            }

        return self._database.read(read)

    def arrived_since(self, ids: Iterable[str], moment: datetime) -> int:
        """Return how many of the papers with `ids` were stored for the first time after `moment`."""
        wanted, after = list(ids), micros(moment)

        def count(connection: sqlite3.Connection) -> int:
            return sum(first > after for (first,) in select(connection, "first_seen", "id", wanted))

        return self._database.read(count)

    # --- places --------------------------------------------------------------------------------------

    def places(self) -> dict[str, str]:
        """Return the stored places by their keys."""
        return self._database.read(lambda connection: dict(connection.execute("SELECT key, value FROM places")))

    def keep_places(self, places: Mapping[str, str], at: datetime) -> None:
        """Store places; an empty value removes one. The oldest are removed when there are too many."""

        def keep(connection: sqlite3.Connection) -> None:
            rows = [(key, value, micros(at)) for key, value in places.items() if value]
            connection.executemany("REPLACE INTO places VALUES (?, ?, ?)", rows)
            connection.executemany("DELETE FROM places WHERE key = ?", [(key,) for key in places if not places[key]])
            connection.execute(
                "DELETE FROM places WHERE key IN (SELECT key FROM places ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (_PLACES,),
            )

        self._database.write(keep)


def _last(connection: sqlite3.Connection) -> Visit | None:
    visits = connection.execute(_LAST).fetchall()
    if not visits:
        return None
    number, started, last = visits[0]
    before = moment_of(visits[1][2]) if len(visits) > 1 else None
    return Visit(number, moment_of(started), moment_of(last), before)


def _forget_oldest(connection: sqlite3.Connection) -> None:
    """Keep the table of seen papers bounded."""
    size = connection.execute("SELECT count(*) FROM seen").fetchone()[0]
    if size > _MOST_SEEN:
        connection.execute(
            "DELETE FROM seen WHERE id IN (SELECT id FROM seen ORDER BY visit LIMIT ?)", (size - _KEPT_SEEN,)
        )
