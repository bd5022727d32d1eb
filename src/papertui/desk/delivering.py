"""Delivery of one mail to its server: several tries, and each result is recorded as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.record import Outcome
from papertui.desk.doors import Clock
from papertui.mail.fault import Fault
from papertui.store.mailed import MailLedger

T = TypeVar("T")
#: Seconds before the second and the third try. If more time is needed, the next run tries again.
WAITS = (1.0, 4.0)
#: Seconds for all tries of one mail.
TOTAL = 120.0
Sleep = Callable[[float], Awaitable[None]]


class Post(Protocol):
    """A connection to a mail server, see `papertui.mail.smtp`."""

    def deliver(
        self,
        letter: Letter,
        to: Sequence[Mailbox],
        handing: Callable[[Sequence[str]], None],
        within: float,
        noting: Callable[[Mapping[str, Outcome]], None],
    ) -> Mapping[str, Outcome]:
        """Deliver a mail in one try; raises `papertui.mail.fault.Fault`, `MailError` or `SettingsError`."""
        ...


class Delivery(NamedTuple):
    """The result of a delivery."""

    outcomes: Mapping[str, Outcome]  # By address, as far as they are known
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

    def __init__(self, post: Post, now: Clock, sleep: Sleep = asyncio.sleep, total: float = TOTAL) -> None:
        self._post = post
        self._now = now
        self._sleep = sleep
        self._total = total

    async def carry(
        self,
        letter: Letter,
        before: Mapping[str, Outcome],
        ledger: MailLedger | None = None,
        number: int = 0,
    ) -> Delivery:
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
        fault: Fault | None = None
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
        return Delivery(known, " ".join(dict.fromkeys(problems)), fault is None)

    def _try(
        self,
        letter: Letter,
        left: Sequence[Mailbox],
        before: Mapping[str, Outcome],
        ledger: MailLedger | None,
        number: int,
        within: float,
    ) -> tuple[dict[str, Outcome], Fault | None]:
        """One try; returns the results by address and the failure, if any."""
        handed: list[str] = []

        def handing(addresses: Sequence[str]) -> None:
            if ledger is not None:
                ledger.hand_over(number, addresses)
            handed.extend(addresses)

        done: dict[str, Outcome] = {}

        def noting(outcomes: Mapping[str, Outcome]) -> None:
            # If an earlier try may have delivered the mail, that is still possible after this one is deferred.
            for address, outcome in outcomes.items():
                unsure = outcome.fate == "deferred" and before[address].fate == "handed over"
                done[address] = before[address] if unsure else outcome
            if ledger is not None:
                ledger.settle(number, done, self._now())

        try:
            self._post.deliver(letter, left, handing, within, noting)
        except Fault as fault:
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


def _after(fault: Fault, before: Outcome, handed: bool) -> Outcome:  # noqa: FBT001 - a value
    """The result for a recipient after a try that failed for all of them."""
    if (fault.unsure and handed) or (before.fate == "handed over" and not fault.final):
        return Outcome("handed over", fault.sentence)
    return Outcome("refused" if fault.final else "deferred", fault.sentence)
