"""Deliver one mail: requests, plans and results, several tries, each outcome noted in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol, TypeVar

from papertui.digest.model import Delivery, Digest, Mail, RecipientResult, Series
from papertui.digest.outbox import MailLedger
from papertui.digest.schedulers import ScheduledTask, Scheduler
from papertui.digest.smtp_errors import SmtpFailedError
from papertui.errors import SettingsError
from papertui.model.feed import FeedName
from papertui.model.mailbox import Mailbox, Server
from papertui.model.period import Period, PeriodKind
from papertui.services.types import Clock
from papertui.settings import MailSettings

# Requests to mail a digest, and their results.


class SendRequest(NamedTuple):
    """A request to mail or compose a digest."""

    kind: PeriodKind = "day"
    day: date | None = None  # A day of the period; ``None`` for the period that is due
    feeds: tuple[FeedName, ...] | None = None  # ``None`` for the feeds in the settings
    to: tuple[Mailbox, ...] = ()  # Empty for the recipients in the settings
    top: int | None = None  # The largest number of papers in a section
    offline: bool = False  # Use stored papers only

    @property
    def series(self) -> str:
        """The key of the series, see `papertui.digest.model`."""
        feeds = tuple(map(str, self.feeds or ()))
        return Series(self.kind, feeds, tuple(box.address for box in self.to)).key


class SendPlan(NamedTuple):
    """The mail that would be sent."""

    period: Period
    mailed: bool  # Whether the period was mailed already
    digest: Digest
    letter: Mail
    server: Server
    waiting: tuple[Delivery, ...] = ()  # Unsettled mails that would be sent again first


class SendResult(NamedTuple):
    """The result of sending."""

    #: ``already``: nothing was due. ``empty``: no papers, and the settings want no mail then.
    result: Literal["sent", "already", "empty"]
    period: Period
    message_id: str = ""
    confirmed: tuple[str, ...] = ()  # The addresses for which the server accepted the mail
    told: tuple[str, ...] = ()  # Other messages for the reader, each a sentence
    problem: str = ""  # Why some recipients did not get it, or empty


# Delivery of one mail to its server: several tries, and each result is recorded as soon as it is known.

T = TypeVar("T")
#: Seconds before the second and the third try. If more time is needed, the next run tries again.
WAITS = (1.0, 4.0)
#: Seconds for all tries of one mail.
TOTAL = 120.0
Sleep = Callable[[float], Awaitable[None]]


class MailTransport(Protocol):
    """A connection to a mail server, see `papertui.digest.smtp`."""

    def deliver(
        self,
        letter: Mail,
        to: Sequence[Mailbox],
        handing: Callable[[Sequence[str]], None],
        within: float,
        noting: Callable[[Mapping[str, RecipientResult]], None],
    ) -> Mapping[str, RecipientResult]:
        """Deliver a mail in one try; raises `papertui.digest.smtp_errors.Fault`, `MailError` or `SettingsError`."""
        ...


class DeliveryAttempt(NamedTuple):
    """The result of a delivery."""

    outcomes: Mapping[str, RecipientResult]  # By address, as far as they are known
    problem: str = ""  # Why some recipients did not get it: sentences, or empty
    reached: bool = True  # Whether the server answered for each recipient in the last try

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The addresses for which the server accepted the mail."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate == "confirmed")


class Courier:
    """Delivers mails in up to three tries. Only temporary failures are tried again.

    Args:
        post: the connection to the server.
        now: the clock.
        sleep: waits between tries.
        total: seconds for all tries.
    """

    def __init__(self, post: MailTransport, now: Clock, sleep: Sleep = asyncio.sleep, total: float = TOTAL) -> None:
        self._post = post
        self._now = now
        self._sleep = sleep
        self._total = total

    async def carry(
        self,
        letter: Mail,
        before: Mapping[str, RecipientResult],
        ledger: MailLedger | None = None,
        number: int = 0,
    ) -> DeliveryAttempt:
        """Deliver a mail to the recipients who have not received it.

        Args:
            letter: the mail.
            before: the earlier result for each address.
            ledger: records each step before it is taken; ``None`` for a test mail.
            number: the mail's number in the ledger.

        Raises:
            MailError: there is no password, or an address cannot be encoded.
            SettingsError: the password or the certificates cannot be read.
            StoreError: a step could not be recorded. If it was the last one, the same mail is sent again.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._total
        known = dict(before)
        problems: list[str] = []
        fault: SmtpFailedError | None = None
        for wait in (0.0, *WAITS):
            if wait and end - loop.time() <= wait:
                break
            await self._sleep(wait)
            left = [box for box in letter.recipients if known[box.address].fate not in {"confirmed", "refused"}]
            # Sending and recording are one unit of work in one thread: a cancellation waits for both.
            done, fault = await _whole(
                asyncio.to_thread(self._try, letter, left, known, ledger, number, end - loop.time())
            )
            known |= done
            problems = [known[box.address].why for box in letter.recipients if known[box.address].why]
            if fault is not None:
                problems = [fault.sentence]
            if (fault is not None and not fault.again) or all(
                o.fate in {"confirmed", "refused"} for o in known.values()
            ):
                break
        return DeliveryAttempt(known, " ".join(dict.fromkeys(problems)), fault is None)

    def _try(
        self,
        letter: Mail,
        left: Sequence[Mailbox],
        before: Mapping[str, RecipientResult],
        ledger: MailLedger | None,
        number: int,
        within: float,
    ) -> tuple[dict[str, RecipientResult], SmtpFailedError | None]:
        """One try; returns the results by address and the failure, if any."""
        handed: list[str] = []

        def handing(addresses: Sequence[str]) -> None:
            if ledger is not None:
                ledger.hand_over(number, addresses)
            handed.extend(addresses)

        done: dict[str, RecipientResult] = {}

        def noting(outcomes: Mapping[str, RecipientResult]) -> None:
            # If an earlier try may have delivered the mail, that is still possible after this one is deferred.
            for address, outcome in outcomes.items():
                unsure = outcome.fate == "deferred" and before[address].fate == "handed over"
                done[address] = before[address] if unsure else outcome
            if ledger is not None:
                ledger.settle(number, done, self._now())

        try:
            self._post.deliver(letter, left, handing, within, noting)
        except SmtpFailedError as fault:
            noting({box.address: _after(fault, before[box.address], box.address in handed) for box in left})
            return done, fault
        return done, None


