"""What mail servers do wrong, one by one: the sentence, the exit code, the ledger, and the next run."""

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

from kit.mail_office import Office
from kit.post_office import free_port, post_office
from kit.scripted_mail import DROP, SLOW, Script, scripted_server
from papertui.core.mailing.server import Server, Tls
from papertui.desk.mailroom import Patience
from papertui.errors import MailError

AUTHORITY = trustme.CA()


class Case(NamedTuple):
    """One thing that goes wrong.

    Attributes:
        told: a part of the sentence.
        answers: the server's, by step.
        offers: what the server offers.
        tls: how we speak to it.
        host: by which name it is called.
        user: who logs in.
        certificate: what it shows.
        insists: whether the reader wrote ``?tls=starttls``.
        tries: how often it is tried.
        fate: what the ledger says of the recipient.
    """

    told: str
    answers: dict[str, list[str]]
    offers: tuple[str, ...] = ("SIZE 1000000",)
    tls: Tls = "starttls"
    host: str = "127.0.0.1"
    user: str = ""
    certificate: trustme.LeafCert | None = None
    insists: bool = False
    tries: int = 1
    fate: str = "refused"


GOOD, OTHER = AUTHORITY.issue_cert("127.0.0.1"), AUTHORITY.issue_cert("another.example")
EXPIRED = AUTHORITY.issue_cert("127.0.0.1", not_before=datetime(2020, 1, 1), not_after=datetime(2021, 1, 1))  # noqa: DTZ001
STRANGER = trustme.CA().issue_cert("127.0.0.1")
TLS = ("STARTTLS", "AUTH PLAIN LOGIN")
#: An address of this machine that does not look like one of loopback.
ELSEWHERE = "0.0.0.0"

