"""How far a mail has come, as the ledger remembers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.core.digest import Period

#: For one recipient. ``intended``: nothing was sent. ``handed over``: all or part of the message was sent, and whether
#: the server took it is not known. ``confirmed``: the server took it. ``deferred``: not now. ``refused``: never.
Fate = Literal["intended", "handed over", "confirmed", "deferred", "refused"]
#: Of a mail as a whole. ``open``: a recipient's fate is not settled. ``sent``: at least one has it. ``failed``: nobody
#: has it. ``empty``: there was nothing to send, and nothing was to be sent then.
State = Literal["open", "sent", "failed", "empty"]
#: What each says to a reader.
STATES: Mapping[State, str] = MappingProxyType(
    {
        "sent": "mailed",
        "open": "not settled; the next run sends the same mail again",
        "failed": "failed; the next run tries again",
        "empty": "nothing to mail",
    }
)


class Outcome(NamedTuple):
    """What became of a mail for one recipient.

    Attributes:
        fate: how far it came.
        why: what the server had against it, a sentence, or empty.
    """

    fate: Fate
    why: str = ""


class Posting(NamedTuple):
    """A line of the ledger.

    Attributes:
        number: which line.
        series: whose digest it is, see `papertui.core.mailing.series.Series.key`.
        period: the days it is about.
        state: how far it came.
        message_id: of the mail; empty where there was none.
        sender: who sent it.
        subject: of the mail.
        papers: how many papers are in it.
        size: of the message, bytes.
        intended_at: when it was written down, before anything was sent.
        ended_at: when it was settled.
        outcomes: by address.
        message: the mail itself, kept until it is settled.
    """

    number: int
    series: str
    period: Period
    state: State
    message_id: str
    sender: str
    subject: str
    papers: int
    size: int
    intended_at: datetime
    ended_at: datetime | None
    outcomes: dict[str, Outcome]
    message: bytes = b""

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The recipients who have yet to get it, or may have it already and nobody knows."""
        return tuple(
            address for address, outcome in self.outcomes.items() if outcome.fate not in {"confirmed", "refused"}
        )


class Failure(NamedTuple):
    """A run that came to nothing.

    Attributes:
        at: when.
        series: which digest was to be mailed.
        period: the key of its period, or empty when it did not come so far.
        sentence: what was told.
        first: the first day of that period.
    """

    at: datetime
    series: str
    period: str
    sentence: str
    first: date | None = None


def how_far(outcomes: Iterable[Outcome]) -> str:
    """What a mail of which a failure is told came to: ``did not reach everybody``, ``was not mailed``."""
    fates = {outcome.fate for outcome in outcomes}
    perhaps = "perhaps " if "handed over" in fates else ""
    return "did not reach everybody" if "confirmed" in fates else f"was {perhaps}not mailed"
