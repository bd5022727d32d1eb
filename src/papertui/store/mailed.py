"""The interface of the mail ledger. This module is light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from papertui.core.digest import Mailed, Period
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.record import Failure, Outcome, Posting, State


class TurnTaking(Protocol):
    """A lock between processes."""

    def take(self) -> bool:
        """Acquire the lock without waiting; returns whether that succeeded. Raises `StoreError`."""
        ...

    def give_back(self) -> None:
        """Release the lock."""
        ...


class MailLedger(Protocol):
    """The record of past mails; see `papertui.store.ledger`. Every method raises `StoreError`."""

    def turn(self) -> TurnTaking:
        """The lock for sending."""
        ...

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
        """Record a mail before any part of it is sent; returns its number."""
        ...

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Record that from now on the mail may have arrived at `addresses`."""
        ...

    def settle(self, number: int, outcomes: Mapping[str, Outcome], at: datetime) -> State:
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

    def open_postings(self, series: str) -> tuple[Posting, ...]:
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

    def last_sent(self, series: str) -> Posting | None:
        """The mail of a series about the latest period."""
        ...

    def mailed(self, series: str, period: Period) -> dict[str, Mailed]:
        """The papers mailed in a series before a mail about `period`, by id."""
        ...

    def log(self, limit: int) -> tuple[Posting, ...]:
        """The latest mails of all series, newest first."""
        ...

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest failed runs, newest first."""
        ...

    def last_failure(self) -> Failure | None:
        """The latest failed run, unless a later mail of the same series succeeded."""
        ...
