"""The ledger of mails: every digest, its papers, and the status of each recipient.

A separate SQLite file in the data folder, not a part of the archive, because the archive may be deleted. Each change is
one transaction that is on disk when the method returns: if papertui is killed at any moment, the ledger is in the state
before or after. A file that cannot be read is never replaced by an empty one, because then everything would be sent
again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from papertui.digest.model import Delivery, Failure, Mail, MailedPaper, RecipientResult, State
from papertui.errors import StoreError
from papertui.files import make_private
from papertui.locks import ProcessLock
from papertui.model.period import PERIODS, Period
from papertui.sqlite import (
    BUSY_SECONDS,
    Begin,
    SqliteFile,
    Step,
    is_damage,
    micros,
    moment_of,
    transaction,
    version,
)

T = TypeVar("T")
#: The tables and their migrations. Moments are microseconds since 1970 UTC, days are ISO dates.
STEPS: tuple[Step, ...] = (
    (
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
            -- the number of the last failure before it was settled: a mail that was sent makes good those up to it
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
    ),
)

#: Flushes the folder as well, since the rollback journal is deleted at the end of each transaction.
_PRAGMAS = ("synchronous = EXTRA",)
_NEWER = "Update papertui; the file was not changed."
#: Mails that some recipient has for certain, or that were empty: their days need no further mail.
_COVERING = """(
    state IN ('sent', 'empty')
    OR EXISTS (SELECT 1 FROM recipients WHERE mailing = mailings.number AND fate = 'confirmed')
)"""


class Ledger:
    """The record of past mails. Every method raises `StoreError`.

    Args:
        path: the file; created with its folder (0700) on the first change.
        busy: how long to wait for another process, in seconds.
    """

    def __init__(self, path: Path, *, busy: float = BUSY_SECONDS) -> None:
        self._path = path
        self._sqlite = SqliteFile(path, "mail ledger", STEPS, pragmas=_PRAGMAS, newer=_NEWER, busy=busy)

    def lock(self) -> ProcessLock:
        """The lock for sending, which only one process holds at a time."""
        return ProcessLock(self._path.with_name(f"{self._path.name}.lock"))

    def intend(
        self,
        series: str,
        period: Period,
        mail: Mail,
        papers: Mapping[str, MailedPaper],
        at: datetime,
        *,
        named: bool = False,
    ) -> int:
        """Record a mail before any part of it is sent; returns its number.

        With `named`, its period was requested by name, and the next period does not continue from it.
        """

        def work(connection: sqlite3.Connection) -> int:
            known = _columns(series, period, papers, at) | {"named": named}
            head: dict[str, str] = {
                "message_id": mail.message_id,
                "sender": mail.sender.address,
                "subject": mail.subject,
            }
            body: dict[str, int | bytes] = {"size": len(mail.data), "message": mail.data}
            number = _insert(connection, **known, **head, **body, state="open")
            connection.executemany(
                "INSERT INTO recipients (mailing, place, address, fate, why) VALUES (?, ?, ?, 'intended', '')",
                [(number, place, box.address) for place, box in enumerate(mail.recipients)],
            )
            return number

        return self._write(work)

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Record that from now on the mail may have arrived at `addresses`."""
        self._write(
            lambda connection: _set_results(
                connection, number, dict.fromkeys(addresses, RecipientResult("handed over"))
            )
        )

    def settle(self, number: int, outcomes: Mapping[str, RecipientResult], at: datetime) -> State:
        """Record the outcome of a mail for some of its recipients; returns the state of the whole mail."""

        def work(connection: sqlite3.Connection) -> State:
            _set_results(connection, number, outcomes)
            rows = connection.execute("SELECT fate FROM recipients WHERE mailing = ?", (number,))
            statuses = {status for (status,) in rows}
            if statuses - {"confirmed", "refused"}:
                return "open"
            state: State = "sent" if "confirmed" in statuses else "failed"
            # The message is only needed for another attempt.
            connection.execute(
                "UPDATE mailings SET state = ?, ended = ?, message = NULL, failures = ? WHERE number = ?",
                (state, micros(at), _last_failure_number(connection), number),
            )
            return state

        return self._write(work)

    def give_up(self, number: int, why: str, at: datetime) -> State:
        """Settle a mail that is not to be tried again: recipients without a confirmation count as refused."""
        waiting = next((delivery.unsettled for delivery in self._select("number = ?", number)), ())
        return self.settle(number, dict.fromkeys(waiting, RecipientResult("refused", why)), at)

    def note_empty(self, series: str, period: Period, at: datetime, *, named: bool = False) -> None:
        """Record that there was nothing to mail about a period and that this is intended."""

        def work(connection: sqlite3.Connection) -> None:
            known = _columns(series, period, {}, at) | {"named": named}
            settled = {"ended": micros(at), "failures": _last_failure_number(connection)}
            _insert(connection, **known, **settled, state="empty", message_id="", sender="", subject="", size=0)

        self._write(work)

    def note_failure(self, failure: Failure) -> None:
        """Record a failed run."""
        first = failure.first.isoformat() if failure.first else None
        values = (micros(failure.at), failure.series, failure.period, failure.sentence, first)
        self._write(
            lambda connection: connection.execute(
                "INSERT INTO failures (at, series, period, sentence, first) VALUES (?, ?, ?, ?, ?)", values
            )
        )

    def unsettled(self, series: str) -> tuple[Delivery, ...]:
        """The unsettled mails of a series, with their messages, oldest first."""
        return self._select("series = ? AND state = 'open' ORDER BY number", series)

    def spans(self, series: str) -> tuple[tuple[date, date], ...]:
        """The first and last day of each period of a series that needs no further mail."""
        return tuple((delivery.period.first, delivery.period.last) for delivery in self._covering(series))

    def first_tried(self, series: str) -> date | None:
        """The first day for which a mail was attempted in a series, successfully or not."""

        def work(connection: sqlite3.Connection) -> date | None:
            row = connection.execute(
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
        rows = self._select(f"series = ? AND NOT named AND {_COVERING}", series)
        return max((delivery.period.last for delivery in rows), default=None)

    def last_sent(self, series: str) -> Delivery | None:
        """The mail of a series about the latest period."""
        return max(self._covering(series), key=lambda delivery: (delivery.period.last, delivery.number), default=None)

    def mailed(self, series: str, period: Period) -> dict[str, MailedPaper]:
        """The papers mailed in a series before a mail about `period`, by id.

        Mails about later days are excluded, as are those about the same period, which may be mailed again.
        """

        def work(connection: sqlite3.Connection) -> dict[str, MailedPaper]:
            mailed: dict[str, MailedPaper] = {}
            rows = connection.execute(
                "SELECT papers, intended FROM mailings WHERE series = :series AND last <= :last"  # noqa: S608 - ours
                f" AND NOT (first <= :first AND last >= :last) AND {_COVERING} ORDER BY number",
                {"series": series, "first": period.first.isoformat(), "last": period.last.isoformat()},
            )
            for papers, at in rows:
                mailed |= {id_: MailedPaper(votes, moment_of(at)) for id_, votes in json.loads(papers).items()}
            return mailed

        return self._read(work, {})

    def log(self, limit: int) -> tuple[Delivery, ...]:
        """The latest mails of all series, newest first."""
        return self._select("TRUE ORDER BY number DESC LIMIT ?", limit)

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest failed runs, newest first."""

        def work(connection: sqlite3.Connection) -> tuple[Failure, ...]:
            rows = connection.execute(
                "SELECT at, series, period, sentence, first FROM failures ORDER BY number DESC LIMIT ?", (limit,)
            )
            return tuple(map(_failure_of, rows))

        return self._read(work, ())

    def last_failure(self) -> Failure | None:
        """The latest failed run, unless a later mail of the same series succeeded."""

        def work(connection: sqlite3.Connection) -> Failure | None:
            row = connection.execute(
                """
                SELECT at, series, period, sentence, first FROM failures AS failure WHERE NOT EXISTS (
                    SELECT 1 FROM mailings
                    WHERE series = failure.series AND state IN ('sent', 'empty') AND failures >= failure.number
                ) ORDER BY number DESC LIMIT 1
                """
            ).fetchone()
            return None if row is None else _failure_of(row)

        return self._read(work, None)

    def _covering(self, series: str) -> tuple[Delivery, ...]:
        return self._select(f"series = ? AND {_COVERING}", series)

    def _select(self, condition: str, *values: str | int) -> tuple[Delivery, ...]:
        def work(connection: sqlite3.Connection) -> tuple[Delivery, ...]:
            rows = connection.execute(f"SELECT * FROM mailings WHERE {condition}", values).fetchall()  # noqa: S608 - ours
            return tuple(_delivery_of(connection, row) for row in rows)

        return self._read(work, ())

    def _read(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """The result of `work`, or `nothing` if nothing was ever mailed; reading creates no file."""
        if not os.path.lexists(self._path):
            return nothing
        return self._run("BEGIN", lambda connection: work(connection) if version(connection) else nothing)

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def migrated(connection: sqlite3.Connection) -> T:
            self._sqlite.migrate(connection)
            return work(connection)

        return self._run("BEGIN IMMEDIATE", migrated)

    def _run(self, begin: Begin, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._open() as connection:
            return transaction(connection, begin, work)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one operation: the file may be copied between two of them."""
        try:
            make_private(self._path.parent)
            if not self._path.exists():
                self._sqlite.create()
            with closing(self._sqlite.connect()) as connection:
                connection.row_factory = sqlite3.Row
                self._sqlite.is_current(connection)
                yield connection
        except OSError as error:
            raise self._sqlite.explained(error) from error
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        if is_damage(error):
            return StoreError(
                f"The mail ledger {self._path} is damaged, so nothing was sent: a digest might be mailed twice. "
                "Restore the file from a backup, or move it away; the next digest is then mailed like the first one."
            )
        explained = self._sqlite.explained(error)
        if explained is error:
            return StoreError(f"The mail ledger {self._path} cannot be used: {error}. Check the file, then try again.")
        return explained


def _last_failure_number(connection: sqlite3.Connection) -> int:
    """The number of the latest failure; 0 if there is none."""
    number: int = connection.execute("SELECT ifnull(max(number), 0) FROM failures").fetchone()[0]
    return number


def _columns(series: str, period: Period, papers: Mapping[str, MailedPaper], at: datetime) -> dict[str, str | int]:
    """The columns common to all mails."""
    return {
        "series": series,
        "kind": period.kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "papers": json.dumps({id_: mailed.votes for id_, mailed in papers.items()}),
        "intended": micros(at),
    }


def _insert(connection: sqlite3.Connection, **values: str | int | bytes) -> int:
    """Add a mail with these columns; returns its number."""
    marks = ", ".join("?" * len(values))
    done = connection.execute(
        f"INSERT INTO mailings ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - fixed names
        tuple(values.values()),
    )
    return int(done.lastrowid or 0)


def _set_results(connection: sqlite3.Connection, number: int, outcomes: Mapping[str, RecipientResult]) -> None:
    """Record the result of a mail for some of its recipients, by address."""
    connection.executemany(
        "UPDATE recipients SET fate = ?, why = ? WHERE mailing = ? AND address = ?",
        [(outcome.status, outcome.why, number, address) for address, outcome in outcomes.items()],
    )


def _delivery_of(connection: sqlite3.Connection, row: sqlite3.Row) -> Delivery:
    """The mail in a row, with its recipients."""
    recipients = connection.execute(
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
        moment_of(row["intended"]),
        None if row["ended"] is None else moment_of(row["ended"]),
        {address: RecipientResult(status, why) for address, status, why in recipients},
        row["message"] or b"",
    )


def _failure_of(row: sqlite3.Row) -> Failure:
    first = None if row["first"] is None else date.fromisoformat(row["first"])
    return Failure(moment_of(row["at"]), row["series"], row["period"], row["sentence"], first)
