"""The tables of the archive, and the steps by which an older file grows into them.

A moment is stored as microseconds since 1970 UTC, a day as ``2026-04-30``, a list as JSON text or ``NULL`` when empty.
A released step is never changed: what the tables need next is a further step.
"""

from __future__ import annotations

import sqlite3

from papertui.errors import StoreError

Step = tuple[str, ...]

#: Step n takes a file from version n to version n + 1 (``PRAGMA user_version``).
STEPS: tuple[Step, ...] = (
    (
        # The columns follow the fields of core.paper.Paper. `moment` is what "newest" means: published, else featured,
        # else first seen. `seen` decides which of two accounts of a paper is the later one.
        """
        CREATE TABLE papers (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            moment INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            published INTEGER,
            featured TEXT,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            models INTEGER,
            datasets INTEGER,
            spaces INTEGER,
            authors TEXT,
            keywords TEXT,
            categories TEXT,
            sources TEXT,
            media TEXT,
            github TEXT,
            project TEXT,
            organization TEXT,
            url TEXT,
            pdf TEXT,
            thumbnail TEXT,
            doi TEXT,
            journal_ref TEXT,
            submitter TEXT,
            tldr TEXT,
            abstract TEXT NOT NULL
        )
        """,
        "CREATE INDEX papers_newest ON papers (moment, id)",
        "CREATE INDEX papers_votes ON papers (upvotes, moment, id)",
        "CREATE INDEX papers_stars ON papers (stars, moment, id)",
        # How many rows `papers` has: counting 2.8 million of them takes too long.
        "CREATE TABLE totals (papers INTEGER NOT NULL)",
        "INSERT INTO totals VALUES (0)",
        # One row for each stretch of time in which nothing changed.
        """
        CREATE TABLE votes (
            paper INTEGER NOT NULL REFERENCES papers,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            PRIMARY KEY (paper, first)
        ) WITHOUT ROWID
        """,
        # A feed as fetched: the last answer of each UTC day.
        """
        CREATE TABLE feeds (
            feed INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL,
            day TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            origin TEXT NOT NULL,
            size INTEGER NOT NULL,
            UNIQUE (kind, detail, day)
        )
        """,
        """
        CREATE TABLE feed_rows (
            feed INTEGER NOT NULL REFERENCES feeds,
            rank INTEGER NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            featured TEXT,
            PRIMARY KEY (feed, rank)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE read_marks (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        # Which rows were changed after they were added, for the search index: it reads what is behind its own last
        # change. AUTOINCREMENT keeps a number from being given twice.
        "CREATE TABLE changes (change INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL REFERENCES papers)",
        # So that an index can tell this archive from one that was begun after it.
        "INSERT INTO state VALUES ('archive', lower(hex(randomblob(8))))",
    ),
    (
        # Where the facts of a paper come from that several sources told, or one at several times: see store.accounts.
        "ALTER TABLE papers ADD COLUMN told TEXT",
        # What papers with the same title share; `title_key` is a function of ours, see store.database.
        "ALTER TABLE papers ADD COLUMN title_key INTEGER",
        "UPDATE papers SET title_key = title_key(title)",
        "CREATE INDEX papers_title ON papers (title_key) WHERE title_key IS NOT NULL",
        "CREATE INDEX papers_doi ON papers (lower(doi)) WHERE doi IS NOT NULL",
        # The greatest row ever given: one that was taken away is not given again.
        "ALTER TABLE totals ADD COLUMN last INTEGER NOT NULL DEFAULT 0",
        "UPDATE totals SET last = (SELECT ifnull(max(row), 0) FROM papers)",
        # Ids by which papers were known before a better one was told.
        "CREATE TABLE other_ids (id TEXT PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers) WITHOUT ROWID",
        # The id that a change made a thing of the past.
        "ALTER TABLE changes ADD COLUMN gone TEXT",
        # Why a paper stands in a feed: how it was announced, say.
        "ALTER TABLE feed_rows ADD COLUMN why TEXT",
        "CREATE INDEX feed_rows_paper ON feed_rows (paper)",
        # When the source was last asked and had nothing newer, and why, as a JSON list of sentences.
        "ALTER TABLE feeds ADD COLUMN notices TEXT",
        "ALTER TABLE feeds ADD COLUMN checked INTEGER",
        # The full text of a paper, as packed JSON.
        """
        CREATE TABLE texts (
            id TEXT PRIMARY KEY,
            origin TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            body BLOB NOT NULL
        )
        """,
    ),
)


def version(connection: sqlite3.Connection) -> int:
    """The version of the tables the file holds; 0 for a file without any."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def check(connection: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> bool:
    """Whether the file's tables are those of this program; ``False`` if they must grow first.

    Raises:
        StoreError: a newer papertui wrote the file.
    """
    found = version(connection)
    if found > len(steps):
        raise StoreError(
            f"The archive was written by a newer papertui (its tables are version {found}, this papertui knows "
            f"{len(steps)}). Update papertui, or delete archive.db: it fills again, and no bookmark is in it."
        )
    return found == len(steps)


def migrate(connection: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Brings the file's tables up to date, wholly or not at all, however many processes try at once.

    Raises:
        StoreError: a newer papertui wrote the file.
        sqlite3.Error: the file cannot be written, or does not hold what its version says.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        check(connection, steps)
        for step in steps[version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
