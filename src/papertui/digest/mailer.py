"""What this machine needs to mail a digest: the message, the transport with its password, and the schedulers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.digest.model import Digest, Mail
from papertui.digest.schedulers import ScheduledTask, Scheduler, schedulers, task_for
from papertui.digest.view import subject
from papertui.errors import MailError
from papertui.model.feed_address import KEYRING_SERVICE
from papertui.model.mailbox import Mailbox, Password, Server
from papertui.model.period import PeriodKind
from papertui.settings import DigestSettings, MailSettings
from papertui.sources.passwords import password_in_keyring, printed_password

if TYPE_CHECKING:
    from papertui.digest.smtp import SmtpTransport


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

    def with_variables(self, settings: MailSettings) -> MailSettings:
        """The mail settings, overridden by the environment variables.

        Raises:
            SettingsError: one of the variables is not valid.
        """
        from papertui.settings.schema import with_variables  # noqa: PLC0415 - parses addresses

        return with_variables(settings, self._environ)

    def transport(self, server: Server, command: Sequence[str]) -> SmtpTransport:
        """A connection to `server`; `command` is the program that prints the password."""
        from papertui.digest.smtp import SmtpTransport, tls_context  # noqa: PLC0415 - brings email and smtplib

        # Read the password once for all tries: the program may prompt the reader.
        password = cache(partial(find_password, server, command))
        return SmtpTransport(server, password, partial(tls_context, self._environ))

    def write_mail(
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
        from papertui.digest.message import write_message  # noqa: PLC0415 - brings email
        from papertui.digest.render import as_html, as_text  # noqa: PLC0415 - brings Jinja

        return write_message(
            sender=sender,
            recipients=to,
            subject=prefix + subject(digest),
            text=as_text(digest, self._templates, unsubscribe),
            html=as_html(digest, self._templates, unsubscribe),
            at=at,
            unsubscribe=unsubscribe,
        )

    def schedulers(self) -> Iterable[Scheduler]:
        """The schedulers of this machine, the best one first."""
        return schedulers(self._environ)

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return task_for(kind, self._environ, self._python)


def templates_folder(settings: DigestSettings, settings_file: Path) -> Path | None:
    """The folder of custom templates, or ``None``; a relative path starts at the folder of the settings file."""
    text = settings.templates.strip()
    if not text:
        return None
    # A home folder is looked up when a template is read: a wrong one must not keep anything else from working.
    return Path(text) if text.startswith("~") else settings_file.parent / text


def _ask_keyring(service: str, user: str) -> str | None:
    return password_in_keyring(service, user, failure=MailError)


def find_password(
    server: Server, command: Sequence[str], ask_keyring: Callable[[str, str], str | None] = _ask_keyring
) -> Password:
    """The password of the server's user: from its address, else what `command` prints, else from the keyring.

    Raises:
        MailError: the command failed, or there is no password.
        SettingsError: the command cannot be run.
    """
    if server.password is not None:
        return server.password
    if command:
        return printed_password(command, failure=MailError)
    password = ask_keyring(KEYRING_SERVICE, server.user)
    if password:
        return Password(password)
    raise MailError(
        f"There is no password for {server.user} at {server.name}. Store it in the keyring "
        f"(keyring set {KEYRING_SERVICE} {server.user}), set password_command under [mail] to a program that prints "
        "it, or put it into PAPERTUI_SMTP_URL."
    )
