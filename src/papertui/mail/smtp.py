"""Handing a mail over to its server (SMTP, RFC 5321): one try, of which every end is told.

Python's own smtplib does the talking, step by step, so that each step can say what went wrong in it.
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

#: Told which addresses the server takes the mail for, right before the message is ended; raises to call it off.
Handing = Callable[[Sequence[str]], None]
#: Told what became of the mail, as soon as that is known: the good-byes may take long, or never come to an end.
Noting = Callable[[Mapping[str, Outcome]], None]
_OK, _GO_ON = 250, 354
_ACCEPTED = frozenset({250, 251, 252})


class Limits(NamedTuple):
    """How long a server may take, in seconds.

    Attributes:
        step: for one answer.
        message: for the answer to the message, before which it may be looked at for viruses.
        total: for one mail, all tries together.
    """

    step: float = 20.0
    message: float = 60.0
    total: float = 120.0


class SmtpPost:
    """The way to one server.

    Args:
        server: where it is.
        password: gives the password of its user; asked when it is needed.
        trust: makes what checks certificates.
        limits: how long things may take.
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
        """Hands `letter` over for the recipients `to`, in one try.

        Args:
            letter: the mail.
            to: who of its recipients gets it.
            handing: called right before the message is ended; only from then on can it arrive.
            within: seconds this may take in all.
            noting: called with what became of it before good-bye is said, unless the try failed for all of them.

        Returns:
            What became of it, by address.

        Raises:
            Fault: the try failed for all of them.
            MailError: there is no password, or an address cannot be written.
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
                # The watch closes the connection, which looks as if the server had.
                cause = TimeoutError() if watch.is_over else error
                raise error_fault(cause, at.stage, self.server, sent=at.sent) from error
            else:
                return outcomes
            finally:
                client.leave(politely=at.settled)

    def _open(self, client: Client, at: _Stage) -> None:
        """Connects, and brings the connection to where mail can be sent."""
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
                    f"{server.name} offers no TLS, so nothing was sent. If mail may go there readable for everybody on "
                    "the way, add ?tls=none to its address."
                )
        if secret is not None:
            at.enter("login", server.user)
            self._log_in(client, secret)

    def _log_in(self, client: Client, secret: Secret) -> None:
        if not client.is_private and not self.server.may_be_plain:
            raise AssertionError("a password would have been sent readable")  # `_open` does not let it come to this
        if not client.has_extn("auth"):
            raise Fault(f"{self.server.name} offers no login; leave “{self.server.user}@” out of its address.")
        try:
            client.login(self.server.user, secret.reveal())
        except smtplib.SMTPAuthenticationError as error:
            said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            # Some servers say what they were told. The cause is left out for the same reason.
            raise Reply("login", error.smtp_code, _without(said, secret)) from None
        except smtplib.SMTPException as error:
            if isinstance(error, smtplib.SMTPServerDisconnected):
                raise
            raise Fault(
                f"{self.server.name} offers no way to log in that papertui knows (PLAIN, LOGIN, CRAM-MD5)."
            ) from error

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
            if code == 421:  # noqa: PLR2004 - it closes the connection (RFC 5321)
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
        # Nothing is delivered before the line with the dot. What can be known ends here, and this is noted first.
        handing(accepted)
        at.sent = True
        client.send(b".\r\n")
        code, said = client.getreply()
        if code // 100 not in {2, 4, 5}:
            raise smtplib.SMTPServerDisconnected("the answer to the message cannot be understood")
        at.sent, at.settled = False, True
        # Its first digit alone says whether the mail was taken (RFC 5321, 4.3.2): not to be sent anew for 251.
        if code // 100 != 2:  # noqa: PLR2004 - as told
            raise Reply("message", code, said)
        return {**outcomes, **{address: Outcome("confirmed") for address in accepted}}

    def _options(self, client: Client, letter: Letter) -> list[str]:
        """What is said of the message before it is sent."""
        options = []
        size = len(letter.data)
        if client.has_extn("size"):
            most = client.esmtp_features["size"].strip()
            if most.isdecimal() and 0 < int(most) < size:
                raise Fault(
                    f"{self.server.name} takes no mail over {int(most):,} bytes, and this one has {size:,}; make it "
                    "smaller with --top.",
                    final=True,
                )
            options.append(f"SIZE={size}")
        if not all(box.address.rpartition("@")[0].isascii() for box in (letter.sender, *letter.recipients)):
            if not client.has_extn("smtputf8"):
                raise Fault(
                    f"{self.server.name} takes no addresses with letters outside ASCII before the @ (SMTPUTF8); use "
                    "another address."
                )
            options.append("SMTPUTF8")
            client.command_encoding = "utf-8"
        return options


class _Stage:
    """How far a try has come."""

    def __init__(self) -> None:
        self.stage: Stage = "way"
        self.about = ""
        #: Whether all of the message may be at the server, and its answer is not.
        self.sent = False
        #: Whether there is nothing left to be said but good-bye.
        self.settled = False

    def enter(self, stage: Stage, about: str = "") -> None:
        self.stage, self.about = stage, about


def _dotted(data: bytes) -> bytes:
    """A message as it is sent: lines that begin with a dot get another one (RFC 5321, 4.5.2)."""
    text = data if data.endswith(b"\r\n") else data + b"\r\n"
    return (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:]


def _without(said: bytes, secret: Secret) -> bytes:
    """`said`, without the password in any of the forms in which it was sent."""
    word = secret.reveal().encode()
    for form in (word, base64.b64encode(word)):
        said = said.replace(form, b"...")
    return said
