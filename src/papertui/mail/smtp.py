"""Delivery of a mail to its server (SMTP, RFC 5321): one try with a definite result.

smtplib is called step by step, so that each step has specific error messages.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.record import Outcome
from papertui.core.mailing.server import Secret, Server
from papertui.mail.client import Client, watched
from papertui.mail.fault import Fault, Stage
from papertui.mail.refusals import Reply, error_fault, reply_fault
from papertui.mail.wire import wire_address

#: Called with the accepted recipients right before the message is completed; may raise to cancel the delivery.
Handing = Callable[[Sequence[str]], None]
#: Called with the results as soon as they are known: closing the connection may take long or never end.
Noting = Callable[[Mapping[str, Outcome]], None]
_OK, _GO_ON = 250, 354
_ACCEPTED = frozenset({250, 251, 252})


class Limits(NamedTuple):
    """Time limits in seconds."""

    step: float = 20.0  # For one reply
    message: float = 60.0  # For the reply to the message, which may be scanned for viruses first
    total: float = 120.0  # For one mail, all tries together


class SmtpPost:
    """Delivers mails to one server.

    Args:
        server: the server.
        password: returns the password, called when it is needed.
        trust: creates the TLS context.
        limits: time limits.
    """

    def __init__(
        self,
        server: Server,
        password: Callable[[], Secret],
        trust: Callable[[], ssl.SSLContext],
        limits: Limits | None = None,
    ) -> None:
        self.server = server
        self.limits = limits or Limits()
        self._password = password
        self._trust = trust

    def deliver(
        self,
        letter: Letter,
        to: Sequence[Mailbox],
        handing: Handing,
        within: float | None = None,
        noting: Noting | None = None,
    ) -> dict[str, Outcome]:
        """Deliver `letter` to the recipients `to` in one try.

        Args:
            letter: the mail.
            to: some of its recipients.
            handing: called right before the message is completed; it can only be delivered after that.
            within: the time limit in seconds.
            noting: called with the results before the connection is closed, unless the try failed for all recipients.

        Returns:
            The result for each address.

        Raises:
            Fault: the try failed for all recipients.
            MailError: there is no password, or an address cannot be encoded.
            SettingsError: the password or the certificates cannot be read.
        """
        at = _Stage()
        total = self.limits.total if within is None else within
        client = Client(self.server.host, min(self.limits.step, total))
        with watched(client, total) as watch:
            try:
                self._open(client, at)
                outcomes = self._hand(client, letter, to, handing, at)
                if noting is not None:
                    noting(outcomes)
            except Reply as reply:
                raise reply_fault(reply, self.server, at.about) from reply
            except (smtplib.SMTPException, OSError, ValueError) as error:
                # When the deadline closes the connection, it looks as if the server had closed it.
                cause = TimeoutError() if watch.is_over else error
                raise error_fault(cause, at.stage, self.server, sent=at.sent) from error
            else:
                return outcomes
            finally:
                client.leave(politely=at.settled)

    def _open(self, client: Client, at: _Stage) -> None:
        """Connect, start TLS and log in."""
        server = self.server
        context = self._trust() if server.tls != "none" else None
        secret = self._password() if server.user else None
        client.reach(server.port, context if server.tls == "always" else None)
        at.enter("greeting")
        client.expect("greeting", 220, client.getreply())
        at.enter("hello")
        client.greet()
        if server.tls == "starttls" and context is not None:
            at.enter("tls")
            if client.has_extn("starttls"):
                client.expect("tls", 220, client.docmd("STARTTLS"))
                client.wrap(context)
                at.enter("hello")
                client.greet()
            elif not server.may_be_plain:
                raise Fault(
                    f"{server.name} offers no TLS, so nothing was sent. To send mail without encryption, add ?tls=none "
                    "to its address."
                )
        if secret is not None:
            at.enter("login", server.user)
            self._log_in(client, secret)

    def _log_in(self, client: Client, secret: Secret) -> None:
        if not client.is_private and not self.server.may_be_plain:
            raise AssertionError("the password must not be sent in clear text")  # `_open` makes sure of that
        if not client.has_extn("auth"):
            raise Fault(f"{self.server.name} offers no login; remove “{self.server.user}@” from its address.")
        try:
            client.login(self.server.user, secret.reveal())
        except smtplib.SMTPAuthenticationError as error:
            said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            # Some servers repeat the password. The cause is left out for the same reason.
            raise Reply("login", error.smtp_code, _without(said, secret)) from None
        except smtplib.SMTPException as error:
            if isinstance(error, smtplib.SMTPServerDisconnected):
                raise
            raise Fault(f"{self.server.name} offers no supported login method (PLAIN, LOGIN, CRAM-MD5).") from error

    def _hand(
        self, client: Client, letter: Letter, to: Sequence[Mailbox], handing: Handing, at: _Stage
    ) -> dict[str, Outcome]:
        sender = wire_address(letter.sender)
        at.enter("sender", sender)
        client.expect("sender", _OK, client.mail(sender, self._options(client, letter)))
        outcomes: dict[str, Outcome] = {}
        faults: list[Fault] = []
        for box in to:
            at.enter("recipient", box.address)
            code, said = client.rcpt(wire_address(box))
            if code in _ACCEPTED:
                continue
            reply = Reply("recipient", code, said)
            fault = reply_fault(reply, self.server, box.address)
            if code == 421:  # noqa: PLR2004 - the server closes the connection (RFC 5321)
                raise fault
            outcomes[box.address] = Outcome("deferred" if fault.again else "refused", fault.sentence)
            faults.append(fault)
        accepted = [box.address for box in to if box.address not in outcomes]
        if not accepted:
            at.settled = True
            return outcomes
        at.enter("message")
        client.expect("message", _GO_ON, client.docmd("DATA"))
        client.wait(self.limits.message)
        client.send(_dotted(letter.data))
        # Nothing is delivered before the line with the dot. After it the result may stay unknown: record that first.
        handing(accepted)
        at.sent = True
        client.send(b".\r\n")
        code, said = client.getreply()
        if code // 100 not in {2, 4, 5}:
            raise smtplib.SMTPServerDisconnected("the reply to the message is not valid")
        at.sent, at.settled = False, True
        # The first digit alone says whether the mail was accepted (RFC 5321, 4.3.2): do not send it again after 251.
        if code // 100 != 2:  # noqa: PLR2004 - see above
            raise Reply("message", code, said)
        return {**outcomes, **{address: Outcome("confirmed") for address in accepted}}

    def _options(self, client: Client, letter: Letter) -> list[str]:
        """The options of MAIL FROM."""
        options = []
        size = len(letter.data)
        if client.has_extn("size"):
            most = client.esmtp_features["size"].strip()
            if most.isdecimal() and 0 < int(most) < size:
                raise Fault(
                    f"{self.server.name} accepts mails up to {int(most):,} bytes, and this one has {size:,}; make it "
                    "smaller with --top.",
                    final=True,
                )
            options.append(f"SIZE={size}")
        if not all(box.address.rpartition("@")[0].isascii() for box in (letter.sender, *letter.recipients)):
            if not client.has_extn("smtputf8"):
                raise Fault(
                    f"{self.server.name} does not support letters outside ASCII before the @ (SMTPUTF8); use another "
                    "address."
                )
            options.append("SMTPUTF8")
            client.command_encoding = "utf-8"
        return options


class _Stage:
    """The progress of a try."""

    def __init__(self) -> None:
        self.stage: Stage = "way"
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


def _without(said: bytes, secret: Secret) -> bytes:
    """`said` without the password in any of its encodings."""
    word = secret.reveal().encode()
    for form in (word, base64.b64encode(word)):
        said = said.replace(form, b"...")
    return said
