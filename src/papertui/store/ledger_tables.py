"""The tables of the ledger. Moments are microseconds since 1970 UTC, days are ISO dates."""

from __future__ import annotations

#: The version of the tables (``PRAGMA user_version``); a file with a higher one is not touched.
SCHEMA = 1
TABLES = (
    """
    CREATE TABLE mailings (
        number INTEGER PRIMARY KEY,
        series TEXT NOT NULL,
        kind TEXT NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        -- whether the period was asked for by name: the next one does not follow on it
        named INTEGER NOT NULL DEFAULT FALSE,
        state TEXT NOT NULL,
        message_id TEXT NOT NULL,
        sender TEXT NOT NULL,
        subject TEXT NOT NULL,
        papers TEXT NOT NULL,
        size INTEGER NOT NULL,
        message BLOB,
        intended INTEGER NOT NULL,
        ended INTEGER,
        -- the number of the last failure before it was settled: those up to it are made good by a mail that was sent
        failures INTEGER
    )
    """,
    "CREATE INDEX mailings_of_series ON mailings (series, last)",
    """
    CREATE TABLE recipients (
        mailing INTEGER NOT NULL REFERENCES mailings,
        place INTEGER NOT NULL,
        address TEXT NOT NULL,
        fate TEXT NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (mailing, place)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE failures (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        series TEXT NOT NULL,
        period TEXT NOT NULL,
        sentence TEXT NOT NULL,
        first TEXT
    )
    """,
)
