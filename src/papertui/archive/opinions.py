"""What the reader said about papers, in the archive: thumbs up and down, and which papers were shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.archive.accounts import select
from papertui.archive.database import Database
from papertui.sqlite import micros, moment_of

_PAUSES = "foryou pauses"


class Thumb(NamedTuple):
    """An opinion on a paper."""

    up: bool
    at: datetime  # UTC


class Pause(NamedTuple):
    """A time from which nothing is learned."""

    start: datetime  # UTC
    end: datetime | None  # ``None`` while it lasts

    def contains(self, moment: datetime) -> bool:
        return self.start < moment and (self.end is None or moment < self.end)


class Opinions:
    """Thumbs and pauses. Every method blocks and raises `StoreError`.

    Args:
        database: the file of the archive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def thumbs(self) -> dict[str, Thumb]:
        """The papers with a thumb, by id."""

        def read(connection: sqlite3.Connection) -> dict[str, Thumb]:
            rows = connection.execute("SELECT id, up, at FROM thumbs ORDER BY at, id")
            return {id_: Thumb(bool(up), moment_of(at)) for id_, up, at in rows}

        return self._database.read(read)

    def set_thumbs(self, ids: Iterable[str], at: datetime, *, up: bool | None) -> None:
        """Give papers a thumb up or down; ``None`` takes it away."""
        wanted = list(dict.fromkeys(ids))

        def write(connection: sqlite3.Connection) -> None:
            if up is None:
                connection.executemany("DELETE FROM thumbs WHERE id = ?", [(id_,) for id_ in wanted])
            else:
                rows = [(id_, int(up), micros(at)) for id_ in wanted]
                connection.executemany("REPLACE INTO thumbs VALUES (?, ?, ?)", rows)

        self._database.write(write)

    def reset(self) -> int:
        """Forget all thumbs and pauses; return how many thumbs there were."""

        def write(connection: sqlite3.Connection) -> int:
            connection.execute("DELETE FROM state WHERE key = ?", (_PAUSES,))
            return connection.execute("DELETE FROM thumbs").rowcount

        return self._database.write(write)

    def pauses(self) -> tuple[Pause, ...]:
        """The times from which nothing is learned, the oldest first."""

        def read(connection: sqlite3.Connection) -> tuple[Pause, ...]:
            row = connection.execute("SELECT value FROM state WHERE key = ?", (_PAUSES,)).fetchone()
            pairs = json.loads(row[0]) if row else []
            return tuple(Pause(moment_of(start), None if end is None else moment_of(end)) for start, end in pairs)

        return self._database.read(read)

    def pause(self, at: datetime, *, on: bool) -> bool:
        """Begin or end a pause; return whether that changed anything."""
        pauses = self.pauses()
        is_on = bool(pauses) and pauses[-1].end is None
        if is_on == on:
            return False
        pauses = (*pauses, Pause(at, None)) if on else (*pauses[:-1], pauses[-1]._replace(end=at))
        value = json.dumps([[micros(one.start), None if one.end is None else micros(one.end)] for one in pauses])
        self._database.write(
            lambda connection: connection.execute("REPLACE INTO state VALUES (?, ?)", (_PAUSES, value))
        )
        return True

    def shown(self) -> dict[str, datetime | None]:
        """The papers that were on the screen or read, by id, with the time if it is known.

        The only place that decides what counts as shown.
        """

        def read(connection: sqlite3.Connection) -> dict[str, datetime | None]:
            found: dict[str, datetime | None] = {}
            seen = connection.execute("SELECT s.id, v.started FROM seen s LEFT JOIN visits v ON v.visit = s.visit")
            found.update((id_, None if at is None else moment_of(at)) for id_, at in seen)
            rows = connection.execute("SELECT id, at FROM read_marks")
            found.update((id_, moment_of(at)) for id_, at in rows)
            return found

        return self._database.read(read)

    def people(self, ids: Sequence[str]) -> Mapping[str, tuple[Sequence[str], str | None]]:
        """The authors and the organisation of stored papers, by id."""

        def read(connection: sqlite3.Connection) -> dict[str, tuple[Sequence[str], str | None]]:
            rows = select(connection, "id, authors, organization", "id", list(ids))
            return {id_: (json.loads(authors) if authors else (), organization) for id_, authors, organization in rows}

        return self._database.read(read)