CASES = {
    "greeting 4xx": Case("takes no mail just now (421 busy)", {"greeting": ["421 busy"]}, tries=3),
    "greeting 5xx": Case("takes no mail from this machine (554 go away)", {"greeting": ["554 go away"]}),
    "greeting of a web server": Case("does not answer as a mail server does", {"greeting": ["HTTP/1.1 400 Bad"]}),
    "greeting dropped": Case("closed the connection without a word", {"greeting": [DROP]}, tries=3),
    "greeting slow": Case("took too long to answer; if it speaks TLS at once, write smtps:// instead of smtp://, else",
                          {"greeting": [SLOW]}, tries=3),
    "hello 4xx": Case("takes no mail just now (451 later)", {"EHLO": ["451 later"]}, tries=3),
    "hello 5xx": Case("this machine's name (550 who)", {"EHLO": ["550 who"], "HELO": ["550 who"]}),
    "hello dropped": Case("broke off in the middle", {"EHLO": [DROP]}, tries=3),
    "hello without end": Case("does not answer as a mail server does", {"EHLO": ["\r\n".join(["250-more"] * 300)]}),
    "tls 4xx": Case("cannot begin TLS just now (454 no)", {"STARTTLS": ["454 no"]}, TLS, certificate=GOOD, tries=3),
    "tls 5xx": Case("refused to begin it (501 no)", {"STARTTLS": ["501 no"]}, TLS, certificate=GOOD),
    "tls not offered": Case("offers no TLS, so nothing was sent", {}, host=ELSEWHERE),
    "login without tls": Case("offers no TLS, so nothing was sent", {}, ("AUTH PLAIN",), host=ELSEWHERE, user="ada"),
    "certificate of another": Case("is for another name than 127.0.0.1", {}, TLS, certificate=OTHER),
    "certificate expired": Case("has expired", {}, TLS, certificate=EXPIRED),
    "certificate of a stranger": Case("comes from nobody this machine trusts", {}, TLS, certificate=STRANGER),
    "certificate of another, tls at once": Case("is for another name", {}, tls="always", certificate=OTHER),
    "tls at once with a plain server": Case("no common way to speak TLS", {}, tls="always"),
    "login not offered": Case("offers no login", {}, (), user="ada"),
    "login in no known way": Case("no way to log in that papertui knows", {}, ("AUTH GSSAPI",), user="ada"),
    "login 4xx": Case("cannot check the login of ada", {"AUTH": ["454 later"]}, TLS[1:], user="ada", tries=3),
    "login 5xx": Case("refused the login of ada (535 wrong)", {"AUTH": ["535 wrong"]}, TLS[1:], user="ada"),
    "login dropped": Case("broke off in the middle", {"AUTH": [DROP]}, TLS[1:], user="ada", tries=3),
    "login wanted": Case("takes mail only after a login (530 5.7.0 Authentication required)",
                         {"MAIL": ["530 5.7.0 Authentication required"]}),
    "tls wanted": Case("takes mail only over TLS", {"MAIL": ["530 Must issue a STARTTLS command first"]}, tls="none"),
    "sender 4xx": Case("does not take mail from papertui@example.org just now", {"MAIL": ["451 hm"]}, tries=3),
    "sender 5xx": Case("refused papertui@example.org as the sender (550 hm)", {"MAIL": ["550 hm"]}),
    "sender dropped": Case("broke off in the middle", {"MAIL": [DROP]}, tries=3),
    "greylisted": Case("asks to come back later with mail for ada@example.org (greylisting)",
                       {"RCPT": ["450 4.2.0 Greylisted, see you"]}, tries=3),
    "recipient 5xx": Case("refused the recipient ada@example.org (550 5.1.1 who)", {"RCPT": ["550 5.1.1 who"]}),
    "recipient dropped": Case("broke off in the middle", {"RCPT": [DROP]}, tries=3),
    "relay denied": Case("takes mail only after a login", {"RCPT": ["554 5.7.1 Relay access denied"]}),
    "data 4xx": Case("did not take the message just now (451 full)", {"DATA": ["451 full"]}, tries=3),
    "data 5xx": Case("refused the message (554 no)", {"DATA": ["554 no"]}),
    "data dropped": Case("broke off in the middle", {"DATA": [DROP]}, tries=3),
    "message 4xx": Case("did not take the message just now (452 full)", {"message": ["452 full"]}, tries=3),
    "message 5xx": Case("refused the message (550 spam)", {"message": ["550 spam"]}),
    "message too large": Case("takes no mail as large", {"message": ["552 5.3.4 Message size exceeds limit"]}),
    "message larger than announced": Case("takes no mail over 500 bytes", {}, ("SIZE 500",)),
    "tls asked for by name and not offered": Case("offers no TLS, so nothing was sent", {}, ("AUTH PLAIN",), user="ada",
                                                  insists=True),
    "message dropped": Case("broke off before it said", {"message": [DROP]}, fate="handed over"),
    "message slow": Case("took too long to say", {"message": [SLOW]}, fate="handed over"),
    "message answered with nonsense": Case("broke off before it said", {"message": ["what?"]}, fate="handed over"),
}  # fmt: skip


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trust") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(file))
    return file


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_failure_is_told_noted_and_made_good(case: Case, tmp_path: Path, trusted: Path) -> None:
    context = None
    if case.certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        case.certificate.configure_cert(context)
    script = Script(dict(case.answers), case.offers, context)
    office = Office(tmp_path, trusted=trusted)
    with scripted_server(script, implicit=case.tls == "always" and context is not None) as port:
        office.server = Server(case.host, port, case.tls, case.user, insists=case.insists)
        with pytest.raises(MailError, match=re.escape(case.told)) as raised:
            await office.send()
    assert MailError.exit_code == 5
    assert str(raised.value).endswith(".")
    assert "geheim" not in "".join(script.commands)
    if case.insists or (not context and case.host == ELSEWHERE):
        assert not any(command.startswith("AUTH") for command in script.commands)
    assert len(office.waits) == case.tries
    assert office.fates() == [case.fate]
    perhaps = "perhaps " if case.fate == "handed over" else ""
    assert office.mailing.last_failure() == f"The digest was {perhaps}not mailed on 30 Apr: {raised.value}"
    with post_office() as (box, port):
        office.server = Server("127.0.0.1", port)
        office.at(1, month=5)
        sent = await office.send()
    ids = [mail.message_id for mail in (*script.mails, *box.mails)]
    if case.fate == "handed over":
        # The same mail again, and then the next day's.
        assert sent.period.key == "day:2026-05-01"
        assert len(box.mails) == 2
        assert office.ledger.log(9)[1].message_id == ids[0]
    else:
        assert sent.period.key == "day:2026-04-30..2026-05-01"
        assert len(ids) == 1
    assert office.mailing.last_failure() is None


async def test_nobody_listens(tmp_path: Path) -> None:
    office = Office(tmp_path, free_port())
    with pytest.raises(MailError, match="Nothing takes mail at"):
        await office.send()
    assert len(office.waits) == 3
    assert office.fates() == ["refused"]


@contextmanager
def dripping(line: bytes) -> Iterator[int]:
    """A server that says `line` letter by letter and never ends it."""
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


async def test_a_server_that_drips_has_an_end(tmp_path: Path) -> None:
    with dripping(b"2") as port:
        office = Office(tmp_path, port, patience=Patience(total=0.5))
        office.limits = office.limits._replace(step=10)
        with pytest.raises(MailError, match="took too long"):
            await office.send()
        assert len(office.waits) == 1
