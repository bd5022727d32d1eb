"""What can go wrong while a mail is sent, in sentences, and whether another try can help."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from enum import IntEnum
from typing import Literal

from papertui.model.mailbox import Server
from papertui.model.safe_text import one_line

#: The step: connecting, the greeting, EHLO, TLS, login, the sender, a recipient, the message.
Stage = Literal["connection", "greeting", "hello", "tls", "login", "sender", "recipient", "message"]

_LONGEST_REPLY = 200
_GREY = re.compile(r"gr[ae]y-?list|try again (in|later)|come back (in|later)|deferred", re.IGNORECASE)
_SIZE = re.compile(r"\b5\.3\.4\b|too (big|large)|exceeds?\b.*\bsize|size\b.*\bexceed|message size", re.IGNORECASE)
_NEEDS_TLS = re.compile(r"starttls|\btls\b|encrypt", re.IGNORECASE)
_NEEDS_LOGIN = re.compile(r"authenticat|\bauth\b|log ?in|relay", re.IGNORECASE)
#: X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID
_EXPIRED, _NOT_YET_VALID = 10, 9
_OTHER_NAME = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


class Code(IntEnum):
    """Reply codes of a server (RFC 5321, RFC 4954)."""

    READY = 220
    LOGGED_IN = 235
    OK = 250
    FORWARDS = 251
    UNVERIFIED = 252
    CHALLENGE = 334
    SEND_MESSAGE = 354
    CLOSING = 421
    BAD_SEQUENCE = 503
    TLS_OR_LOGIN_REQUIRED = 530  # RFC 3207 and RFC 4954


class CodeClass(IntEnum):
    """The first digit of a reply code."""

    SUCCESS = 2
    TEMPORARY = 4
    PERMANENT = 5


def code_class(code: int) -> int:
    return code // 100


class SmtpFailedError(Exception):
    """A delivery attempt failed.

    Attributes:
        sentence: the message for the reader.
        again: whether another try soon may succeed.
        unsure: whether the mail may have been delivered.
        final: whether the server will never accept this mail.
    """

    def __init__(self, sentence: str, *, again: bool = False, unsure: bool = False, final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again
        self.unsure = unsure
        self.final = final


class SmtpReplyError(Exception):
    """An unexpected reply of the server.

    Attributes:
        stage: the step.
        code: the three digits.
        text: the text, safe and on one line.
    """

    def __init__(self, stage: Stage, code: int, text: bytes) -> None:
        super().__init__(code)
        self.stage = stage
        self.code = code
        self.text = one_line(text.decode("utf-8", "replace"))[:_LONGEST_REPLY]

    @property
    def is_temporary(self) -> bool:
        """Whether the same command may succeed later."""
        return code_class(self.code) == CodeClass.TEMPORARY

    @property
    def quoted(self) -> str:
        """The code and text in parentheses, for messages."""
        return f"({self.code} {self.text})" if self.text else f"({self.code})"


def reply_error(reply: SmtpReplyError, server: Server, what: str) -> SmtpFailedError:
    """The failure for a reply.

    Args:
        reply: the reply.
        server: the server.
        what: the sender, recipient or user it is about, or empty.
    """
    name, quoted = server.name, reply.quoted
    if code_class(reply.code) not in {CodeClass.TEMPORARY, CodeClass.PERMANENT}:
        return SmtpFailedError(f"{name} does not answer like a mail server {quoted}; check host and port.")
    if reply.is_temporary:
        return SmtpFailedError(_temporary(reply, name, what), again=True)
    if _SIZE.search(reply.text) and reply.stage in {"sender", "message"}:
        return SmtpFailedError(f"The mail is too large for {name} {quoted}; make it smaller with --top.", final=True)
    if reply.code == Code.TLS_OR_LOGIN_REQUIRED and _NEEDS_TLS.search(reply.text):
        advice = "remove ?tls=none, or use" if server.tls == "none" else "use"
        return SmtpFailedError(f"{name} accepts mail only over TLS {quoted}; {advice} smtps://.")
    if reply.stage in {"sender", "recipient"} and (
        reply.code == Code.TLS_OR_LOGIN_REQUIRED or (not server.user and _NEEDS_LOGIN.search(reply.text))
    ):
        who = "accepts mail only after a login" if not server.user else "requires another login"
        return SmtpFailedError(f"{name} {who} {quoted}; add the user to the address: smtp://USER@{name}.")
    sentences: dict[Stage, str] = {
        "greeting": f"{name} accepts no mail from this machine {quoted}; ask its administrator.",
        "hello": f"{name} rejected this machine's name {quoted}; ask its administrator.",
        "tls": f"{name} offers TLS but refused to start it {quoted}; try smtps://.",
        "login": f"{name} refused the login of {what} {quoted}; check user and password.",
        "sender": f"{name} refused {what} as the sender {quoted}; check “from” under [mail].",
        "recipient": f"{name} refused the recipient {what} {quoted}; check the address.",
        "message": f"{name} refused the message {quoted}; nothing was delivered.",
    }
    sentence = sentences.get(reply.stage, f"{name} refused the mail {quoted}.")
    return SmtpFailedError(sentence, final=reply.stage == "message")


def _temporary(reply: SmtpReplyError, name: str, what: str) -> str:
    quoted = reply.quoted
    if reply.stage == "login":
        return f"{name} cannot check the login of {what} at the moment {quoted}; try again in a few minutes."
    later = "the next run tries again"
    if reply.stage == "recipient":
        if _GREY.search(reply.text):
            return f"{name} asks to come back later with mail for {what} (greylisting) {quoted}; {later}."
        return f"{name} does not accept mail for {what} at the moment {quoted}; {later}."
    about = {
        "greeting": "accepts no mail at the moment",
        "hello": "accepts no mail at the moment",
        "tls": "cannot start TLS at the moment",
        "sender": f"does not accept mail from {what} at the moment",
        "message": "did not accept the message for now",
    }.get(reply.stage, "accepts no mail at the moment")
    return f"{name} {about} {quoted}; {later}."


def connection_failure(error: Exception, stage: Stage, server: Server, *, sent: bool) -> SmtpFailedError:
    """The failure for an exception.

    Args:
        error: the exception.
        stage: the step.
        server: the server.
        sent: whether the whole message may have been sent, so that it may have been delivered.
    """
    name = server.name
    causes = tuple(_chain(error))
    if sent:
        why = "took too long to confirm" if _is_slow(causes) else "closed the connection before it confirmed"
        return SmtpFailedError(
            f"{name} {why} the mail, so it may have arrived or not. The next run sends the same mail again; mail "
            "programs recognise it by its Message-ID.",
            unsure=True,
        )
    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        return SmtpFailedError(_certificate(certificate, server))
    if (
        stage in {"connection", "tls"}
        and not _is_slow(causes)
        and any(isinstance(cause, ssl.SSLError) for cause in causes)
    ):
        hint = "smtp:// instead of smtps://" if server.tls == "always" else "smtps:// instead of smtp://"
        return SmtpFailedError(f"{name} and this machine could not negotiate TLS; check the port, or try {hint}.")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        words = f"The mail server {server.host} cannot be found; check its name and the network connection."
    elif _is_slow(causes):
        # A server that expects TLS from the first byte waits for the client, which waits for the greeting.
        tls = "if it uses TLS from the start, write smtps:// instead of smtp://; otherwise "
        hint = tls if stage == "greeting" and server.tls != "always" else ""
        words = f"{name} took too long to answer; {hint}try again in a few minutes."
    elif any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        words = f"There is no mail server at {name}; check host and port, and whether the server is running."
    elif stage == "connection":
        words = f"{name} cannot be reached; check host, port and the network connection."
    elif stage == "greeting":
        words = f"{name} closed the connection without a greeting; check the port, or try again later."
    else:
        words = f"{name} closed the connection; nothing was delivered. Try again in a few minutes."
    return SmtpFailedError(words, again=True)


def _certificate(error: ssl.SSLCertVerificationError, server: Server) -> str:
    name, code = server.name, error.verify_code
    if code == _EXPIRED:
        return f"The certificate of {name} has expired; ask its administrator, and check this machine's clock."
    if code == _NOT_YET_VALID:
        return f"The certificate of {name} is not valid yet; check this machine's clock."
    if code in _OTHER_NAME or "match" in error.verify_message:
        return f"The certificate of {name} is not valid for {server.host}; check the name of the server."
    way = " To connect without encryption, add ?tls=none to its address." if server.is_loopback else ""
    return (
        f"The certificate of {name} is not trusted by this machine; if the server is yours, set SSL_CERT_FILE to its "
        f"authority's certificate.{way}"
    )


def _is_slow(causes: tuple[BaseException, ...]) -> bool:
    return any(isinstance(cause, TimeoutError) for cause in causes)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and its causes."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
