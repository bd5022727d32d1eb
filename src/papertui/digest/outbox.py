"""The ledger of mails: every digest, its papers, and how far it came for each recipient."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from papertui.digest.model import Delivery, Failure, Mail, MailedPaper, RecipientResult, State
from papertui.errors import StoreError
from papertui.files import make_private
from papertui.locks import ProcessLock
from papertui.model.period import PERIODS, Period

# The interface of the mail ledger. This module is light to import.


class LockHolder(Protocol):
    """A lock between processes."""

    def acquire(self) -> bool:
        """Acquire the lock without waiting; returns whether that succeeded. Raises `OSError`."""
        ...

    def release(self) -> None:
        """Release the lock."""
        ...


class MailLedger(Protocol):
    """The record of past mails; see `papertui.digest.outbox`. Every method raises `StoreError`."""

    def turn(self) -> LockHolder:
        """The lock for sending."""
        ...

    def intend(
        self,
        series: str,
        period: Period,
        letter: Mail,
        papers: Mapping[str, MailedPaper],
        at: datetime,
        *,
        named: bool = False,
    ) -> int:
        """Record a mail before any part of it is sent; returns its number."""
        ...

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Record that from now on the mail may have arrived at `addresses`."""
        ...

    def settle(self, number: int, outcomes: Mapping[str, RecipientResult], at: datetime) -> State:
        """Record the outcome of a mail for some of its recipients; returns the state of the whole mail."""
        ...

    def give_up(self, number: int, why: str, at: datetime) -> State:
        """Settle a mail that is not to be tried again."""
        ...

    def note_empty(self, series: str, period: Period, at: datetime, *, named: bool = False) -> None:
        """Record that there was nothing to mail about a period."""
        ...

    def note_failure(self, failure: Failure) -> None:
        """Record a failed run."""
        ...

    def open_postings(self, series: str) -> tuple[Delivery, ...]:
        """The unsettled mails of a series, with their messages, oldest first."""
        ...

    def spans(self, series: str) -> tuple[tuple[date, date], ...]:
        """The first and last day of each period of a series that needs no further mail."""
        ...

    def first_tried(self, series: str) -> date | None:
        """The first day for which a mail was attempted in a series, successfully or not."""
        ...

    def covered(self, series: str) -> date | None:
        """The last day covered by the mails of a series, except for periods that were requested by name."""
        ...

    def last_sent(self, series: str) -> Delivery | None:
        """The mail of a series about the latest period."""
        ...

    def mailed(self, series: str, period: Period) -> dict[str, MailedPaper]:
        """The papers mailed in a series before a mail about `period`, by id."""
        ...

    def log(self, limit: int) -> tuple[Delivery, ...]:
        """The latest mails of all series, newest first."""
        ...

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest failed runs, newest first."""
        ...

    def last_failure(self) -> Failure | None:
        """The latest failed run, unless a later mail of the same series succeeded."""
        ...


# The tables of the ledger. Moments are microseconds since 1970 UTC, days are ISO dates.

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


# The rows of the ledger and the values they represent.

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def last_failure_number(base: sqlite3.Connection) -> int:
    """The number of the latest failure; 0 if there is none."""
    number: int = base.execute("SELECT ifnull(max(number), 0) FROM failures").fetchone()[0]
    return number


def facts(series: str, period: Period, papers: Mapping[str, MailedPaper], at: datetime) -> dict[str, str | int]:
    """The columns common to all mails."""
    return {
        "series": series,
        "kind": period.kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "papers": json.dumps({id_: mailed.votes for id_, mailed in papers.items()}),
        "intended": micros(at),
    }


def insert(base: sqlite3.Connection, **values: str | int | bytes) -> int:
    """Add a mail with these columns; returns its number."""
    marks = ", ".join("?" * len(values))
    done = base.execute(
        f"INSERT INTO mailings ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - fixed names
        tuple(values.values()),
    )
    return int(done.lastrowid or 0)


def set_fates(base: sqlite3.Connection, number: int, outcomes: Mapping[str, RecipientResult]) -> None:
    """Record the outcome of a mail for some of its recipients, by address."""
    base.executemany(
        "UPDATE recipients SET fate = ?, why = ? WHERE mailing = ? AND address = ?",
        [(outcome.fate, outcome.why, number, address) for address, outcome in outcomes.items()],
    )


def posting_of(base: sqlite3.Connection, row: sqlite3.Row) -> Delivery:
    """The mail in a row, with its recipients."""
    fates: Iterable[sqlite3.Row] = base.execute(
        "SELECT address, fate, why FROM recipients WHERE mailing = ? ORDER BY place", (row["number"],)
    )
    kind = next(kind for kind in PERIODS if kind == row["kind"])
    return Delivery(
        row["number"],
        row["series"],
        Period(kind, date.fromisoformat(row["first"]), date.fromisoformat(row["last"])),
        row["state"],
        row["message_id"],
        row["sender"],
        row["subject"],
        len(json.loads(row["papers"])),
        row["size"],
        moment(row["intended"]),
        None if row["ended"] is None else moment(row["ended"]),
        {fate["address"]: RecipientResult(fate["fate"], fate["why"]) for fate in fates},
        row["message"] or b"",
    )


def failure_of(row: sqlite3.Row) -> Failure:
    first = None if row["first"] is None else date.fromisoformat(row["first"])
    return Failure(moment(row["at"]), row["series"], row["period"], row["sentence"], first)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The moment `micros` microseconds after 1970 UTC."""
    return _EPOCH + timedelta(microseconds=micros)


