"""What the reader was alerted to, in the archive: which papers matched what, and how far papers were matched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from papertui.archive import topics
from papertui.archive.accounts import select
from papertui.archive.database import Database
from papertui.archive.rows import COLUMNS, paper_of
from papertui.model.alerts import ALERT_WINDOW, Alert
from papertui.model.paper import Paper
from papertui.sqlite import micros, moment_of

#: Alerts are kept for this long.
_KEPT = timedelta(days=90)
#: Papers that are older than the window and featured now are looked for among this many newest rows.
_FEATURED_AMONG = 20_000
#: A response is stored a moment after it came.
_MARGIN = timedelta(seconds=5)
#: The index on the date has the number of the row, so that an import of millions of old papers costs nothing here.
_ARRIVED = """
SELECT row FROM papers INDEXED BY papers_newest WHERE moment >= :since AND row > :row AND row <= :last
UNION
SELECT row FROM papers WHERE moment >= :since AND row <= :row AND seen >= :seen
UNION
SELECT row FROM papers WHERE row > max(:row, :last - :among) AND row <= :last AND featured >= :day
"""


class Cursor(NamedTuple):
    """How far papers were matched against one follow."""

    row: int  # of the last paper
    seen: int  # later records of papers before it count; microseconds since 1970 UTC


class Arrived(NamedTuple):
    """The papers to match, and the cursor for the next time."""

    rows: tuple[int, ...]
    cursor: Cursor


class AlertLog:
    """Alerts and cursors. Every method blocks and raises `StoreError`.

    Args:
        database: the file of the archive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def stamp(self) -> topics.TopicsStamp:
        """Differs when papers were added or changed."""
        return self._database.read(topics.stamp)

    def cursors(self) -> dict[str, Cursor]:
        """How far papers were matched, by follow."""

        def read(connection: sqlite3.Connection) -> dict[str, Cursor]:
            rows = connection.execute("SELECT follow, row, seen FROM alert_cursors")
            return {follow: Cursor(row, seen) for follow, row, seen in rows}

        return self._database.read(read)

    def arrived(self, cursor: Cursor | None, now: datetime) -> Arrived:
        """The recent papers that were stored or changed after `cursor`; all recent ones without a cursor."""
        row, seen = cursor or Cursor(0, 0)
        first = now - ALERT_WINDOW

        def read(connection: sqlite3.Connection) -> Arrived:
            (last,) = connection.execute("SELECT last FROM totals").fetchone()
            values = {
                "since": micros(first), "row": row, "seen": seen, "last": last, "among": _FEATURED_AMONG,
                "day": first.date().isoformat(),
            }  # fmt: skip
            rows = tuple(number for (number,) in connection.execute(_ARRIVED, values))
            return Arrived(rows, Cursor(last, micros(now - _MARGIN)))

        return self._database.read(read)

    def papers(self, rows: Sequence[int]) -> list[tuple[Paper, datetime]]:
        """Papers by row, each with the time at which it was stored first."""
        columns = f"first_seen, {', '.join(COLUMNS)}"

        def read(connection: sqlite3.Connection) -> list[tuple[Paper, datetime]]:
            found = select(connection, columns, "row", list(rows))
            return [(paper_of(facts), moment_of(first)) for first, *facts in found]

        return self._database.read(read)

    def add(self, alerts: Iterable[Alert], cursors: Mapping[str, Cursor], now: datetime) -> frozenset[Alert]:
        """Store alerts and how far was matched, at once; return the alerts that were not stored yet."""
        wanted = list(alerts)

        def write(connection: sqlite3.Connection) -> frozenset[Alert]:
            added = {
                alert
                for alert in wanted
                if connection.execute(
                    "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?)",
                    (alert.source, alert.id, alert.words, micros(alert.found), int(alert.is_new)),
                ).rowcount
            }
            rows = [(follow, *cursor) for follow, cursor in cursors.items()]
            connection.executemany("REPLACE INTO alert_cursors VALUES (?, ?, ?)", rows)
            connection.execute("DELETE FROM alerts WHERE found < ?", (micros(now - _KEPT),))
            return frozenset(added)

        return self._database.write(write)

    def all(self) -> list[Alert]:
        """All alerts, the latest first."""

        def read(connection: sqlite3.Connection) -> list[Alert]:
            rows = connection.execute("SELECT source, id, words, found, new FROM alerts ORDER BY found DESC, id DESC")
            return [Alert(id_, source, words, moment_of(found), bool(new)) for source, id_, words, found, new in rows]

        return self._database.read(read)

    def look(self, ids: Iterable[str]) -> None:
        """Record that the reader looked at papers in Alerts."""
        rows = [(id_,) for id_ in ids]
        self._database.write(
            lambda connection: connection.executemany("UPDATE alerts SET new = 0 WHERE id = ? AND new = 1", rows)
        )
