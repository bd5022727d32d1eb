"""Rendering, SMTP transport and schedulers behind one object. Heavy to import: Jinja, email, smtplib, keyring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from papertui.digest.message import write_letter
from papertui.digest.model import Digest, Mail
from papertui.digest.password import find_password, password_in_keyring
from papertui.digest.render import as_html, as_text, subject
from papertui.digest.schedule import task_for
from papertui.digest.schedulers import ScheduledTask, Scheduler, schedulers
from papertui.digest.smtp import SmtpTransport, tls_context
from papertui.model.mailbox import Mailbox, Server
from papertui.model.period import PeriodKind


class Mailer:
    """Writes, sends and schedules mails.

    Args:
        environ: the environment variables.
        templates: the folder of custom templates.
        python: the full path of the Python interpreter.
    """

    def __init__(self, environ: Mapping[str, str], templates: Path | None, python: str) -> None:
        self._environ = environ
        self._templates = templates
        self._python = python

    def post(self, server: Server, command: Sequence[str]) -> SmtpTransport:
        """A connection to `server`; `command` is the program that prints the password."""
        # Read the password once for all tries: the program may prompt the reader.
        password = cache(lambda: find_password(server, command, password_in_keyring))
        return SmtpTransport(server, password, lambda: tls_context(self._environ))

    def letter(
        self,
        digest: Digest,
        sender: Mailbox,
        to: Sequence[Mailbox],
        at: datetime,
        prefix: str = "",
        unsubscribe: str = "",
    ) -> Mail:
        """A digest as a mail.

        Args:
            digest: the content.
            sender: the From address.
            to: the To addresses.
            at: the date in the header.
            prefix: a text before the subject.
            unsubscribe: the address to unsubscribe.

        Raises:
            SettingsError: a custom template cannot be used.
            MailError: an address cannot be encoded.
        """
        return write_letter(
            sender=sender,
            recipients=to,
            subject=prefix + subject(digest),
            text=as_text(digest, self._templates, unsubscribe),
            html=as_html(digest, self._templates, unsubscribe),
            at=at,
            unsubscribe=unsubscribe,
        )

    def schedulers(self) -> Iterator[Scheduler]:
        """The schedulers of this machine, the best one first."""
        return schedulers(self._environ)

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return task_for(kind, self._environ, self._python)
