"""Deliver one mail in several tries, each result recorded in the ledger as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from papertui.digest.model import Mail, RecipientResult
from papertui.digest.smtp_errors import SmtpFailedError
from papertui.model.mailbox import Mailbox
from papertui.services.types import Clock

if TYPE_CHECKING:
    from papertui.digest.outbox import Ledger
    from papertui.digest.smtp import SmtpTransport

T = TypeVar("T")
#: Seconds before the second and the third try. If more time is needed, the next run tries again.
_WAITS = (1.0, 4.0)
Sleep = Callable[[float], Awaitable[None]]


class RetryPolicy(NamedTuple):
    """Time limits in seconds."""

    lock: float = 300.0  # For another papertui that is sending
    total: float = 120.0  # For the delivery of one mail, all tries together


class DeliveryAttempt(NamedTuple):
    """The result of a delivery."""

    outcomes: Mapping[str, RecipientResult]  # By address, as far as they are known
    problem: str = ""  # Why some recipients did not get it: sentences, or empty
    reached: bool = True  # Whether the server answered for each recipient in the last try

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The addresses for which the server accepted the mail."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.status == "confirmed")


class Courier:
    """Delivers mails in up to three tries. Only temporary failures are tried again.

    Args:
        transport: the connection to the server.
        now: the clock.
        sleep: waits between tries.
        total: seconds for all tries.
    """

    def __init__(self, transport: SmtpTransport, now: Clock, sleep: Sleep, total: float) -> None:
        self._transport = transport
        self._now = now
        self._sleep = sleep
        self._total = total

    async def deliver(
        self,
        mail: Mail,
        before: Mapping[str, RecipientResult],
        ledger: Ledger | None = None,
        number: int = 0,
    ) -> DeliveryAttempt:
        """Deliver a mail to the recipients who have not received it.

        Args:
            mail: the mail.
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
        failure: SmtpFailedError | None = None
        for wait in (0.0, *_WAITS):
            if wait and end - loop.time() <= wait:
                break
            await self._sleep(wait)
            left = [box for box in mail.recipients if not known[box.address].is_settled]
            # Sending and recording are one unit of work in one thread: a cancellation waits for both.
            done, failure = await _completed(
                asyncio.to_thread(self._try, mail, left, known, ledger, number, end - loop.time())
            )
            known |= done
            if failure is not None:
                problems = [failure.sentence]
            else:
                problems = [known[box.address].why for box in mail.recipients if known[box.address].why]
            if (failure is not None and not failure.again) or all(result.is_settled for result in known.values()):
                break
        return DeliveryAttempt(known, " ".join(dict.fromkeys(problems)), failure is None)

    def _try(
        self,
        mail: Mail,
        left: Sequence[Mailbox],
        before: Mapping[str, RecipientResult],
        ledger: Ledger | None,
        number: int,
        within: float,
    ) -> tuple[dict[str, RecipientResult], SmtpFailedError | None]:
        """One try; returns the results by address and the failure, if any."""
        handed: list[str] = []

        def hand_over(addresses: Sequence[str]) -> None:
            if ledger is not None:
                ledger.hand_over(number, addresses)
            handed.extend(addresses)

        done: dict[str, RecipientResult] = {}

        def settle(outcomes: Mapping[str, RecipientResult]) -> None:
            # If an earlier try may have delivered the mail, that is still possible after this one is deferred.
            for address, outcome in outcomes.items():
                unsure = outcome.status == "deferred" and before[address].status == "handed over"
                done[address] = before[address] if unsure else outcome
            if ledger is not None:
                ledger.settle(number, done, self._now())

        try:
            self._transport.deliver(mail, left, hand_over, within, settle)
        except SmtpFailedError as failure:
            settle({box.address: _after(failure, before[box.address], box.address in handed) for box in left})
            return done, failure
        return done, None


async def _completed(work: Coroutine[None, None, T]) -> T:
    """Await `work`. On cancellation it runs to its end first: only then may others send."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _after(failure: SmtpFailedError, before: RecipientResult, handed: bool) -> RecipientResult:  # noqa: FBT001 - a value
    """The result for a recipient after a try that failed for all of them."""
    if (failure.unsure and handed) or (before.status == "handed over" and not failure.final):
        return RecipientResult("handed over", failure.sentence)
    return RecipientResult("refused" if failure.final else "deferred", failure.sentence)
