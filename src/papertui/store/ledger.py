"""The ledger of mailed digests: every digest, its papers, and the status of each recipient.

A separate SQLite file in the data folder, not a part of the archive, because the archive may be deleted. Each change is
one transaction that is on disk when the method returns (rollback journal, ``synchronous = EXTRA``, which also flushes
the folder): if killed at any moment, the ledger is in the state before or after. A file that cannot be read is never
replaced by an empty one, because then everything would be sent again.
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

from papertui.core.digest import Mailed, Period
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.record import Failure, Outcome, Posting, State
from papertui.errors import StoreError
from papertui.folders import make_private
from papertui.store.ledger_rows import (
    facts,
    failure_of,
    insert,
    last_failure_number,
    micros,
    moment,
    posting_of,
    set_fates,
)
from papertui.store.ledger_tables import SCHEMA, TABLES
from papertui.store.turns import Turn

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

    def turn(self) -> Turn:
        """The lock for sending, which only one process holds at a time."""
        return Turn(self._path.with_name(f"{self._path.name}.lock"))

    def intend(
        self,
        series: str,
        period: Period,
        letter: Letter,
        papers: Mapping[str, Mailed],
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
        self._write(lambda base: set_fates(base, number, dict.fromkeys(addresses, Outcome("handed over"))))

    def settle(self, number: int, outcomes: Mapping[str, Outcome], at: datetime) -> State:
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
        return self.settle(number, dict.fromkeys(waiting, Outcome("refused", why)), at)

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

    def open_postings(self, series: str) -> tuple[Posting, ...]:
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

    def last_sent(self, series: str) -> Posting | None:
        """The mail of a series about the latest period."""
        return max(self._covering(series), key=lambda posting: (posting.period.last, posting.number), default=None)

    def mailed(self, series: str, period: Period) -> dict[str, Mailed]:
        """The papers mailed in a series before a mail about `period`, by id.

        Mails about later days are excluded, as are those about the same period, which may be mailed again.
        """

        def work(base: sqlite3.Connection) -> dict[str, Mailed]:
            found: dict[str, Mailed] = {}
            rows = base.execute(
                "SELECT papers, intended FROM mailings WHERE series = :series AND last <= :last"  # noqa: S608 - ours
                f" AND NOT (first <= :first AND last >= :last) AND {_THERE} ORDER BY number",
                {"series": series, "first": period.first.isoformat(), "last": period.last.isoformat()},
            )
            for papers, at in rows:
                found |= {id_: Mailed(votes, moment(at)) for id_, votes in json.loads(papers).items()}
            return found

        return self._read(work, {})

    def log(self, limit: int) -> tuple[Posting, ...]:
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

    def _covering(self, series: str) -> tuple[Posting, ...]:
        return self._found(f"series = ? AND {_THERE}", series)

    def _found(self, condition: str, *values: str | int) -> tuple[Posting, ...]:
        def work(base: sqlite3.Connection) -> tuple[Posting, ...]:
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
