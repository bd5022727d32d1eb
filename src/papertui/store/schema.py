"""The tables of the archive, and their migrations.

Moments are microseconds since 1970 UTC, days are ISO dates, and lists are JSON text, or ``NULL`` when empty. A released
migration never changes: new requirements are a further step.
"""

from __future__ import annotations

import sqlite3

from papertui.errors import StoreError

Step = tuple[str, ...]

#: Step n migrates a file from version n to version n + 1 (``PRAGMA user_version``).
STEPS: tuple[Step, ...] = (
    (
        # The columns follow the fields of core.paper.Paper. `moment` is the date of the order "newest": published, else
        # featured, else first seen. `seen` decides which of two records of a paper is the later one.
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
        # The number of rows in `papers`: counting 2.8 million of them takes too long.
        "CREATE TABLE totals (papers INTEGER NOT NULL)",
        "INSERT INTO totals VALUES (0)",
        # One row for each period without a change.
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
        # A feed as fetched: the last response of each UTC day.
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
        # The rows that changed after they were added, for the search index, which reads everything after its last
        # change. AUTOINCREMENT prevents the reuse of a number.
        "CREATE TABLE changes (change INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL REFERENCES papers)",
        # Lets an index distinguish this archive from one that was created later.
        "INSERT INTO state VALUES ('archive', lower(hex(randomblob(8))))",
    ),
    (
        # The sources and times of the facts of a paper, if they differ: see store.accounts.
        "ALTER TABLE papers ADD COLUMN told TEXT",
        # Equal for papers with the same title; store.database defines the function `title_key`.
        "ALTER TABLE papers ADD COLUMN title_key INTEGER",
        "UPDATE papers SET title_key = title_key(title)",
        "CREATE INDEX papers_title ON papers (title_key) WHERE title_key IS NOT NULL",
        "CREATE INDEX papers_doi ON papers (lower(doi)) WHERE doi IS NOT NULL",
        # The greatest row number ever used: numbers of deleted rows are not reused.
        "ALTER TABLE totals ADD COLUMN last INTEGER NOT NULL DEFAULT 0",
        "UPDATE totals SET last = (SELECT ifnull(max(row), 0) FROM papers)",
        # Earlier ids of papers that have a better one now.
        "CREATE TABLE other_ids (id TEXT PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers) WITHOUT ROWID",
        # The id that a change replaced.
        "ALTER TABLE changes ADD COLUMN gone TEXT",
        # Why a paper is in a feed, such as how it was announced.
        "ALTER TABLE feed_rows ADD COLUMN why TEXT",
        "CREATE INDEX feed_rows_paper ON feed_rows (paper)",
        # When the source last had nothing newer, and its notices, as a JSON list of sentences.
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
    """The version of the tables in the file; 0 for a file without any."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def check(connection: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> bool:
    """Whether the tables are those of this program; ``False`` if they must be migrated.

    Raises:
        StoreError: a newer papertui wrote the file.
    """
    found = version(connection)
    if found > len(steps):
        raise StoreError(
            f"The archive was written by a newer papertui (its tables are version {found}, this papertui knows "
            f"{len(steps)}). Update papertui, or delete archive.db: papertui fills a new one, and it contains no "
            "bookmarks."
        )
    return found == len(steps)


def migrate(connection: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Migrate the tables in one transaction, even if several processes try at once.

    Raises:
        StoreError: a newer papertui wrote the file.
        sqlite3.Error: the file cannot be written, or its tables do not match its version.
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
