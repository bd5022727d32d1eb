"""Send a mail over SMTP (RFC 5321): one try with a definite result.

smtplib is called step by step, so that each step has specific error messages.
"""

from __future__ import annotations

import base64
import hmac
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from papertui.digest.message import wire_address
from papertui.digest.model import Mail, RecipientResult
from papertui.digest.smtp_errors import (
    Code,
    CodeClass,
    SmtpFailedError,
    SmtpReplyError,
    Stage,
    code_class,
    connection_failure,
    reply_error,
)
from papertui.errors import SettingsError
from papertui.model.mailbox import Mailbox, Password, Server

#: The limits of one reply: lines, and bytes in a line.
_MOST_LINES, _LONGEST_LINE = 100, 4096
_ACCEPTED = frozenset({Code.OK, Code.FORWARDS, Code.UNVERIFIED})
#: Called with the accepted recipients right before the message is completed; may raise to cancel the delivery.
HandOver = Callable[[Sequence[str]], None]
#: Called with the results as soon as they are known: closing the connection may take long or never end.
Settle = Callable[[Mapping[str, RecipientResult]], None]


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that checks certificates against the system's authorities or ``SSL_CERT_FILE``/``SSL_CERT_DIR``.

    Raises:
        SettingsError: the file or folder in the variables cannot be read.
    """
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:  # includes ssl.SSLError, raised for a file without certificates
        raise SettingsError(
            "The certificates of trusted authorities cannot be read; check SSL_CERT_FILE and SSL_CERT_DIR."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class SmtpClient(smtplib.SMTP):
    """An smtplib client with bounded replies, passwords in any script, and without the local host name."""

    file: object

    def __init__(self, host: str, timeout: float) -> None:
        # By default smtplib looks up the local name, which may be slow, and sends it to every server.
        super().__init__(local_hostname="localhost", timeout=timeout)
        self._host = host

    @property
    def is_private(self) -> bool:
        """Whether the connection is encrypted."""
        return isinstance(self.sock, ssl.SSLSocket)

    def reach(self, port: int, context: ssl.SSLContext | None) -> None:
        self.sock = socket.create_connection((self._host, port), self.timeout)
        if context is not None:
            self.wrap(context)
        self.file = None
        name = self.sock.getsockname()[0]
        self.local_hostname = f"[IPv6:{name}]" if ":" in name else f"[{name}]"

    def wrap(self, context: ssl.SSLContext) -> None:
        """Start TLS and discard what the server said before (RFC 3207)."""
        self.sock = context.wrap_socket(self._connected(), server_hostname=self._host)
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def _connected(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return self.sock

    def greet(self) -> None:
        """Send EHLO, or HELO if the server does not support it."""
        code, reply = self.ehlo()
        if code_class(code) != CodeClass.SUCCESS:
            if code_class(code) == CodeClass.TEMPORARY:
                raise SmtpReplyError("hello", code, reply)
            self.expect("hello", Code.OK, self.helo())

    @staticmethod
    def expect(stage: Stage, code: int, reply: tuple[int, bytes]) -> None:
        """Raise `SmtpReplyError` if the server did not answer with `code`."""
        if reply[0] != code:
            raise SmtpReplyError(stage, *reply)

    def wait(self, seconds: float) -> None:
        """Set the time limit for the next replies."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, up to a limit."""
        if self.file is None:
            self.file = self._connected().makefile("rb")
        lines: list[bytes] = []
        while True:
            line: bytes = self.file.readline(_LONGEST_LINE)  # type: ignore[attr-defined]
            if not line.endswith(b"\n"):
                raise smtplib.SMTPServerDisconnected("the connection was closed, or a reply is too long")
            code, more = line[:3], line[3:4]
            if not code.isdigit() or len(lines) >= _MOST_LINES:
                return -1, line.strip()
            lines.append(line[4:].strip())
            if more != b"-":
                return int(code), b"\n".join(lines)

    def auth(
        self, mechanism: str, authobject: Callable[..., str], *, initial_response_ok: bool = True
    ) -> tuple[int, bytes]:
        """Like smtplib's method, for passwords with letters outside ASCII as well (RFC 4616)."""
        first = authobject() if initial_response_ok else None
        code, reply = self.docmd("AUTH", mechanism if first is None else f"{mechanism} {_coded(first)}")
        for _ in range(3):
            if code != Code.CHALLENGE:
                break
            code, reply = self.docmd(_coded(authobject(base64.b64decode(reply))))
        if code in {Code.LOGGED_IN, Code.BAD_SEQUENCE}:  # 503: logged in already
            return code, reply
        raise smtplib.SMTPAuthenticationError(code, reply)

    def auth_cram_md5(self, challenge: bytes | None = None) -> str | None:  # type: ignore[override]
        """Like smtplib's answer to a challenge (RFC 2195), for passwords with letters outside ASCII as well."""
        if challenge is None:
            return None
        return f"{self.user} {hmac.new(self.password.encode(), challenge, 'md5').hexdigest()}"

    def leave(self, *, politely: bool) -> None:
        """Close the connection; `politely` sends QUIT first."""
        if politely and self.sock is not None:
            with suppress(smtplib.SMTPException, OSError, ValueError):
                self.sock.settimeout(2.0)
                self.putcmd("QUIT")
                self.getreply()
        self.close()


