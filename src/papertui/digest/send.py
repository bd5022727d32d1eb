"""Mail the digest of each period once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta

from papertui.digest.compose import Composer
from papertui.digest.delivery import (
    Courier,
    DeliveryAttempt,
    MailSetup,
    OpenLedger,
    OpenMailSettings,
    OpenOffice,
    RetryPolicy,
    SendPlan,
    SendRequest,
    SendResult,
    Sleep,
    mail_setup,
)
from papertui.digest.model import (
    Delivery,
    Digest,
    Failure,
    Mail,
    RecipientResult,
    covers,
    current,
    delivery_state,
    due,
    latest,
)
from papertui.digest.outbox import LockHolder, MailLedger
from papertui.errors import MailError, SettingsError, SourceError, StoreError
from papertui.model.format import day
from papertui.model.mailbox import Mailbox
from papertui.model.period import Period
from papertui.services.types import Clock

# The period of a request, according to the ledger.


def due_period(request: SendRequest, ledger: MailLedger, today: date) -> Period | None:
    """The period to mail; ``None`` if it was mailed already.

    Raises:
        StoreError: the ledger cannot be read.
    """
    if request.day is None and not request.to:
        period = due(request.kind, today, ledger.covered(request.series), ledger.first_tried(request.series))
    else:
        period = _named(request, today)
    return None if period is None or covers(ledger.spans(request.series), period) else period


def last_period(request: SendRequest, ledger: MailLedger, today: date) -> Period:
    """The period mailed last, or the period of the request.

    Raises:
        StoreError: the ledger cannot be read.
    """
    last = None if request.day else ledger.last_sent(request.series)
    return _named(request, today) if last is None else last.period


def _named(request: SendRequest, today: date) -> Period:
    return latest(request.kind, today) if request.day is None else current(request.kind, request.day)


# Mailing the digest: each period exactly once, even after crashes and lost connections.
#
# Every step is recorded in the ledger before it is taken. A mail that was not sent, or that the server did not
# accept, is composed again by the next run, together with what is new since then. If it is not known whether the
# server accepted a mail (its reply was lost, or papertui was killed between the end of the message and the reply),
# the same mail is sent again with the same Message-ID, so that mail programs and many servers drop the duplicate.
# SMTP has no way to find out more.

#: Seconds between two checks whether another papertui has finished.
_LOOK = 0.2
#: How long a deferred recipient is tried again, as mail servers do.
_GIVE_UP = timedelta(days=5)
#: Older failures are not reported.
_FORGOTTEN = timedelta(days=7)
_NOT_SENT = "The run was interrupted before anything was sent."
_SENT_ANEW = "It was replaced by a new mail."
_TRIED_FOR_DAYS = "Gave up after several days."
_PATIENT = RetryPolicy()


class DigestSender:
    """Plans and sends digest mails.

    Args:
        digests: composes digests.
        ledger: opens the record of mails.
        office: opens the mail transport.
        chosen: returns the sender, the recipients and the server.
        now: the clock.
        sleep: waits between tries.
        patience: time limits.
    """

    def __init__(
        self,
        digests: Composer,
        ledger: OpenLedger,
        office: OpenOffice,
        chosen: OpenMailSettings,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
        patience: RetryPolicy = _PATIENT,
    ) -> None:

        self._digests = digests
        self._ledger = ledger
        self._office = office
        self._chosen = chosen
        self._now = now
        self._sleep = sleep
        self._patience = patience

    async def compose(self, request: SendRequest) -> Digest:
        """Compose the digest of today, this week or the requested day. Nothing is recorded.

        Raises:
            SourceError: no feed could be fetched, and nothing suitable is stored.
            UsageError: the period is in the future.
            StoreError: the disk cannot be read.
        """
        return await self._composed(request, current(request.kind, request.day or self._today()))

    async def letter(self, request: SendRequest, digest: Digest) -> Mail:
        """A digest as a mail, without sending it; missing addresses are replaced by one of this machine.

        Raises:
            MailError: an address cannot be encoded.
            SettingsError: a custom template cannot be used.
        """
        here = Mailbox("papertui@localhost")
        chosen = self._chosen()
        sender, to = chosen.sender or here, request.to or chosen.to or (here,)
        return await asyncio.to_thread(self._written, digest, sender, to, "")

    async def plan(self, request: SendRequest, *, again: bool = False) -> SendPlan:
        """What `send` would do now. Nothing is sent or changed.

        Raises:
            SettingsError: a required setting is missing.
            PapertuiError: as `send`.
        """
        ways = mail_setup(self._chosen(), request)
        ledger = self._ledger()
        waiting = () if again else await asyncio.to_thread(ledger.open_postings, request.series)
        wanted = await asyncio.to_thread(due_period, request, ledger, self._today())
        period = wanted if wanted is not None else await asyncio.to_thread(last_period, request, ledger, self._today())
        digest = await self._composed(request, period)
        letter = await asyncio.to_thread(self._written, digest, ways.sender, ways.to, "")
        resent = tuple(posting for posting in waiting if _may_have_arrived(posting))
        return SendPlan(period, wanted is None and not again, digest, letter, ways.server, resent)

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
        ways = mail_setup(self._chosen(), request)
        digest = await self.compose(request) if digest is None else digest
        letter = await asyncio.to_thread(self._written, digest, ways.sender, to or ways.to, "Test: ")
        delivery = await self._courier(ways).carry(letter, _nothing_yet(letter))
        return _sent(digest.period, letter, delivery, ())

    def last_failure(self) -> str | None:
        """Why the last run failed, a sentence; ``None`` if it did not fail or there was none.

        Failures older than a week are not reported: a digest that is still wanted has had other runs since.

        Raises:
            StoreError: the disk cannot be read.
        """
        failure = self._ledger().last_failure()
        if failure is None or self._now() - failure.at > _FORGOTTEN:
            return None
        when = day(failure.at.date(), self._today())
        about = (failure.series, failure.period)
        latest = next((one.outcomes for one in self.log() if (one.series, one.period.key) == about), {})
        return f"The digest {delivery_state(latest.values())} on {when}: {failure.sentence}"

    def log(self, limit: int = 20) -> tuple[Delivery, ...]:
        """The latest mails, the newest first.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._ledger().log(limit)

    def failures(self, limit: int = 20) -> tuple[Failure, ...]:
        """The latest failed runs, the newest first.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._ledger().failures(limit)

    def missing(self) -> tuple[str, ...]:
        """The names of the required settings under [mail] that are not set.

        Raises:
            SettingsError: an environment variable is not valid.
        """
        chosen = self._chosen()
        return tuple(
            name for name, value in (("from", chosen.sender), ("to", chosen.to), ("url", chosen.server)) if not value
        )

    def check_settings(self) -> None:
        """Check that the settings suffice to send a mail.

        Raises:
            SettingsError: a required setting is missing.
        """
        mail_setup(self._chosen(), SendRequest())

    async def _send(self, request: SendRequest, reached: list[Period], *, again: bool) -> SendResult:
        ways = mail_setup(self._chosen(), request)
        ledger = self._ledger()
        async with self._turn(ledger):
            resent = await self._settle_open(request.series, ways, ledger, again=again)
            messages = tuple(sentence for sent in resent for sentence in sent.told)
            period = await asyncio.to_thread(due_period, request, ledger, self._today())
            if period is None:
                last = await asyncio.to_thread(last_period, request, ledger, self._today())
                if not again:
                    return resent[-1] if resent else SendResult("already", last)
                period = last
            reached.append(period)
            digest = await self._composed(request, period)
            if digest.is_empty and not self._digests.chosen.send_empty:
                await asyncio.to_thread(self._note_empty, request, period)
                return SendResult("empty", period, told=messages)
            letter = await asyncio.to_thread(self._written, digest, ways.sender, ways.to, "")
            number = await asyncio.to_thread(self._intend, request, period, letter, digest)
            delivery = await self._carried(ways, letter, _nothing_yet(letter), ledger, number)
            return _sent(period, letter, delivery, messages)

    def _intend(self, request: SendRequest, period: Period, letter: Mail, digest: Digest) -> int:
        named = request.day is not None
        return self._ledger().intend(request.series, period, letter, digest.mailed, self._now(), named=named)

    async def _settle_open(self, series: str, ways: MailSetup, ledger: MailLedger, *, again: bool) -> list[SendResult]:
        """Send unsettled mails again and give up those that were never sent; returns the mails that were sent.

        Raises:
            MailError: a mail could not be sent again, and it is still not known whether it arrived.
        """
        resent = []
        for posting in await asyncio.to_thread(ledger.open_postings, series):
            if again or not _may_have_arrived(posting):
                why = _SENT_ANEW if again else _NOT_SENT
                await asyncio.to_thread(ledger.give_up, posting.number, why, self._now())
                continue
            to = tuple(map(Mailbox, posting.outcomes))
            letter = Mail(posting.message_id, Mailbox(posting.sender), to, posting.subject, posting.message)
            delivery = await self._carried(ways, letter, posting.outcomes, ledger, posting.number)
            old = self._now() - posting.intended_at > _GIVE_UP
            if old and delivery.reached and not _is_unsure(delivery.outcomes):
                await asyncio.to_thread(ledger.give_up, posting.number, _TRIED_FOR_DAYS, self._now())
            got = tuple(address for address in delivery.confirmed if posting.outcomes[address].fate != "confirmed")
            message = f"The unsettled mail about {posting.period.words} was sent again to {', '.join(got)}."
            sentences = tuple(filter(None, (message if got else "", delivery.problem)))
            resent.append(SendResult("sent", posting.period, posting.message_id, got, sentences))
        return [sent for sent in resent if sent.told]

    async def _carried(
        self, ways: MailSetup, letter: Mail, before: dict[str, RecipientResult], ledger: MailLedger, number: int
    ) -> DeliveryAttempt:
        """Deliver a mail, and give it up if no recipient can have got it.

        Raises:
            MailError: the delivery is confirmed for no recipient.
        """
        try:
            delivery = await self._courier(ways).carry(letter, before, ledger, number)
        except (MailError, SettingsError) as problem:  # for example no password: nothing was sent this time
            if not _is_unsure(before):
                await asyncio.to_thread(ledger.give_up, number, str(problem), self._now())
            raise
        if delivery.confirmed:
            return delivery
        if not _is_unsure(delivery.outcomes):
            await asyncio.to_thread(ledger.give_up, number, delivery.problem, self._now())
        raise MailError(delivery.problem)

    def _courier(self, ways: MailSetup) -> Courier:
        post = self._office().post(ways.server, self._chosen().password_command)
        return Courier(post, self._now, self._sleep, self._patience.total)

    def _written(self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], prefix: str) -> Mail:
        return self._office().letter(digest, sender, to, self._now(), prefix, self._chosen().unsubscribe)

    async def _composed(self, request: SendRequest, period: Period) -> Digest:
        mailed = await asyncio.to_thread(self._ledger().mailed, request.series, period)
        return await self._digests.compose(
            period, feeds=request.feeds, top=request.top, mailed=mailed, offline=request.offline
        )

    @asynccontextmanager
    async def _turn(self, ledger: MailLedger) -> AsyncIterator[None]:
        """Hold the sending lock, after waiting for other processes.

        Raises:
            MailError: another process has been sending for too long.
        """
        turn = ledger.turn()
        waited = 0.0
        while not await asyncio.to_thread(_acquired, turn):
            if waited >= self._patience.turn:
                raise MailError(
                    "Another papertui has been sending the digest for minutes, so nothing was done. "
                    "Wait for it or end it, then try again."
                )
            await self._sleep(_LOOK)
            waited += _LOOK
        try:
            yield
        finally:
            turn.release()

    def _note_empty(self, request: SendRequest, period: Period) -> None:
        self._ledger().note_empty(request.series, period, self._now(), named=request.day is not None)

    def _note_failure(self, request: SendRequest, reached: Sequence[Period], sentence: str) -> None:
        key = reached[-1].key if reached else ""
        # A day requested by date does not start the series.
        first = reached[-1].first if reached and request.day is None else None
        self._ledger().note_failure(Failure(self._now(), request.series, key, sentence, first))

    def _today(self) -> date:
        return self._now().date()


def _acquired(lock: LockHolder) -> bool:
    try:
        return lock.acquire()
    except OSError as error:
        raise StoreError(f"The mail ledger cannot be locked: {error.strerror or error}. Check its folder.") from error


def _nothing_yet(letter: Mail) -> dict[str, RecipientResult]:
    return {box.address: RecipientResult("intended") for box in letter.recipients}


def _sent(period: Period, letter: Mail, delivery: DeliveryAttempt, told: tuple[str, ...]) -> SendResult:
    if not delivery.confirmed:
        raise MailError(delivery.problem)
    return SendResult("sent", period, letter.message_id, delivery.confirmed, told, delivery.problem)


def _may_have_arrived(posting: Delivery) -> bool:
    """Whether a recipient has or may have the mail, so that it must not be composed again."""
    return any(outcome.fate in {"confirmed", "handed over"} for outcome in posting.outcomes.values())


def _is_unsure(outcomes: Mapping[str, RecipientResult]) -> bool:
    return any(outcome.fate == "handed over" for outcome in outcomes.values())
