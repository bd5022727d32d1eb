"""A mail server on loopback (aiosmtpd) that accepts everything, with optional TLS and logins."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class Delivered:
    """A mail that a server accepted."""

    sender: str
    to: tuple[str, ...]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Inbox:
    """The mails and sessions of a server; one that `holds` accepts no mail until it is `opened`."""

    mails: list[Delivered] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    holds: bool = False
    opened: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del server
        if self.holds:
            await asyncio.to_thread(self.opened.wait)
        data = envelope.content
        assert isinstance(data, bytes)
        self.mails.append(Delivered(envelope.mail_from or "", tuple(envelope.rcpt_tos), data))
        self.private.append(session.ssl is not None)
        login: Any = session.auth_data
        self.users.append(login.login.decode() if isinstance(login, LoginPassword) else "")
        return "250 2.0.0 OK"


@contextmanager
def smtp_server(
    *, certificate: trustme.LeafCert | None = None, implicit: bool = False, passwords: Mapping[str, str] | None = None
) -> Iterator[tuple[Inbox, int]]:
    """Run aiosmtpd on loopback, with STARTTLS or TLS if there is a `certificate`; yield its box and port."""
    inbox = Inbox()
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        known = (passwords or {}).get(data.login.decode())
        right = known is not None and data.password.decode() == known
        return AuthResult(success=right, handled=False, auth_data=data)

    chosen: dict[str, Any] = {"ssl_context": context} if implicit else {"tls_context": context}
    if passwords is not None:
        # aiosmtpd reports TLS only after STARTTLS.
        known_tls = context is not None and not implicit
        chosen |= {"authenticator": check, "auth_required": known_tls, "auth_require_tls": known_tls}
    server = Controller(inbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True, **chosen)
    server.start()
    try:
        yield inbox, server.port
    finally:
        server.stop()


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
