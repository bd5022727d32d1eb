import socket
import ssl

import pytest

from papertui.digest.smtp_errors import SmtpFailedError, SmtpReplyError, Stage, connection_failure, reply_error
from papertui.model.mailbox import Server

FAR, HERE = Server("mail.example.org", 587), Server("localhost", 25)


def chained(cause: Exception) -> Exception:
    """An error with a cause, as smtplib raises them."""
    try:
        try:
            raise cause
        except OSError as error:
            raise ConnectionError("Connection unexpectedly closed") from error
    except ConnectionError as error:
        return error


@pytest.mark.parametrize(
    ("error", "stage", "message", "again"),
    [
        (socket.gaierror(-2, "Name or service not known"), "connection", "mail.example.org cannot be found", True),
        (chained(TimeoutError()), "hello", "took too long to answer", True),
        (chained(ConnectionResetError()), "sender", "closed the connection; nothing was delivered", True),
        (OSError(113, "No route to host"), "connection", "cannot be reached", True),
        (ssl.SSLError(1, "wrong version number"), "tls", "try smtps://", False),
        (ssl.SSLError(1, "bad record"), "message", "closed the connection", True),
    ],
)
def test_connection_errors(error: Exception, stage: Stage, message: str, again: bool) -> None:
    fault = connection_failure(error, stage, FAR, sent=False)
    assert message in fault.sentence
    assert (fault.again, fault.unsure) == (again, False)
    lost = connection_failure(error, stage, FAR, sent=True)
    assert lost.unsure
    assert not lost.again


def refused(code: int, stage: Stage, server: Server = FAR) -> SmtpFailedError:
    return reply_error(SmtpReplyError(stage, code, b"words"), server, "ada")


@pytest.mark.parametrize("stage", ["greeting", "hello", "tls", "login", "sender", "recipient", "message"])
def test_only_temporary_rejections_are_tried_again(stage: Stage) -> None:
    assert refused(451, stage).again
    assert not refused(550, stage).again
    assert refused(550, stage).final == (stage == "message")
    for code in (451, 550):
        assert "words)" in refused(code, stage).sentence


def test_the_hint_to_remove_tls_none_needs_tls_none() -> None:
    reply = SmtpReplyError("sender", 530, b"5.7.0 Must issue a STARTTLS command first")
    assert "remove ?tls=none, or use smtps://" in reply_error(reply, HERE._replace(tls="none"), "ada").sentence
    assert "; use smtps://." in reply_error(reply, HERE, "ada").sentence


def test_tls_none_is_suggested_for_loopback_only() -> None:
    error = ssl.SSLCertVerificationError(1, "self-signed certificate")
    error.verify_code, error.verify_message = 18, "self-signed certificate"
    assert "?tls=none" in connection_failure(error, "tls", HERE, sent=False).sentence
    assert "?tls=none" not in connection_failure(error, "tls", FAR, sent=False).sentence
