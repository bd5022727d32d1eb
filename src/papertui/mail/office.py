"""All that mailing needs of this machine, put together. Heavy to import: Jinja, email, smtplib, the keyring."""

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
    """Writes mails, hands them over, and has them sent by itself.

    Args:
        environ: the environment variables.
        templates: the folder of the reader's own templates.
        python: the interpreter papertui runs with, by its full path.
    """

    def __init__(self, environ: Mapping[str, str], templates: Path | None, python: str) -> None:
        self._environ = environ
        self._templates = templates
        self._python = python

    def post(self, server: Server, command: Sequence[str]) -> SmtpPost:
        """The way to a server, with the program that prints the password."""
        # Asked for once, though it may be tried three times: a program may ask its owner.
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
            digest: what is in it.
            sender: who sends it.
            to: who gets it.
            at: the moment in its head.
            prefix: what stands before its subject.
            unsubscribe: where it is declined.

        Raises:
            SettingsError: a template of the reader's cannot be used.
            MailError: an address cannot be written.
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
        """The ways this machine has to run things, the best one first."""
        return schedulers(self._environ)

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """What mails the digest by itself, and what of the environment it will miss."""
        return task_for(kind, self._environ, self._python)
