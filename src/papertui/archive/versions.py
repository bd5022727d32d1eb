"""Versions of kept papers that were seen, their earlier texts, and the news about them, in the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from papertui.archive.accounts import select
from papertui.archive.database import Database
from papertui.model.versions import NewsKind, PaperNews, SeenVersion
from papertui.sqlite import micros, moment_of

#: Versions remembered, earlier texts of one paper and of all, and news: the oldest are removed.
_VERSIONS, _TEXTS_OF_ONE, _TEXTS, _NEWS = 20_000, 4, 400, 5_000
_CHECKED, _ASKED = "versions checked", "versions asked"
_NOTE = "REPLACE INTO state VALUES (?, ?)"
_OF_NEWS = ("id", "kind", "version", "before", "words", "doi", "journal_ref", "found", "seen")
_COLUMNS = ", ".join(_OF_NEWS)


class KeptVersion(NamedTuple):
    """What is remembered of a version."""

    number: int
    updated: datetime | None = None
    abstract: str = ""
    withdrawn: str = ""
    first: datetime | None = None  # when it was seen first


class VersionLog:
    """Versions and news. Every method blocks and raises `StoreError`.

    Args:
        database: the file of the archive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, ids: Iterable[str]) -> dict[str, dict[int, KeptVersion]]:
        """Return the remembered versions of papers by id and number; papers without any are left out."""
        wanted = list(dict.fromkeys(ids))

        def read(connection: sqlite3.Connection) -> dict[str, dict[int, KeptVersion]]:
            found: dict[str, dict[int, KeptVersion]] = {}
            for id_, number, first, updated, abstract, withdrawn in select(
                connection, "*", "id", wanted, table="versions"
            ):
                at = None if updated is None else moment_of(updated)
                found.setdefault(id_, {})[number] = KeptVersion(number, at, abstract, withdrawn, moment_of(first))
            return found

        return self._database.read(read)

    def withdrawn(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return what is said about papers whose newest version is withdrawn, by id: of all, or of those with `ids`."""

        def read(connection: sqlite3.Connection) -> dict[str, str]:
            rows = (
                connection.execute("SELECT id, number, withdrawn FROM versions")
                if ids is None
                else select(connection, "id, number, withdrawn", "id", list(dict.fromkeys(ids)), table="versions")
            )
            newest: dict[str, tuple[int, str]] = {}
            for id_, number, words in rows:
                newest[id_] = max(newest.get(id_, (0, "")), (number, words))
            return {id_: words for id_, (_, words) in newest.items() if words}

        return self._database.read(read)

    def keep(self, seen: Sequence[SeenVersion], news: Sequence[PaperNews], at: datetime) -> None:
        """Remember versions and news about them in one transaction.

        News that is known stays as it is. A response that lacks a fact of a version does not remove it: listings have
        no comments, and texts no abstracts.
        """
        versions = [
            (one.id, one.number, micros(at), None if one.updated is None else micros(one.updated), one.abstract,
             one.withdrawn) for one in seen
        ]  # fmt: skip

        def keep(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id, number) DO UPDATE SET "
                "updated = coalesce(excluded.updated, updated), "
                "withdrawn = CASE excluded.withdrawn WHEN '' THEN withdrawn ELSE excluded.withdrawn END, "
                "abstract = CASE excluded.abstract WHEN '' THEN abstract ELSE excluded.abstract END",
                versions,
            )
            connection.executemany(
                f"INSERT OR IGNORE INTO news ({_COLUMNS}) VALUES ({', '.join('?' * len(_OF_NEWS))})",  # noqa: S608 - constants
                [_row(one) for one in news],
            )
            for table, column, most in (("versions", "first", _VERSIONS), ("news", "found", _NEWS)):
                connection.execute(
                    f"DELETE FROM {table} WHERE {column} < (SELECT {column} FROM {table} "  # noqa: S608 - constants
                    f"ORDER BY {column} DESC LIMIT 1 OFFSET ?)",
                    (most,),
                )

        self._database.write(keep)

    # --- news ----------------------------------------------------------------------------------------

    def news(self, ids: Iterable[str] | None = None) -> tuple[PaperNews, ...]:
        """Return the news about all papers, or about those with `ids`, the latest first."""

        def read(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            if ids is None:
                return connection.execute(f"SELECT {_COLUMNS} FROM news").fetchall()  # noqa: S608 - constant
            return list(select(connection, _COLUMNS, "id", list(dict.fromkeys(ids)), table="news"))

        found = map(_news_of, self._database.read(read))
        return tuple(sorted(found, key=lambda one: (one.found, one.paper, one.version), reverse=True))

    def see(self, ids: Iterable[str]) -> None:
        """Record that the reader has seen what is new about papers."""
        rows = [(id_,) for id_ in ids]
        self._database.write(lambda connection: connection.executemany("UPDATE news SET seen = 1 WHERE id = ?", rows))

    def pending(self) -> tuple[PaperNews, ...]:
        """Return the publications that are not in the library yet."""
        rows = self._database.read(
            lambda connection: connection.execute(
                f"SELECT {_COLUMNS} FROM news WHERE kind = 'published' AND NOT done"  # noqa: S608 - constant
            ).fetchall()
        )
        return tuple(map(_news_of, rows))

    def done(self, news: Iterable[PaperNews]) -> None:
        """Record that publications are in the library."""
        rows = [(one.paper, one.doi, one.journal_ref) for one in news]
        self._database.write(
            lambda connection: connection.executemany(
                "UPDATE news SET done = 1 WHERE id = ? AND kind = 'published' AND doi = ? AND journal_ref = ?", rows
            )
        )

    # --- texts ---------------------------------------------------------------------------------------

    def keep_text(self, id_: str, number: int, origin: str, at: datetime, body: bytes) -> None:
        """Store the packed text of an earlier version; the earliest of too many are removed."""

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute(
                "REPLACE INTO version_texts VALUES (?, ?, ?, ?, ?)", (id_, number, origin, micros(at), body)
            )
            bound_texts(connection, id_)

        self._database.write(keep)

    def text(self, id_: str, number: int) -> tuple[str, bytes] | None:
        """Return the origin and the packed text of an earlier version."""
        row = self._database.read(
            lambda connection: connection.execute(
                "SELECT origin, body FROM version_texts WHERE id = ? AND number = ?", (id_, number)
            ).fetchone()
        )
        return None if row is None else (row[0], row[1])

    # --- the daily question --------------------------------------------------------------------------

    def checked(self) -> datetime | None:
        """Return when arXiv last answered about all kept papers."""
        value = self._database.read(lambda connection: _moment(connection, _CHECKED))
        return moment_of(value) if value else None

    def begin_check(self, at: datetime, *, done: datetime, begun: datetime) -> bool:
        """Record that arXiv is asked, unless it answered after `done`, or a check began after `begun`."""

        def begin(connection: sqlite3.Connection) -> bool:
            for key, limit in ((_CHECKED, done), (_ASKED, begun)):
                if micros(limit) < _moment(connection, key) <= micros(at):  # not a time in the future
                    return False
            connection.execute(_NOTE, (_ASKED, str(micros(at))))
            return True

        return self._database.write(begin)

    def end_check(self, at: datetime) -> None:
        """Record that arXiv answered."""
        self._database.write(lambda connection: connection.execute(_NOTE, (_CHECKED, str(micros(at)))))


def _moment(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row is not None and row[0].isdecimal() else 0


def keep_replaced_text(connection: sqlite3.Connection, id_: str, number: int) -> None:
    """Keep the stored text of a paper as that of version `number`, before another one replaces it."""
    connection.execute(
        "INSERT OR REPLACE INTO version_texts SELECT id, ?, origin, fetched, body FROM texts WHERE id = ?",
        (number, id_),
    )
    bound_texts(connection, id_)


def bound_texts(connection: sqlite3.Connection, id_: str) -> None:
    """Remove the earliest texts of a paper, and the oldest of all, if there are too many."""
    connection.execute(
        "DELETE FROM version_texts WHERE id = ? AND number NOT IN "
        "(SELECT number FROM version_texts WHERE id = ? ORDER BY number DESC LIMIT ?)",
        (id_, id_, _TEXTS_OF_ONE),
    )
    connection.execute(
        "DELETE FROM version_texts WHERE fetched < "
        "(SELECT fetched FROM version_texts ORDER BY fetched DESC LIMIT 1 OFFSET ?)",
        (_TEXTS - 1,),
    )


def _row(one: PaperNews) -> tuple[Any, ...]:
    return (
        one.paper, one.kind, one.version, one.before, one.words, one.doi, one.journal_ref, micros(one.found),
        int(one.is_seen),
    )  # fmt: skip


def _news_of(row: Sequence[Any]) -> PaperNews:
    id_, kind, version, before, words, doi, journal_ref, found, seen = row
    named: NewsKind = kind
    return PaperNews(id_, named, moment_of(found), version, before, words, doi, journal_ref, bool(seen))