# The ledger of mailed digests: every digest, its papers, and the status of each recipient.
#
# A separate SQLite file in the data folder, not a part of the archive, because the archive may be deleted. Each
# change is one transaction that is on disk when the method returns (rollback journal, ``synchronous = EXTRA``, which
# also flushes the folder): if killed at any moment, the ledger is in the state before or after. A file that cannot be
# read is never replaced by an empty one, because then everything would be sent again.

T = TypeVar("T")
_BUSY_SECONDS = 10.0
#: Mails that some recipient has for certain, or that were empty: their days need no further mail.
_THERE = """(
    state IN ('sent', 'empty')
    OR EXISTS (SELECT 1 FROM recipients WHERE mailing = mailings.number AND fate = 'confirmed')
)"""


class Ledger:
    """The record of past mails. Every method raises `StoreError`.

    Args:
        path: the file; created with its folder (0700) on the first change.
        busy: how long to wait for another process, in seconds.
    """

    def __init__(self, path: Path, *, busy: float = _BUSY_SECONDS) -> None:
        self._path = path
        self._busy = busy

    def turn(self) -> ProcessLock:
        """The lock for sending, which only one process holds at a time."""
        return ProcessLock(self._path.with_name(f"{self._path.name}.lock"))

    def intend(
        self,
        series: str,
        period: Period,
        letter: Mail,
        papers: Mapping[str, MailedPaper],
        at: datetime,
        *,
        named: bool = False,
    ) -> int:
        """Record a mail before any part of it is sent; returns its number.

        With `named`, its period was requested by name, and the next period does not continue from it.
        """

        def work(base: sqlite3.Connection) -> int:
            known = facts(series, period, papers, at) | {"named": named}
            head: dict[str, str] = {
                "message_id": letter.message_id,
                "sender": letter.sender.address,
                "subject": letter.subject,
            }
            body: dict[str, int | bytes] = {"size": len(letter.data), "message": letter.data}
            number = insert(base, **known, **head, **body, state="open")
            base.executemany(
                "INSERT INTO recipients (mailing, place, address, fate, why) VALUES (?, ?, ?, 'intended', '')",
                [(number, place, box.address) for place, box in enumerate(letter.recipients)],
            )
            return number

        return self._write(work)

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Record that from now on the mail may have arrived at `addresses`."""
        self._write(lambda base: set_fates(base, number, dict.fromkeys(addresses, RecipientResult("handed over"))))

    def settle(self, number: int, outcomes: Mapping[str, RecipientResult], at: datetime) -> State:
        """Record the outcome of a mail for some of its recipients; returns the state of the whole mail."""

        def work(base: sqlite3.Connection) -> State:
            set_fates(base, number, outcomes)
            fates = {row[0] for row in base.execute("SELECT fate FROM recipients WHERE mailing = ?", (number,))}
            if fates - {"confirmed", "refused"}:
                return "open"
            state: State = "sent" if "confirmed" in fates else "failed"
            # The message is only needed for another attempt.
            base.execute(
                "UPDATE mailings SET state = ?, ended = ?, message = NULL, failures = ? WHERE number = ?",
                (state, micros(at), last_failure_number(base), number),
            )
            return state

        return self._write(work)

    def give_up(self, number: int, why: str, at: datetime) -> State:
        """Settle a mail that is not to be tried again: recipients without a confirmation count as refused."""
        waiting = next((posting.unsettled for posting in self._found("number = ?", number)), ())
        return self.settle(number, dict.fromkeys(waiting, RecipientResult("refused", why)), at)

    def note_empty(self, series: str, period: Period, at: datetime, *, named: bool = False) -> None:
        """Record that there was nothing to mail about a period and that this is intended."""

        def work(base: sqlite3.Connection) -> None:
            known = facts(series, period, {}, at) | {"named": named}
            settled = {"ended": micros(at), "failures": last_failure_number(base)}
            insert(base, **known, **settled, state="empty", message_id="", sender="", subject="", size=0)

        self._write(work)

    def note_failure(self, failure: Failure) -> None:
        """Record a failed run."""
        first = failure.first.isoformat() if failure.first else None
        values = (micros(failure.at), failure.series, failure.period, failure.sentence, first)
        self._write(
            lambda base: base.execute(
                "INSERT INTO failures (at, series, period, sentence, first) VALUES (?, ?, ?, ?, ?)", values
            )
        )

    def open_postings(self, series: str) -> tuple[Delivery, ...]:
        """The unsettled mails of a series, with their messages, oldest first."""
        return self._found("series = ? AND state = 'open' ORDER BY number", series)

    def spans(self, series: str) -> tuple[tuple[date, date], ...]:
        """The first and last day of each period of a series that needs no further mail."""
        return tuple((posting.period.first, posting.period.last) for posting in self._covering(series))

    def first_tried(self, series: str) -> date | None:
        """The first day for which a mail was attempted in a series, successfully or not."""

        def work(base: sqlite3.Connection) -> date | None:
            row = base.execute(
                """
                SELECT min(first) FROM (
                    SELECT first FROM mailings WHERE series = :series AND NOT named
                    UNION ALL SELECT first FROM failures WHERE series = :series
                )
                """,
                {"series": series},
            ).fetchone()
            return None if row[0] is None else date.fromisoformat(row[0])

        return self._read(work, None)

    def covered(self, series: str) -> date | None:
        """The last day covered by the mails of a series, except for periods that were requested by name."""
        rows = self._found(f"series = ? AND NOT named AND {_THERE}", series)
        return max((posting.period.last for posting in rows), default=None)

    def last_sent(self, series: str) -> Delivery | None:
        """The mail of a series about the latest period."""
        return max(self._covering(series), key=lambda posting: (posting.period.last, posting.number), default=None)

    def mailed(self, series: str, period: Period) -> dict[str, MailedPaper]:
        """The papers mailed in a series before a mail about `period`, by id.

        Mails about later days are excluded, as are those about the same period, which may be mailed again.
        """

        def work(base: sqlite3.Connection) -> dict[str, MailedPaper]:
            found: dict[str, MailedPaper] = {}
            rows = base.execute(
                "SELECT papers, intended FROM mailings WHERE series = :series AND last <= :last"  # noqa: S608 - ours
                f" AND NOT (first <= :first AND last >= :last) AND {_THERE} ORDER BY number",
                {"series": series, "first": period.first.isoformat(), "last": period.last.isoformat()},
            )
            for papers, at in rows:
                found |= {id_: MailedPaper(votes, moment(at)) for id_, votes in json.loads(papers).items()}
            return found

        return self._read(work, {})

    def log(self, limit: int) -> tuple[Delivery, ...]:
        """The latest mails of all series, newest first."""
        return self._found("TRUE ORDER BY number DESC LIMIT ?", limit)

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest failed runs, newest first."""

        def work(base: sqlite3.Connection) -> tuple[Failure, ...]:
            rows = base.execute(
                "SELECT at, series, period, sentence, first FROM failures ORDER BY number DESC LIMIT ?", (limit,)
            )
            return tuple(map(failure_of, rows))

        return self._read(work, ())

    def last_failure(self) -> Failure | None:
        """The latest failed run, unless a later mail of the same series succeeded."""

        def work(base: sqlite3.Connection) -> Failure | None:
            row = base.execute(
                """
                SELECT at, series, period, sentence, first FROM failures AS failure WHERE NOT EXISTS (
                    SELECT 1 FROM mailings
                    WHERE series = failure.series AND state IN ('sent', 'empty') AND failures >= failure.number
                ) ORDER BY number DESC LIMIT 1
                """
            ).fetchone()
            return None if row is None else failure_of(row)

        return self._read(work, None)

    def _covering(self, series: str) -> tuple[Delivery, ...]:
        return self._found(f"series = ? AND {_THERE}", series)

    def _found(self, condition: str, *values: str | int) -> tuple[Delivery, ...]:
        def work(base: sqlite3.Connection) -> tuple[Delivery, ...]:
            rows = base.execute(f"SELECT * FROM mailings WHERE {condition}", values).fetchall()  # noqa: S608 - ours
            return tuple(posting_of(base, row) for row in rows)

        return self._read(work, ())

    def _read(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """What `work` finds, or `nothing` where nothing was ever mailed; looking makes no file."""
        if not os.path.lexists(self._path):
            return nothing
        with self._opened() as base:
            return work(base) if _version(base) else nothing

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._opened() as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                if not _version(base):
                    for statement in TABLES:
                        base.execute(statement)
                    base.execute(f"PRAGMA user_version = {SCHEMA}")
                result = work(base)
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise
        return result

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection for one operation: the file may be copied between two of them."""
        try:
            make_private(self._path.parent)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(
                sqlite3.connect(self._path.absolute().as_uri(), uri=True, timeout=self._busy, isolation_level=None)
            ) as base:
                base.row_factory = sqlite3.Row
                base.execute("PRAGMA synchronous = EXTRA")
                if _version(base) > SCHEMA:
                    raise StoreError(
                        f"The mail ledger {self._path} was written by a newer papertui. Update papertui; the file was "
                        "not changed."
                    )
                yield base
        except sqlite3.Error as error:
            raise StoreError(_sentence(self._path, error)) from error
        except OSError as error:
            raise StoreError(f"The mail ledger {self._path} cannot be opened: {error.strerror or error}.") from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return (
            f"The mail ledger {path} is damaged, so nothing is sent: it might be sent twice. Restore the file from a "
            "backup, or move it away and the next digest is sent as if it were the first."
        )
    why = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program keeps writing to it",
        sqlite3.SQLITE_READONLY: "it or its folder is read-only",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
        sqlite3.SQLITE_IOERR: "the disk reports an error",
    }.get(code, str(error))
    return f"The mail ledger {path} cannot be used: {why}. Check the file and its folder, then try again."


def _version(base: sqlite3.Connection) -> int:
    version: int = base.execute("PRAGMA user_version").fetchone()[0]
    return version
