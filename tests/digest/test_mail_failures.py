"""Failures of mail servers: the message, the exit code, the ledger and the next run."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from kit.mail_harness import MailHarness
from kit.scripted_smtp import DROP, SLOW, Script, scripted_server
from kit.smtp_server import free_port, smtp_server
from papertui.digest.delivery import RetryPolicy
from papertui.errors import MailError
from papertui.model.mailbox import Server, Tls

AUTHORITY = trustme.CA()


class Case(NamedTuple):
    """One failure."""

    message: str  # A part of the message
    answers: dict[str, list[str]]  # The server's replies by step
    offers: tuple[str, ...] = ("SIZE 1000000",)  # The server's extensions
    tls: Tls = "starttls"
    host: str = "127.0.0.1"  # The name used for the server
    user: str = ""
    certificate: trustme.LeafCert | None = None
    insists: bool = False  # Whether the address has ``?tls=starttls``
    tries: int = 1  # The expected number of tries
    fate: str = "refused"  # The expected state of the recipient in the ledger


GOOD, OTHER = AUTHORITY.issue_cert("127.0.0.1"), AUTHORITY.issue_cert("another.example")
EXPIRED = AUTHORITY.issue_cert("127.0.0.1", not_before=datetime(2020, 1, 1), not_after=datetime(2021, 1, 1))  # noqa: DTZ001
STRANGER = trustme.CA().issue_cert("127.0.0.1")
TLS = ("STARTTLS", "AUTH PLAIN LOGIN")
#: An address of this machine that is not a loopback address.
ELSEWHERE = "0.0.0.0"

CASES = {
    "greeting 4xx": Case("accepts no mail at the moment (421 busy)", {"greeting": ["421 busy"]}, tries=3),
    "greeting 5xx": Case("accepts no mail from this machine (554 go away)", {"greeting": ["554 go away"]}),
    "greeting of a web server": Case("does not answer like a mail server", {"greeting": ["HTTP/1.1 400 Bad"]}),
    "greeting dropped": Case("closed the connection without a greeting", {"greeting": [DROP]}, tries=3),
    "greeting slow": Case("took too long to answer; if it uses TLS from the start, write smtps:// instead",
                          {"greeting": [SLOW]}, tries=3),
    "hello 4xx": Case("accepts no mail at the moment (451 later)", {"EHLO": ["451 later"]}, tries=3),
    "hello 5xx": Case("this machine's name (550 who)", {"EHLO": ["550 who"], "HELO": ["550 who"]}),
    "hello dropped": Case("closed the connection; nothing", {"EHLO": [DROP]}, tries=3),
    "hello without end": Case("does not answer like a mail server", {"EHLO": ["\r\n".join(["250-more"] * 300)]}),
    "tls 4xx": Case("cannot start TLS at the moment (454 no)", {"STARTTLS": ["454 no"]}, TLS, certificate=GOOD,
                    tries=3),
    "tls 5xx": Case("refused to start it (501 no)", {"STARTTLS": ["501 no"]}, TLS, certificate=GOOD),
    "tls not offered": Case("offers no TLS, so nothing was sent", {}, host=ELSEWHERE),
    "login without tls": Case("offers no TLS, so nothing was sent", {}, ("AUTH PLAIN",), host=ELSEWHERE, user="ada"),
    "certificate of another": Case("is not valid for 127.0.0.1", {}, TLS, certificate=OTHER),
    "certificate expired": Case("has expired", {}, TLS, certificate=EXPIRED),
    "certificate of a stranger": Case("is not trusted by this machine", {}, TLS, certificate=STRANGER),
    "certificate of another, tls at once": Case("is not valid for 127.0.0.1", {}, tls="always", certificate=OTHER),
    "tls at once with a plain server": Case("could not negotiate TLS", {}, tls="always"),
    "login not offered": Case("offers no login", {}, (), user="ada"),
    "login in no known way": Case("no supported login method", {}, ("AUTH GSSAPI",), user="ada"),
    "login 4xx": Case("cannot check the login of ada", {"AUTH": ["454 later"]}, TLS[1:], user="ada", tries=3),
    "login 5xx": Case("refused the login of ada (535 wrong)", {"AUTH": ["535 wrong"]}, TLS[1:], user="ada"),
    "login dropped": Case("closed the connection; nothing", {"AUTH": [DROP]}, TLS[1:], user="ada", tries=3),
    "login wanted": Case("accepts mail only after a login (530 5.7.0 Authentication required)",
                         {"MAIL": ["530 5.7.0 Authentication required"]}),
    "tls wanted": Case("accepts mail only over TLS", {"MAIL": ["530 Must issue a STARTTLS command first"]}, tls="none"),
    "sender 4xx": Case("does not accept mail from papertui@example.org at the moment", {"MAIL": ["451 hm"]}, tries=3),
    "sender 5xx": Case("refused papertui@example.org as the sender (550 hm)", {"MAIL": ["550 hm"]}),
    "sender dropped": Case("closed the connection; nothing", {"MAIL": [DROP]}, tries=3),
    "greylisted": Case("asks to come back later with mail for ada@example.org (greylisting)",
                       {"RCPT": ["450 4.2.0 Greylisted, see you"]}, tries=3),
    "recipient 5xx": Case("refused the recipient ada@example.org (550 5.1.1 who)", {"RCPT": ["550 5.1.1 who"]}),
    "recipient dropped": Case("closed the connection; nothing", {"RCPT": [DROP]}, tries=3),
    "relay denied": Case("accepts mail only after a login", {"RCPT": ["554 5.7.1 Relay access denied"]}),
    "data 4xx": Case("did not accept the message for now (451 full)", {"DATA": ["451 full"]}, tries=3),
    "data 5xx": Case("refused the message (554 no)", {"DATA": ["554 no"]}),
    "data dropped": Case("closed the connection; nothing", {"DATA": [DROP]}, tries=3),
    "message 4xx": Case("did not accept the message for now (452 full)", {"message": ["452 full"]}, tries=3),
    "message 5xx": Case("refused the message (550 spam)", {"message": ["550 spam"]}),
    "message too large": Case("The mail is too large", {"message": ["552 5.3.4 Message size exceeds limit"]}),
    "message larger than announced": Case("accepts mails up to 500 bytes", {}, ("SIZE 500",)),
    "tls asked for by name and not offered": Case("offers no TLS, so nothing was sent", {}, ("AUTH PLAIN",), user="ada",
                                                  insists=True),
    "message dropped": Case("closed the connection before it confirmed", {"message": [DROP]}, fate="handed over"),
    "message slow": Case("took too long to confirm", {"message": [SLOW]}, fate="handed over"),
    "message answered with nonsense": Case("closed the connection before it confirmed", {"message": ["what?"]},
                                           fate="handed over"),
}  # fmt: skip


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trust") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(file))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_failure_is_reported_recorded_and_recovered(case: Case, tmp_path: Path, trusted: Path) -> None:
    context = None
    if case.certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        case.certificate.configure_cert(context)
    script = Script(dict(case.answers), case.offers, context)
    harness = MailHarness(tmp_path, trusted=trusted)
    with scripted_server(script, implicit=case.tls == "always" and context is not None) as port:
        harness.server = Server(case.host, port, case.tls, case.user, insists=case.insists)
        with pytest.raises(MailError, match=re.escape(case.message)) as raised:
            await harness.send()
    assert MailError.exit_code == 5
    assert str(raised.value).endswith(".")
    assert "geheim" not in "".join(script.commands)
    if case.insists or (not context and case.host == ELSEWHERE):
        assert not any(command.startswith("AUTH") for command in script.commands)
    assert len(harness.waits) == case.tries
    assert harness.fates() == [case.fate]
    perhaps = "perhaps " if case.fate == "handed over" else ""
    assert harness.mailing.last_failure() == f"The digest was {perhaps}not mailed on 30 Apr: {raised.value}"
    with smtp_server() as (inbox, port):
        harness.server = Server("127.0.0.1", port)
        harness.at(1, month=5)
        sent = await harness.send()
    ids = [mail.message_id for mail in (*script.mails, *inbox.mails)]
    if case.fate == "handed over":
        # The same mail again, and then the next day's.
        assert sent.period.key == "day:2026-05-01"
        assert len(inbox.mails) == 2
        assert harness.ledger.log(9)[1].message_id == ids[0]
    else:
        assert sent.period.key == "day:2026-04-30..2026-05-01"
        assert len(ids) == 1
    assert harness.mailing.last_failure() is None


async def test_nothing_listens_on_the_port(tmp_path: Path) -> None:
    harness = MailHarness(tmp_path, free_port())
    with pytest.raises(MailError, match="There is no mail server at"):
        await harness.send()
    assert len(harness.waits) == 3
    assert harness.fates() == ["refused"]


@contextmanager
def dripping(line: bytes) -> Iterator[int]:
    """A server that keeps sending `line` without a line end."""
    over = threading.Event()

    def drip() -> None:
        held, _ = listening.accept()
        with held:
            while not over.wait(0.05):
                try:
                    held.sendall(line)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.slow
async def test_a_slow_server_is_cut_off(tmp_path: Path) -> None:
    with dripping(b"2") as port:
        harness = MailHarness(tmp_path, port, patience=RetryPolicy(total=0.5))
        harness.limits = harness.limits._replace(step=10)
        with pytest.raises(MailError, match="took too long"):
            await harness.send()
        assert len(harness.waits) == 1
