"""Delivery records, as the ledger stores them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.core.digest import Period

#: The delivery to one recipient. ``intended``: nothing was sent. ``handed over``: all or part of the message was sent,
#: and it is not known whether the server accepted it. ``confirmed``: the server accepted it. ``deferred``: a temporary
#: failure. ``refused``: a permanent failure.
Fate = Literal["intended", "handed over", "confirmed", "deferred", "refused"]
#: The state of a mail. ``open``: the delivery to a recipient is not settled. ``sent``: at least one recipient got it.
#: ``failed``: no recipient got it. ``empty``: there were no papers, and the settings want no mail in that case.
State = Literal["open", "sent", "failed", "empty"]
#: The text for each state.
STATES: Mapping[State, str] = MappingProxyType(
    {
        "sent": "mailed",
        "open": "not settled; the next run sends the same mail again",
        "failed": "failed; the next run tries again",
        "empty": "nothing to mail",
    }
)


class Outcome(NamedTuple):
    """The result of the delivery to one recipient."""

    fate: Fate
    why: str = ""  # The server's objection, a sentence; empty if there is none


class Posting(NamedTuple):
    """A row of the ledger: one mail."""

    number: int
    series: str  # See `papertui.core.mailing.series.Series.key`
    period: Period
    state: State
    message_id: str  # Empty if there was no mail
    sender: str
    subject: str
    papers: int  # How many papers are in it
    size: int  # In bytes
    intended_at: datetime  # When it was recorded, before anything was sent
    ended_at: datetime | None
    outcomes: dict[str, Outcome]  # By address
    message: bytes = b""  # The mail itself, stored until it is settled

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The recipients who have not received it, or for whom that is not known."""
        return tuple(
            address for address, outcome in self.outcomes.items() if outcome.fate not in {"confirmed", "refused"}
        )


class Failure(NamedTuple):
    """A run that failed."""

    at: datetime
    series: str
    period: str  # The period's key; empty if the run failed before it was known
    sentence: str  # The error message
    first: date | None = None  # The first day of the period


def how_far(outcomes: Iterable[Outcome]) -> str:
    """A phrase for a failed delivery: ``did not reach everybody``, ``was not mailed``."""
    fates = {outcome.fate for outcome in outcomes}
    perhaps = "perhaps " if "handed over" in fates else ""
    return "did not reach everybody" if "confirmed" in fates else f"was {perhaps}not mailed"
