"""What was mailed, as the desk sees it. This file is light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from papertui.core.digest import Mailed, Period
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.record import Failure, Outcome, Posting, State


class TurnTaking(Protocol):
    """The right to do something that only one process may do at a time."""

    def take(self) -> bool:
        """Takes the turn if nobody has it; tells whether it is ours. Raises `StoreError`."""
        ...

    def give_back(self) -> None:
        """Lets the next one have it."""
        ...


class MailLedger(Protocol):
    """What was mailed, as the desk sees it; see `papertui.store.ledger`. Every method raises `StoreError`."""

    def turn(self) -> TurnTaking:
        """The right to send."""
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
        """Notes a mail before anything of it is sent; returns its number."""
        ...

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Notes that from now on the mail may have arrived at `addresses`."""
        ...

    def settle(self, number: int, outcomes: Mapping[str, Outcome], at: datetime) -> State:
        """Notes what became of a mail for some of its recipients; returns how far it came as a whole."""
        ...

    def give_up(self, number: int, why: str, at: datetime) -> State:
        """Settles a mail that shall not be tried again."""
        ...

    def note_empty(self, series: str, period: Period, at: datetime, *, named: bool = False) -> None:
        """Notes that there was nothing to mail about a period."""
        ...

    def note_failure(self, failure: Failure) -> None:
        """Notes a run that came to nothing."""
        ...

    def open_postings(self, series: str) -> tuple[Posting, ...]:
        """The mails of a series that are not settled, with their messages, the oldest first."""
        ...

    def spans(self, series: str) -> tuple[tuple[date, date], ...]:
        """The first and last day of each period of a series that needs no further mail."""
        ...

    def first_tried(self, series: str) -> date | None:
        """The first day that was to be mailed about in a series, whether that came to anything or not."""
        ...

    def covered(self, series: str) -> date | None:
        """The last day that a series is mailed about, days that were asked for by name aside."""
        ...

    def last_sent(self, series: str) -> Posting | None:
        """The mail of a series that is about the latest days."""
        ...

    def mailed(self, series: str, period: Period) -> dict[str, Mailed]:
        """The papers that were mailed in a series before a mail about `period`, by id."""
        ...

    def log(self, limit: int) -> tuple[Posting, ...]:
        """The latest mails of all series, the newest first."""
        ...

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest runs that came to nothing, the newest first."""
        ...

    def last_failure(self) -> Failure | None:
        """The latest run that came to nothing and was not made good since."""
        ...
