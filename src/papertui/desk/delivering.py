"""Handing one mail over to its server: several tries, and what became of it noted as it becomes known."""

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
#: Before the second and the third try, in seconds. What needs longer is for the next run.
WAITS = (1.0, 4.0)
#: For all tries of one mail, in seconds.
TOTAL = 120.0
Sleep = Callable[[float], Awaitable[None]]


class Post(Protocol):
    """The way to a mail server, see `papertui.mail.smtp`."""

    def deliver(
        self,
        letter: Letter,
        to: Sequence[Mailbox],
        handing: Callable[[Sequence[str]], None],
        within: float,
        noting: Callable[[Mapping[str, Outcome]], None],
    ) -> Mapping[str, Outcome]:
        """Hands a mail over in one try; raises `papertui.mail.fault.Fault`, `MailError` or `SettingsError`."""
        ...


class Delivery(NamedTuple):
    """What became of a mail.

    Attributes:
        outcomes: by address, as far as the server said anything of it.
        problem: why it did not come through to all, the sentences for the reader.
        reached: whether the server was there and answered for each recipient in the last try.
    """

    outcomes: Mapping[str, Outcome]
    problem: str = ""
    reached: bool = True

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The addresses it certainly went to."""
        return tuple(address for address, outcome in self.outcomes.items() if outcome.fate == "confirmed")


class Courier:
    """Tries up to three times, and again only what may fare better in a moment.

    Args:
        post: the way to the server.
        now: tells the time.
        sleep: waits.
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
        """Carries a mail to those recipients who have yet to get it.

        Args:
            letter: the mail.
            before: by address, how far it had come before.
            ledger: where each step is noted before it is taken; ``None`` for a test mail.
            number: the mail's number there.

        Raises:
            MailError: there is no password, or an address cannot be written.
            SettingsError: the password or the certificates cannot be read.
            StoreError: a step could not be noted. When that was the last one, the same mail is sent again.
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
            # Sending and noting are one piece of work in one thread: who interrupts us waits for both.
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
        """One try; what is known of the recipients after it, and why it failed where it did."""
        handed: list[str] = []

        def handing(addresses: Sequence[str]) -> None:
            if ledger is not None:
                ledger.hand_over(number, addresses)
            handed.extend(addresses)

        done: dict[str, Outcome] = {}

        def noting(outcomes: Mapping[str, Outcome]) -> None:
            # A mail that may have arrived by an earlier try may still have when this one was put off.
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
    """What `work` gives. When we are cancelled, it is done to its end first: others may send only then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _after(fault: Fault, before: Outcome, handed: bool) -> Outcome:  # noqa: FBT001 - a fact
    """What is known of a recipient after a try that failed for all."""
    if (fault.unsure and handed) or (before.fate == "handed over" and not fault.final):
        return Outcome("handed over", fault.sentence)
    return Outcome("refused" if fault.final else "deferred", fault.sentence)
