"""Mail the digest of each period exactly once, even after crashes and lost connections.

Every step is recorded in the ledger before it is taken. A mail that was not sent, or that the server did not accept, is
composed again by the next run, together with what is new since then. If it is not known whether the server accepted a
mail (its reply was lost, or papertui was killed between the end of the message and the reply), the same mail is sent
again with the same Message-ID, so that mail programs and many servers drop the duplicate. SMTP has no way to find out
more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from typing import Literal, NamedTuple

from papertui.digest.compose import DigestComposer
from papertui.digest.delivery import Courier, DeliveryAttempt, RetryPolicy, Sleep
from papertui.digest.mailer import Mailer
from papertui.digest.model import (
    Delivery,
    Digest,
    Failure,
    Mail,
    RecipientResult,
    Series,
    covers,
    current,
    delivery_state,
    due,
    latest,
)
from papertui.digest.outbox import Ledger
from papertui.errors import MailError, SettingsError, SourceError, StoreError
from papertui.locks import ProcessLock
from papertui.model.feed import FeedName
from papertui.model.format import day
from papertui.model.mailbox import Mailbox, Server
from papertui.model.period import Period, PeriodKind
from papertui.services.types import Clock
from papertui.settings import MailSettings

#: Seconds between two checks whether another papertui has finished.
_POLL = 0.2
#: How long a deferred recipient is tried again, as mail servers do.
_GIVE_UP = timedelta(days=5)
#: Older failures are not reported.
_FORGOTTEN = timedelta(days=7)
_NOT_SENT = "The run was interrupted before anything was sent."
_REPLACED = "It was replaced by a new mail."
_TRIED_FOR_DAYS = "Gave up after several days."
_RETRY = RetryPolicy()


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
        """The key of the series."""
        feeds = tuple(map(str, self.feeds or ()))
        return Series(self.kind, feeds, tuple(box.address for box in self.to)).key


class SendPlan(NamedTuple):
    """The mail that would be sent."""

    period: Period
    mailed: bool  # Whether the period was mailed already
    digest: Digest
    mail: Mail
    server: Server
    waiting: tuple[Delivery, ...] = ()  # Unsettled mails that would be sent again first


class SendResult(NamedTuple):
    """The result of sending."""

    #: ``already``: nothing was due. ``empty``: no papers, and the settings want no mail then.
    result: Literal["sent", "already", "empty"]
    period: Period
    message_id: str = ""
    confirmed: tuple[str, ...] = ()  # The addresses for which the server accepted the mail
    messages: tuple[str, ...] = ()  # Other sentences for the reader
    problem: str = ""  # Why some recipients did not get it, or empty


class MailSetup(NamedTuple):
    """What a mail needs, all of it set."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    server: Server
    password_command: tuple[str, ...]
    unsubscribe: str


def mail_setup(settings: MailSettings, request: SendRequest) -> MailSetup:
    """The sender, the recipients and the server for a request.

    Raises:
        SettingsError: one of them is not set.
    """
    to = request.to or settings.to
    missing = [
        f"{what} (“{key}” under [mail], or {variable})"
        for value, what, key, variable in (
            (settings.sender, "the sender", "from", "PAPERTUI_MAIL_FROM"),
            (to, "the recipients", "to", "PAPERTUI_MAIL_TO"),
            (settings.server, "the mail server", "url", "PAPERTUI_SMTP_URL"),
        )
        if not value
    ]
    if settings.sender is None or settings.server is None or missing:
        raise SettingsError(f"The digest cannot be mailed. Set {', '.join(missing)}.")
    return MailSetup(settings.sender, to, settings.server, settings.password_command, settings.unsubscribe)


def due_period(request: SendRequest, ledger: Ledger, today: date) -> Period | None:
    """The period to mail; ``None`` if it was mailed already.

    Raises:
        StoreError: the ledger cannot be read.
    """
    if request.day is None and not request.to:
        period = due(request.kind, today, ledger.covered(request.series), ledger.first_tried(request.series))
    else:
        period = _requested(request, today)
    return None if period is None or covers(ledger.spans(request.series), period) else period


