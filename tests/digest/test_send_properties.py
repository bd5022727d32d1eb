"""Invariants of mailing for any behaviour of the server: no paper is lost or repeated in another mail."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kit.digest_mail import ADA, BOB, Composing
from kit.local_mailer import LocalMailer
from kit.properties import at_most
from papertui.digest.model import Mail, RecipientResult
from papertui.digest.outbox import Ledger
from papertui.digest.send import DigestSender, SendRequest
from papertui.digest.smtp import SmtpTransport
from papertui.digest.smtp_errors import SmtpFailedError
from papertui.errors import MailError
from papertui.model.mailbox import Mailbox, Server
from papertui.settings import MailSettings

#: What a server may do in one try. ``lost``: it accepts the mail, but its reply is lost; ``cut``: it rejects the mail,
#: and its reply is lost.
DEEDS = ("takes", "is down", "puts off", "lost", "cut", "puts Bob off", "refuses Bob")


class Run(NamedTuple):
    """One run of papertui."""

    later: int  # Days since the previous run
    deeds: tuple[str, ...]  # What the server does in each try; the last one repeats


class Far(SmtpTransport):
    """A server with given behaviour that stores accepted mails."""

    def __init__(self) -> None:
        self.deeds: Sequence[str] = ("takes",)
        self.number = 0
        self.taken: list[tuple[str, str, bytes]] = []
        self.lost = 0

    def deliver(
        self,
        mail: Mail,
        to: Sequence[Mailbox],
        hand_over: Callable[[Sequence[str]], None],
        within: float | None = None,
        settle: Callable[[Mapping[str, RecipientResult]], None] | None = None,
    ) -> dict[str, RecipientResult]:
        assert settle is not None
        del within
        deed = self.deeds[min(self.number, len(self.deeds) - 1)]
        self.number += 1
        if deed == "is down":
            raise SmtpFailedError("It is down.", again=True)
        outcomes = {}
        for box in to:
            if box == BOB and deed == "puts Bob off":
                outcomes[box.address] = RecipientResult("deferred", "Later.")
            elif box == BOB and deed == "refuses Bob":
                outcomes[box.address] = RecipientResult("refused", "Never.")
            else:
                outcomes[box.address] = RecipientResult("confirmed")
        accepted = [address for address, outcome in outcomes.items() if outcome.status == "confirmed"]
        if not accepted:
            settle(outcomes)
            return outcomes
        hand_over(accepted)
        if deed == "puts off":
            raise SmtpFailedError("Not now.", again=True)
        if deed != "cut":
            self.taken += [(address, mail.message_id, mail.data) for address in accepted]
        self.lost += deed == "lost"
        if deed in {"lost", "cut"}:
            raise SmtpFailedError("Who knows.", unsure=True)
        settle(outcomes)
        return outcomes


class FarMailer(LocalMailer):
    """Mails to one `Far`."""

    def __init__(self, far: Far) -> None:
        super().__init__()
        self.far = far

    def transport(self, server: Server, command: Sequence[str]) -> SmtpTransport:
        del server, command
        self.far.number = 0
        return self.far


def papers(data: bytes) -> list[str]:
    text = data.split(b"\r\n\r\n")[2].decode()
    return [line for line in text.splitlines() if line.startswith("26")]


RUNS = st.builds(Run, st.integers(0, 3), st.lists(st.sampled_from(DEEDS), min_size=1, max_size=3).map(tuple))
GOOD = (Run(0, ("takes",)), Run(1, ("takes",)), Run(0, ("takes",)))


@at_most(15)
@given(st.lists(RUNS, min_size=1, max_size=6))
def test_no_paper_is_lost_or_repeated(runs: Sequence[Run]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_mail_and_look(Ledger(Path(folder) / "mailed.db"), [*runs, *GOOD]))


async def _mail_and_look(ledger: Ledger, runs: Iterable[Run]) -> None:
    far, clock = Far(), [datetime(2026, 4, 1, 8, tzinfo=UTC)]
    chosen = MailSettings(ADA, (ADA, BOB), Server("a.example", 587))

    async def at_once(seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)

    mailing = DigestSender(Composing(papers=1), ledger, FarMailer(far), chosen, lambda: clock[0], at_once)
    first = clock[0].date()
    for later, deeds in runs:
        clock[0] += timedelta(days=later)
        far.deeds = deeds
        first = first if ledger.log(1) else clock[0].date()
        before = len(far.taken)
        try:
            sent = await mailing.send(SendRequest())
        except MailError:
            continue
        if sent.result == "already":
            assert len(far.taken) == before
    # Permanently, or deferred for more than five days.
    bob_is_refused = any(
        posting.outcomes[BOB.address].status == "refused" for posting in ledger.log(99) if posting.papers
    )
    days = [first + timedelta(days=n) for n in range((clock[0].date() - first).days + 1)]
    for box in (ADA, BOB):
        mails = [(message_id, data) for address, message_id, data in far.taken if address == box.address]
        got = Counter(paper for data in dict(mails).values() for paper in papers(data))
        if box == ADA or not bob_is_refused:
            assert set(got) == {f"{day:%y%m.%d}001" for day in days}
        # Counted by Message-ID: the same mail may arrive again after a lost reply.
        assert set(got.values()) <= {1}
        assert len(mails) - len(dict(mails)) <= far.lost
    assert mailing.last_failure() is None