class Deadline:
    """Closes a connection after a deadline, even if the server keeps sending slowly."""

    def __init__(self, client: SmtpClient, seconds: float) -> None:
        self._client = client
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(max(0.0, seconds), self._close)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Cancel the deadline; after that it no longer closes the connection."""
        self._timer.cancel()
        self._timer.join()

    def _close(self) -> None:
        held = self._client.sock
        if held is not None:
            # The plain socket's method: that of the TLS socket must not be called while another thread reads.
            with suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)


@contextmanager
def with_deadline(client: SmtpClient, seconds: float) -> Iterator[Deadline]:
    """Close the connection of `client` if the block takes longer than `seconds`."""
    watch = Deadline(client, seconds)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def _coded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


class SmtpLimits(NamedTuple):
    """Time limits in seconds."""

    step: float = 20.0  # For one reply
    message: float = 60.0  # For the reply to the message, which may be scanned for viruses first
    total: float = 120.0  # For one mail, all tries together


class SmtpTransport:
    """Delivers mails to one server.

    Args:
        server: the server.
        password: finds the password; called when it is needed.
        trust: creates the TLS context; called when it is needed.
        limits: time limits.
    """

    def __init__(
        self,
        server: Server,
        password: Callable[[], Password],
        trust: Callable[[], ssl.SSLContext],
        limits: SmtpLimits | None = None,
    ) -> None:
        self.server = server
        self.limits = limits or SmtpLimits()
        self._password = password
        self._trust = trust

    def deliver(
        self,
        mail: Mail,
        to: Sequence[Mailbox],
        hand_over: HandOver,
        within: float | None = None,
        settle: Settle | None = None,
    ) -> dict[str, RecipientResult]:
        """Deliver `mail` to the recipients `to` in one try.

        Args:
            mail: the mail.
            to: some of its recipients.
            hand_over: called right before the message is completed; it can only be delivered after that.
            within: the time limit in seconds.
            settle: called with the results before the connection is closed, unless the try failed for all recipients.

        Returns:
            The result for each address.

        Raises:
            SmtpFailedError: the try failed for all recipients.
            MailError: there is no password, or an address cannot be encoded.
            SettingsError: the password or the certificates cannot be read.
        """
        progress = _Progress()
        total = self.limits.total if within is None else within
        client = SmtpClient(self.server.host, min(self.limits.step, total))
        with with_deadline(client, total) as watch:
            try:
                self._open(client, progress)
                outcomes = self._hand(client, mail, to, hand_over, progress)
                if settle is not None:
                    settle(outcomes)
            except SmtpReplyError as reply:
                raise reply_error(reply, self.server, progress.about) from reply
            except (smtplib.SMTPException, OSError, ValueError) as error:
                # When the deadline closes the connection, it looks as if the server had closed it.
                cause = TimeoutError() if watch.is_over else error
                raise connection_failure(cause, progress.stage, self.server, sent=progress.sent) from error
            else:
                return outcomes
            finally:
                client.leave(politely=progress.settled)

    def _open(self, client: SmtpClient, progress: _Progress) -> None:
        """Connect, start TLS and log in."""
        server = self.server
        context = self._trust() if server.tls != "none" else None
        secret = self._password() if server.user else None
        client.reach(server.port, context if server.tls == "always" else None)
        progress.enter("greeting")
        client.expect("greeting", Code.READY, client.getreply())
        progress.enter("hello")
        client.greet()
        if server.tls == "starttls" and context is not None:
            progress.enter("tls")
            if client.has_extn("starttls"):
                client.expect("tls", Code.READY, client.docmd("STARTTLS"))
                client.wrap(context)
                progress.enter("hello")
                client.greet()
            elif not server.may_be_plain:
                raise SmtpFailedError(
                    f"{server.name} offers no TLS, so nothing was sent. To send mail without encryption, add ?tls=none "
                    "to its address."
                )
        if secret is not None:
            progress.enter("login", server.user)
            self._log_in(client, secret)

    def _log_in(self, client: SmtpClient, secret: Password) -> None:
        if not client.is_private and not self.server.may_be_plain:
            raise AssertionError("the password must not be sent in clear text")  # `_open` makes sure of that
        if not client.has_extn("auth"):
            raise SmtpFailedError(f"{self.server.name} offers no login; remove “{self.server.user}@” from its address.")
        try:
            client.login(self.server.user, secret.reveal())
        except smtplib.SMTPAuthenticationError as error:
            reply = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            # Some servers repeat the password. The cause is left out for the same reason.
            raise SmtpReplyError("login", error.smtp_code, _without(reply, secret)) from None
        except smtplib.SMTPException as error:
            if isinstance(error, smtplib.SMTPServerDisconnected):
                raise
            raise SmtpFailedError(
                f"{self.server.name} offers no supported login method (PLAIN, LOGIN, CRAM-MD5)."
            ) from error

    def _hand(
        self, client: SmtpClient, mail: Mail, to: Sequence[Mailbox], hand_over: HandOver, progress: _Progress
    ) -> dict[str, RecipientResult]:
        sender = wire_address(mail.sender)
        progress.enter("sender", sender)
        client.expect("sender", Code.OK, client.mail(sender, self._options(client, mail)))
        outcomes: dict[str, RecipientResult] = {}
        for box in to:
            progress.enter("recipient", box.address)
            code, reply = client.rcpt(wire_address(box))
            if code in _ACCEPTED:
                continue
            failure = reply_error(SmtpReplyError("recipient", code, reply), self.server, box.address)
            if code == Code.CLOSING:
                raise failure
            outcomes[box.address] = RecipientResult("deferred" if failure.again else "refused", failure.sentence)
        accepted = [box.address for box in to if box.address not in outcomes]
        if not accepted:
            progress.settled = True
            return outcomes
        progress.enter("message")
        client.expect("message", Code.SEND_MESSAGE, client.docmd("DATA"))
        client.wait(self.limits.message)
        client.send(_dotted(mail.data))
        # Nothing is delivered before the line with the dot. After it the result may stay unknown: record that first.
        hand_over(accepted)
        progress.sent = True
        client.send(b".\r\n")
        code, reply = client.getreply()
        if code_class(code) not in set(CodeClass):
            raise smtplib.SMTPServerDisconnected("the reply to the message is not valid")
        progress.sent, progress.settled = False, True
        # The first digit alone says whether the mail was accepted (RFC 5321, 4.3.2): do not send it again after 251.
        if code_class(code) != CodeClass.SUCCESS:
            raise SmtpReplyError("message", code, reply)
        return {**outcomes, **{address: RecipientResult("confirmed") for address in accepted}}

    def _options(self, client: SmtpClient, mail: Mail) -> list[str]:
        """The options of MAIL FROM."""
        options = []
        size = len(mail.data)
        if client.has_extn("size"):
            most = client.esmtp_features["size"].strip()
            if most.isdecimal() and 0 < int(most) < size:
                raise SmtpFailedError(
                    f"{self.server.name} accepts mails up to {int(most):,} bytes, and this one has {size:,}; make it "
                    "smaller with --top.",
                    final=True,
                )
            options.append(f"SIZE={size}")
        if not all(box.address.rpartition("@")[0].isascii() for box in (mail.sender, *mail.recipients)):
            if not client.has_extn("smtputf8"):
                raise SmtpFailedError(
                    f"{self.server.name} does not support letters outside ASCII before the @ (SMTPUTF8); use another "
                    "address."
                )
            options.append("SMTPUTF8")
            client.command_encoding = "utf-8"
        return options


class _Progress:
    """The progress of a try."""

    def __init__(self) -> None:
        self.stage: Stage = "connection"
        self.about = ""
        #: Whether the server may have the whole message, but its reply is missing.
        self.sent = False
        #: Whether only QUIT is left.
        self.settled = False

    def enter(self, stage: Stage, about: str = "") -> None:
        self.stage, self.about = stage, about


def _dotted(data: bytes) -> bytes:
    """A message with doubled leading dots (RFC 5321, 4.5.2)."""
    text = data if data.endswith(b"\r\n") else data + b"\r\n"
    return (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:]


def _without(reply: bytes, secret: Password) -> bytes:
    """`reply` without the password in any of its encodings."""
    word = secret.reveal().encode()
    for form in (word, base64.b64encode(word)):
        reply = reply.replace(form, b"...")
    return reply