async def _whole(work: Coroutine[None, None, T]) -> T:
    """Await `work`. On cancellation it runs to its end first: only then may others send."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _after(fault: SmtpFailedError, before: RecipientResult, handed: bool) -> RecipientResult:  # noqa: FBT001 - a value
    """The result for a recipient after a try that failed for all of them."""
    if (fault.unsure and handed) or (before.fate == "handed over" and not fault.final):
        return RecipientResult("handed over", fault.sentence)
    return RecipientResult("refused" if fault.final else "deferred", fault.sentence)


# The interfaces that mailing uses: the ledger, the settings and the mail transport.

#: Opens the ledger at the first call; later calls return the same object.
OpenLedger = Callable[[], MailLedger]
#: Returns the mail settings, read at the first call; raises `SettingsError`.
OpenMailSettings = Callable[[], MailSettings]


class MailOffice(Protocol):
    """The mail transport and the schedulers of this machine, see `papertui.digest.mailer`."""

    def post(self, server: Server, command: Sequence[str]) -> MailTransport:
        """A connection to `server`; `command` is the program that prints the password."""

    def letter(
        self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str, unsubscribe: str
    ) -> Mail:
        """A digest as a mail, with a prefix for its subject and an address to unsubscribe."""

    def schedulers(self) -> Iterable[Scheduler]:
        """The schedulers of this machine, the best one first."""

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""


#: Opens the transport at the first call; later calls return the same object.
OpenOffice = Callable[[], MailOffice]


class RetryPolicy(NamedTuple):
    """Time limits in seconds."""

    turn: float = 300.0  # For another papertui that is sending
    total: float = TOTAL  # For the delivery of one mail, all tries together


class MailSetup(NamedTuple):
    """The sender, the recipients and the server of a mail, all of them set."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    server: Server


def mail_setup(chosen: MailSettings, request: SendRequest) -> MailSetup:
    """The sender, the recipients and the server for a request.

    Raises:
        SettingsError: one of them is not set.
    """
    to = request.to or chosen.to
    missing = [
        f"{what} (“{key}” under [mail], or {variable})"
        for value, what, key, variable in (
            (chosen.sender, "the sender", "from", "PAPERTUI_MAIL_FROM"),
            (to, "the recipients", "to", "PAPERTUI_MAIL_TO"),
            (chosen.server, "the mail server", "url", "PAPERTUI_SMTP_URL"),
        )
        if not value
    ]
    if chosen.sender is None or chosen.server is None or missing:
        raise SettingsError(f"The digest cannot be mailed. Set {', '.join(missing)}.")
    return MailSetup(chosen.sender, to, chosen.server)