def last_period(request: SendRequest, ledger: Ledger, today: date) -> Period:
    """The period mailed last, or the period of the request.

    Raises:
        StoreError: the ledger cannot be read.
    """
    last = None if request.day else ledger.last_sent(request.series)
    return _requested(request, today) if last is None else last.period


def _requested(request: SendRequest, today: date) -> Period:
    return latest(request.kind, today) if request.day is None else current(request.kind, request.day)


class DigestSender:
    """Plans and sends digest mails.

    Args:
        composer: composes digests.
        ledger: the record of mails.
        mailer: writes and transports mails.
        mail_settings: the sender, the recipients and the server; environment variables override them.
        now: the clock.
        sleep: waits between tries.
        retry: time limits.
    """

    def __init__(
        self,
        composer: DigestComposer,
        ledger: Ledger,
        mailer: Mailer,
        mail_settings: MailSettings,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
        retry: RetryPolicy = _RETRY,
    ) -> None:
        self._composer = composer
        self._ledger = ledger
        self._mailer = mailer
        self._mail_settings = mail_settings
        self._now = now
        self._sleep = sleep
        self._retry = retry

    async def compose(self, request: SendRequest) -> Digest:
        """Compose the digest of today, this week or the requested day. Nothing is recorded.

        Raises:
            SourceError: no feed could be fetched, and nothing suitable is stored.
            UsageError: the period is in the future.
            StoreError: the disk cannot be read.
        """
        return await self._composed(request, current(request.kind, request.day or self._today()))

    async def write_mail(self, request: SendRequest, digest: Digest) -> Mail:
        """A digest as a mail, without sending it; missing addresses are replaced by one of this machine.

        Raises:
            MailError: an address cannot be encoded.
            SettingsError: a custom template cannot be used.
        """
        local = Mailbox("papertui@localhost")
        settings = self._settings()
        sender, to = settings.sender or local, request.to or settings.to or (local,)
        return await asyncio.to_thread(
            self._mailer.write_mail, digest, sender, to, self._now(), unsubscribe=settings.unsubscribe
        )

    async def plan(self, request: SendRequest, *, again: bool = False) -> SendPlan:
        """What `send` would do now. Nothing is sent or changed.

        Raises:
            SettingsError: a required setting is missing.
            PapertuiError: as `send`.
        """
        setup = mail_setup(self._settings(), request)
        waiting = () if again else await asyncio.to_thread(self._ledger.unsettled, request.series)
        wanted = await asyncio.to_thread(due_period, request, self._ledger, self._today())
        last = await asyncio.to_thread(last_period, request, self._ledger, self._today())
        period = last if wanted is None else wanted
        digest = await self._composed(request, period)
        mail = await asyncio.to_thread(self._written, digest, setup)
        resent = tuple(delivery for delivery in waiting if _may_have_arrived(delivery))
        return SendPlan(period, wanted is None and not again, digest, mail, setup.server, resent)

    async def send(self, request: SendRequest, *, again: bool = False) -> SendResult:
        """Mail the period that is due.

        Args:
            request: which digest.
            again: mail a period that was mailed already, as a new mail.

        Raises:
            SettingsError: a setting is missing or not valid.
            SourceError: no feed could be fetched, and nothing suitable is stored.
            MailError: no recipient got the mail. The next run tries again.
            StoreError: the ledger cannot be read or written; nothing is sent that cannot be recorded first.
            UsageError: the period is in the future.
        """
        reached: list[Period] = []
        try:
            sent = await self._send(request, reached, again=again)
        except (MailError, SourceError, SettingsError) as problem:
            # An error of the ledger must not replace this one, which the reader needs to see.
            with suppress(StoreError):
                await asyncio.to_thread(self._note_failure, request, reached, str(problem))
            raise
        if sent.problem:
            await asyncio.to_thread(self._note_failure, request, [sent.period], sent.problem)
        return sent

    async def send_test(
        self, request: SendRequest, *, digest: Digest | None = None, to: Sequence[Mailbox] = ()
    ) -> SendResult:
        """Mail a digest as a test. The ledger does not record it, so the period stays due.

        Args:
            request: which digest.
            digest: its content; ``None`` to compose it now.
            to: the recipients; empty for those of the digest.

        Raises:
            PapertuiError: as `send`.
        """
        setup = mail_setup(self._settings(), request)
        if to:
            setup = setup._replace(to=tuple(to))
        digest = await self.compose(request) if digest is None else digest
        mail = await asyncio.to_thread(self._written, digest, setup, "Test: ")
        attempt = await self._courier(setup).deliver(mail, _intended(mail))
        return _sent(digest.period, mail, attempt, ())

    def last_failure(self) -> str | None:
        """Why the last run failed, a sentence; ``None`` if it did not fail or there was none.

        Failures older than a week are not reported: a digest that is still wanted has had other runs since.

        Raises:
            StoreError: the disk cannot be read.
        """
        failure = self._ledger.last_failure()
        if failure is None or self._now() - failure.at > _FORGOTTEN:
            return None
        when = day(failure.at.date(), self._today())
        about = (failure.series, failure.period)
        outcomes = next((one.outcomes for one in self.log() if (one.series, one.period.key) == about), {})
        return f"The digest {delivery_state(outcomes.values())} on {when}: {failure.sentence}"

    def log(self, limit: int = 20) -> tuple[Delivery, ...]:
        """The latest mails, the newest first.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._ledger.log(limit)

    def failures(self, limit: int = 20) -> tuple[Failure, ...]:
        """The latest failed runs, the newest first.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._ledger.failures(limit)

    def missing(self) -> tuple[str, ...]:
        """The names of the required settings under [mail] that are not set.

        Raises:
            SettingsError: an environment variable is not valid.
        """
        settings = self._settings()
        required = {"from": settings.sender, "to": settings.to, "url": settings.server}
        return tuple(name for name, value in required.items() if not value)

    def check_settings(self) -> None:
        """Check that the settings suffice to send a mail.

        Raises:
            SettingsError: a required setting is missing.
        """
        mail_setup(self._settings(), SendRequest())

    def _settings(self) -> MailSettings:
        """The mail settings with the environment variables, which are validated only when they are needed.

        Raises:
            SettingsError: one of the variables is not valid.
        """
        return self._mailer.with_variables(self._mail_settings)

    async def _send(self, request: SendRequest, reached: list[Period], *, again: bool) -> SendResult:
        setup = mail_setup(self._settings(), request)
        async with self._lock():
            resent = await self._settle_open(request.series, setup, again=again)
            messages = tuple(sentence for result in resent for sentence in result.messages)
            period = await asyncio.to_thread(due_period, request, self._ledger, self._today())
            if period is None:
                last = await asyncio.to_thread(last_period, request, self._ledger, self._today())
                if not again:
                    return resent[-1] if resent else SendResult("already", last)
                period = last
            reached.append(period)
            digest = await self._composed(request, period)
            if digest.is_empty and not self._composer.settings.send_empty:
                await asyncio.to_thread(self._note_empty, request, period)
                return SendResult("empty", period, messages=messages)
            mail = await asyncio.to_thread(self._written, digest, setup)
            number = await asyncio.to_thread(self._intend, request, period, mail, digest)
            attempt = await self._deliver(setup, mail, _intended(mail), number)
            return _sent(period, mail, attempt, messages)

    def _intend(self, request: SendRequest, period: Period, mail: Mail, digest: Digest) -> int:
        named = request.day is not None
        return self._ledger.intend(request.series, period, mail, digest.mailed, self._now(), named=named)

    async def _settle_open(self, series: str, setup: MailSetup, *, again: bool) -> list[SendResult]:
        """Send unsettled mails again and give up those that were never sent; returns the mails that were sent.

        Raises:
            MailError: a mail could not be sent again, and it is still not known whether it arrived.
        """
        resent = []
        for old in await asyncio.to_thread(self._ledger.unsettled, series):
            if again or not _may_have_arrived(old):
                await self._give_up(old.number, _REPLACED if again else _NOT_SENT)
                continue
            to = tuple(map(Mailbox, old.outcomes))
            mail = Mail(old.message_id, Mailbox(old.sender), to, old.subject, old.message)
            attempt = await self._deliver(setup, mail, old.outcomes, old.number)
            expired = self._now() - old.intended_at > _GIVE_UP
            if expired and attempt.reached and not _is_unsure(attempt.outcomes):
                await self._give_up(old.number, _TRIED_FOR_DAYS)
            got = tuple(address for address in attempt.confirmed if old.outcomes[address].status != "confirmed")
            message = f"The unconfirmed mail for {old.period.words} was sent again to {', '.join(got)}."
            sentences = tuple(filter(None, (message if got else "", attempt.problem)))
            if sentences:
                resent.append(SendResult("sent", old.period, old.message_id, got, sentences))
        return resent

    async def _deliver(
        self, setup: MailSetup, mail: Mail, before: Mapping[str, RecipientResult], number: int
    ) -> DeliveryAttempt:
        """Deliver a mail, and give it up if no recipient can have got it.

        Raises:
            MailError: the delivery is confirmed for no recipient.
        """
        try:
            attempt = await self._courier(setup).deliver(mail, before, self._ledger, number)
        except (MailError, SettingsError) as problem:  # for example no password: nothing was sent this time
            if not _is_unsure(before):
                await self._give_up(number, str(problem))
            raise
        if attempt.confirmed:
            return attempt
        if not _is_unsure(attempt.outcomes):
            await self._give_up(number, attempt.problem)
        raise MailError(attempt.problem)

    async def _give_up(self, number: int, why: str) -> None:
        await asyncio.to_thread(self._ledger.give_up, number, why, self._now())

    def _courier(self, setup: MailSetup) -> Courier:
        transport = self._mailer.transport(setup.server, setup.password_command)
        return Courier(transport, self._now, self._sleep, self._retry.total)

    def _written(self, digest: Digest, setup: MailSetup, prefix: str = "") -> Mail:
        return self._mailer.write_mail(digest, setup.sender, setup.to, self._now(), prefix, setup.unsubscribe)

    async def _composed(self, request: SendRequest, period: Period) -> Digest:
        mailed = await asyncio.to_thread(self._ledger.mailed, request.series, period)
        return await self._composer.compose(
            period, feeds=request.feeds, top=request.top, mailed=mailed, offline=request.offline
        )

    @asynccontextmanager
    async def _lock(self) -> AsyncIterator[None]:
        """Hold the sending lock, after waiting for other processes.

        Raises:
            MailError: another process has been sending for too long.
        """
        lock = self._ledger.lock()
        waited = 0.0
        while not await asyncio.to_thread(_acquire, lock):
            if waited >= self._retry.lock:
                raise MailError(
                    "Another papertui has been sending the digest for minutes, so nothing was done. "
                    "Wait for it or end it, then try again."
                )
            await self._sleep(_POLL)
            waited += _POLL
        try:
            yield
        finally:
            lock.release()

    def _note_empty(self, request: SendRequest, period: Period) -> None:
        self._ledger.note_empty(request.series, period, self._now(), named=request.day is not None)

    def _note_failure(self, request: SendRequest, reached: Sequence[Period], sentence: str) -> None:
        key = reached[-1].key if reached else ""
        # A day requested by date does not start the series.
        first = reached[-1].first if reached and request.day is None else None
        self._ledger.note_failure(Failure(self._now(), request.series, key, sentence, first))

    def _today(self) -> date:
        return self._now().date()


def _intended(mail: Mail) -> dict[str, RecipientResult]:
    return {box.address: RecipientResult("intended") for box in mail.recipients}


def _sent(period: Period, mail: Mail, attempt: DeliveryAttempt, messages: tuple[str, ...]) -> SendResult:
    if not attempt.confirmed:
        raise MailError(attempt.problem)
    return SendResult("sent", period, mail.message_id, attempt.confirmed, messages, attempt.problem)


def _may_have_arrived(delivery: Delivery) -> bool:
    """Whether a recipient has or may have the mail, so that it must not be composed again."""
    return any(outcome.status in {"confirmed", "handed over"} for outcome in delivery.outcomes.values())


def _is_unsure(outcomes: Mapping[str, RecipientResult]) -> bool:
    return any(outcome.status == "handed over" for outcome in outcomes.values())


def _acquire(lock: ProcessLock) -> bool:
    try:
        return lock.acquire()
    except OSError as error:
        raise StoreError(f"The mail ledger cannot be locked: {error.strerror or error}. Check its folder.") from error
