import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from kit.digest_mail import ADA, BOB
from kit.scripted_smtp import Script, scripted_server
from kit.smtp_server import smtp_server
from papertui.digest.message import write_message
from papertui.digest.model import Mail
from papertui.digest.smtp import SmtpTransport, tls_context
from papertui.digest.smtp_errors import SmtpFailedError
from papertui.errors import SettingsError
from papertui.model.mailbox import Mailbox, Password, Server

WORD = "ge heim: §"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Iterator[Path]:
    with authority.cert_pem.tempfile(dir=str(tmp_path)) as file:
        yield Path(file)


def make_mail(*to: Mailbox, text: str = "Text\r\n.\r\n..dots\r\n.") -> Mail:
    at = datetime(2026, 4, 30, tzinfo=UTC)
    return write_message(sender=ADA, recipients=to or (ADA,), subject="Papers", text=text, html="<p>", at=at)


def deliver(server: Server, mail: Mail, *, word: str = WORD, trusted: Path | None = None) -> dict[str, str]:
    handed: list[str] = []
    variables = {"SSL_CERT_FILE": str(trusted)} if trusted else {}
    post = SmtpTransport(server, lambda: Password(word), lambda: tls_context(variables))
    outcomes = post.deliver(mail, mail.recipients, handed.extend)
    assert set(handed) >= {address for address, outcome in outcomes.items() if outcome.status == "confirmed"}
    return {address: outcome.status for address, outcome in outcomes.items()}


def test_plain_delivery_to_loopback_preserves_every_byte() -> None:
    mail = make_mail(ADA, BOB)
    with smtp_server() as (inbox, port):
        assert deliver(Server("127.0.0.1", port), mail) == dict.fromkeys((ADA.address, BOB.address), "confirmed")
    assert [(taken.sender, taken.to, taken.data) for taken in inbox.mails] == [
        (ADA.address, (ADA.address, BOB.address), mail.data)
    ]
    assert inbox.private == [False]


def test_starttls_if_offered_and_a_login_after_it(authority: trustme.CA, trusted: Path) -> None:
    with smtp_server(certificate=authority.issue_cert("127.0.0.1"), passwords={"ada": WORD}) as (inbox, port):
        deliver(Server("127.0.0.1", port, user="ada"), make_mail(), trusted=trusted)
        with pytest.raises(SmtpFailedError, match="refused the login of ada"):
            deliver(Server("127.0.0.1", port, user="ada"), make_mail(), word="wrong", trusted=trusted)
    assert (inbox.private, inbox.users) == ([True], ["ada"])


def test_tls_from_the_first_byte(authority: trustme.CA, trusted: Path) -> None:
    certificate = authority.issue_cert("localhost")
    with smtp_server(certificate=certificate, implicit=True, passwords={"ada": WORD}) as (inbox, port):
        deliver(Server("localhost", port, "always", "ada"), make_mail(), trusted=trusted)
    assert (len(inbox.mails), inbox.users) == (1, ["ada"])


def test_tls_none_disables_starttls(authority: trustme.CA) -> None:
    with smtp_server(certificate=authority.issue_cert("127.0.0.1")) as (inbox, port):
        deliver(Server("127.0.0.1", port, "none"), make_mail())
    assert inbox.private == [False]


@pytest.mark.parametrize("ways", ["PLAIN", "LOGIN", "CRAM-MD5", "LOGIN PLAIN XOAUTH2"])
def test_login_methods(ways: str) -> None:
    answers = {"AUTH": ["334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+", ""]} if ways == "CRAM-MD5" else {}
    script = Script(dict(answers), (f"AUTH {ways}",))
    with scripted_server(script) as port:
        if ways == "CRAM-MD5":  # the script does not know the answer to the challenge
            with pytest.raises(SmtpFailedError, match="refused the login"):
                deliver(Server("127.0.0.1", port, user="ada"), make_mail())
            assert max(map(len, script.commands)) > 40
        else:
            deliver(Server("127.0.0.1", port, user="ada"), make_mail())
            assert script.commands[1].startswith(f"AUTH {'PLAIN' if 'PLAIN' in ways else 'LOGIN'} ")
    assert WORD not in " ".join(script.commands)


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    script = Script({"AUTH": [f"535 no {WORD} here"]}, ("AUTH PLAIN",))
    with scripted_server(script) as port, pytest.raises(SmtpFailedError) as raised:
        deliver(Server("127.0.0.1", port, user="ada"), make_mail())
    assert "(535 no ... here)" in raised.value.sentence
    assert raised.value.__cause__ is not None
    assert WORD not in repr(raised.value.__cause__)


def test_a_reply_cannot_control_the_terminal() -> None:
    script = Script({"MAIL": ["550 \x1b[2J\x07no\u202e" + "x" * 3000]})
    with scripted_server(script) as port, pytest.raises(SmtpFailedError) as raised:
        deliver(Server("127.0.0.1", port), make_mail())
    assert raised.value.sentence.isprintable()
    assert len(raised.value.sentence) < 400


@pytest.mark.parametrize("answer", ["251 forwarded", "200 queued", "252 taken"])
def test_any_2xx_reply_confirms_the_mail(answer: str) -> None:
    with scripted_server(Script({"message": [answer]})) as port:
        assert deliver(Server("127.0.0.1", port), make_mail()) == {ADA.address: "confirmed"}


def test_non_ascii_letters_before_the_at_need_smtputf8() -> None:
    far = Mailbox("jürgen@exämple.org")
    with smtp_server() as (inbox, port):
        assert deliver(Server("127.0.0.1", port), make_mail(far)) == {far.address: "confirmed"}
    assert inbox.mails[0].to == ("jürgen@xn--exmple-cua.org",)
    with scripted_server(Script()) as port, pytest.raises(SmtpFailedError, match="SMTPUTF8"):
        deliver(Server("127.0.0.1", port), make_mail(far))


def test_the_size_is_announced() -> None:
    script = Script()
    with scripted_server(script) as port:
        mail = make_mail()
        deliver(Server("127.0.0.1", port), mail)
    assert f"size={len(mail.data)}" in script.commands[1].lower()
    assert script.commands[0].lower() == "ehlo [127.0.0.1]"  # not this machine's name


def test_unreadable_certificates(tmp_path: Path) -> None:
    for file in (tmp_path / "none.pem", tmp_path / "empty.pem"):
        (tmp_path / "empty.pem").touch()
        with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
            tls_context({"SSL_CERT_FILE": str(file)})
    assert tls_context({}).verify_mode == ssl.CERT_REQUIRED
    assert tls_context({}).check_hostname
