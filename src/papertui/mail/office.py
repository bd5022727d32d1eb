"""Rendering, SMTP transport and schedulers behind one object. Heavy to import: Jinja, email, smtplib, keyring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from papertui.core.digest import Digest, PeriodKind
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Server
from papertui.mail import rendering
from papertui.mail.message import write_letter
from papertui.mail.password import find_password
from papertui.mail.ring import password_in_keyring
from papertui.mail.schedule import Scheduler, Task
from papertui.mail.schedule.choosing import schedulers
from papertui.mail.schedule.task import task_for
from papertui.mail.smtp import SmtpPost
from papertui.mail.trust import trusting


class Office:
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

    def post(self, server: Server, command: Sequence[str]) -> SmtpPost:
        """A connection to `server`; `command` is the program that prints the password."""
        # Read the password once for all tries: the program may prompt the reader.
        password = cache(lambda: find_password(server, command, password_in_keyring))
        return SmtpPost(server, password, lambda: trusting(self._environ))

    def letter(
        self,
        digest: Digest,
        sender: Mailbox,
        to: Sequence[Mailbox],
        at: datetime,
        prefix: str = "",
        unsubscribe: str = "",
    ) -> Letter:
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
            subject=prefix + rendering.subject(digest),
            text=rendering.as_text(digest, self._templates, unsubscribe),
            html=rendering.as_html(digest, self._templates, unsubscribe),
            at=at,
            unsubscribe=unsubscribe,
        )

    def schedulers(self) -> Iterator[Scheduler]:
        """The schedulers of this machine, the best one first."""
        return schedulers(self._environ)

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return task_for(kind, self._environ, self._python)
