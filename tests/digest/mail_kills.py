"""Proves that a digest is mailed exactly once when papertui is killed at any step of sending it.

    PYTHONPATH=tests python tests/digest/mail_kills.py --steps        kills it at each step, here and at the server
    PYTHONPATH=tests python tests/digest/mail_kills.py --kills 300    kills it at random moments

A child process mails a digest over a real connection to a server in this process, which records what it accepted. After
each kill the next run mails what is due. Then no mail is lost; a mail recorded as confirmed is not sent again; and if
two arrived, because the kill came between the end of the message and the recording of the reply, they are the same mail
with the same Message-ID.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from kit.digest_mail import ADA, BOB
from kit.mail_harness import MailHarness
from kit.scripted_smtp import Script, scripted_server
from papertui.digest.model import Mail, MailedPaper, RecipientResult, State
from papertui.digest.outbox import Ledger
from papertui.digest.send import SendRequest
from papertui.errors import MailError
from papertui.model.period import Period

#: The steps of a client at the server, in order, with two recipients.
STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "RCPT", "DATA", "body", "dot", "reply", "QUIT")
CALLS = ("intend", "hand over", "settle")
#: The child is killed within this number of seconds; a mail takes 0.1 to 0.2 seconds on a busy machine.
LONGEST = 0.25


class KillingLedger(Ledger):
    """A ledger that kills this process before or after one of its calls."""

    def __init__(self, path: Path, call: str, when: str) -> None:
        super().__init__(path)
        self._at = (call, when)

    def _reached(self, call: str, when: str) -> None:
        if self._at == (call, when):
            os.kill(os.getpid(), signal.SIGKILL)

    def intend(
        self,
        series: str,
        period: Period,
        mail: Mail,
        papers: Mapping[str, MailedPaper],
        at: datetime,
        *,
        named: bool = False,
    ) -> int:
        self._reached("intend", "before")
        number = super().intend(series, period, mail, papers, at, named=named)
        self._reached("intend", "after")
        return number

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        self._reached("hand over", "before")
        super().hand_over(number, addresses)
        self._reached("hand over", "after")

    def settle(self, number: int, outcomes: Mapping[str, RecipientResult], at: datetime) -> State:
        self._reached("settle", "before")
        state = super().settle(number, outcomes, at)
        self._reached("settle", "after")
        return state


class KillingOffice(MailHarness):
    """Mailing with a `KillingLedger`."""

    call, when = "", ""

    @property
    def ledger(self) -> Ledger:
        return KillingLedger(self.home / "mailed.db", self.call, self.when)


class Server:
    """A server that kills a client at a given step."""

    def __init__(self) -> None:
        self.script = Script(watcher=self._watch)
        self.victim = 0
        self.left = -1

    def _watch(self, step: str) -> None:
        del step
        self.left -= 1
        if self.left == 0:
            os.kill(self.victim, signal.SIGKILL)


def mail(harness: MailHarness) -> None:
    asyncio.run(harness.mailing.send(SendRequest()))


def check(home: Path, server: Server, port: int, label: str) -> str:
    """Run again, then check what arrived."""
    harness = MailHarness(home, port, to=(ADA, BOB))
    known = harness.ledger.log(1)
    before = [taken.message_id for taken in server.script.mails]
    confirmed = bool(known) and known[0].state == "sent"
    unsure = bool(known) and "handed over" in {outcome.status for outcome in known[0].outcomes.values()}
    assert not confirmed or before, f"{label}: the ledger says sent, and nothing arrived"
    assert not before or confirmed or unsure, f"{label}: a mail arrived of which the ledger knows nothing"
    server.left = -1
    mail(harness)
    mail(harness)
    ids = Counter(taken.message_id for taken in server.script.mails)
    assert len(ids) == 1, f"{label}: {len(ids)} different mails"
    if confirmed:
        assert len(before) == ids.total() == 1, f"{label}: a second mail though one was confirmed"
    assert ids.total() <= 2, f"{label}: more than one mail too many"
    bodies = {taken.data for taken in server.script.mails}
    assert len(bodies) == 1, f"{label}: the same mail with another text"
    assert harness.ledger.log(9)[0].state == "sent"
    assert {address for taken in server.script.mails for address in taken.to} == {ADA.address, BOB.address}
    return "twice, as the same mail" if ids.total() == 2 else "once"


def at_each_step(home: Path) -> str:
    results: Counter[str] = Counter()
    cases: list[tuple[str, str, int]] = [(call, when, -1) for call in CALLS for when in ("before", "after")]
    cases += [("", "", step) for step in range(1, len(STEPS) + 1)]
    for number, (call, when, step) in enumerate(cases):
        server = Server()
        with scripted_server(server.script) as port:
            harness = KillingOffice(home / str(number), port, to=(ADA, BOB))
            harness.call, harness.when = call, when
            label = f"{when} {call}" if call else f"at {STEPS[step - 1]} ({step})"
            status = _killed(server, partial(mail, harness), step)
            # QUIT comes after everything is recorded, so the child may end before it is killed there.
            assert os.WIFSIGNALED(status) or label.startswith("at QUIT"), label
            results[check(harness.home, server, port, label)] += 1
    return f"{results.total()} kills, each digest mailed: {_listed(results)}; none lost"


def at_random(home: Path, kills: int, seed: int) -> str:
    chance, results = random.Random(seed), Counter[str]()
    for number in range(kills):
        server = Server()
        with scripted_server(server.script) as port:
            harness = MailHarness(home / str(number), port, to=(ADA, BOB))
            _killed(server, partial(mail, harness), -1, chance.random() * LONGEST)
            results[check(harness.home, server, port, f"kill {number}")] += 1
    return f"{results.total()} kills, each digest mailed: {_listed(results)}; none lost"


def _listed(results: Counter[str]) -> str:
    return ", ".join(f"{number} {words}" for words, number in results.most_common())


def _killed(server: Server, work: Callable[[], None], step: int, after: float | None = None) -> int:
    """Run `work` in a child that is killed; returns its exit status."""
    waiting, starting = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.read(waiting, 1)
            work()
            status = 0
        except MailError:
            traceback.print_exc()
        finally:
            os._exit(status)
    server.victim, server.left = child, step
    os.write(starting, b"!")
    os.close(starting)
    os.close(waiting)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return status


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    with tempfile.TemporaryDirectory() as home:
        if asked.steps:
            sys.stdout.write(at_each_step(Path(home) / "steps") + "\n")
        if asked.kills:
            sys.stdout.write(at_random(Path(home) / "random", asked.kills, asked.seed) + "\n")


if __name__ == "__main__":
    main()
