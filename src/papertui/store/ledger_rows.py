"""The rows of the ledger and the values they represent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from papertui.core.digest import PERIODS, Mailed, Period
from papertui.core.mailing.record import Failure, Outcome, Posting

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def last_failure_number(base: sqlite3.Connection) -> int:
    """The number of the latest failure; 0 if there is none."""
    number: int = base.execute("SELECT ifnull(max(number), 0) FROM failures").fetchone()[0]
    return number


def facts(series: str, period: Period, papers: Mapping[str, Mailed], at: datetime) -> dict[str, str | int]:
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


def set_fates(base: sqlite3.Connection, number: int, outcomes: Mapping[str, Outcome]) -> None:
    """Record the outcome of a mail for some of its recipients, by address."""
    base.executemany(
        "UPDATE recipients SET fate = ?, why = ? WHERE mailing = ? AND address = ?",
        [(outcome.fate, outcome.why, number, address) for address, outcome in outcomes.items()],
    )


def posting_of(base: sqlite3.Connection, row: sqlite3.Row) -> Posting:
    """The mail in a row, with its recipients."""
    fates: Iterable[sqlite3.Row] = base.execute(
        "SELECT address, fate, why FROM recipients WHERE mailing = ? ORDER BY place", (row["number"],)
    )
    kind = next(kind for kind in PERIODS if kind == row["kind"])
    return Posting(
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
        {fate["address"]: Outcome(fate["fate"], fate["why"]) for fate in fates},
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
