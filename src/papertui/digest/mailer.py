"""What this machine needs to mail a digest: the message, the transport with its password, and the schedulers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.digest.model import Digest, Mail
from papertui.digest.schedulers import ScheduledTask, Scheduler, schedulers, task_for
from papertui.digest.view import subject
from papertui.errors import MailError, SettingsError
from papertui.model.mailbox import Mailbox, Password, Server
from papertui.model.period import PeriodKind
from papertui.settings import DigestSettings, MailSettings

if TYPE_CHECKING:
    from papertui.digest.smtp import SmtpTransport

#: The service name of papertui's entries in the keyring: ``keyring set papertui USER``.
SERVICE = "papertui"
#: Seconds; a keyring or an agent may prompt the reader first.
_PASSWORD_SECONDS = 60.0


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


def password_in_keyring(service: str, user: str) -> str | None:
    """The password in the keyring of this machine; ``None`` if there is no entry or no keyring.

    Raises:
        MailError: the keyring cannot be read.
    """
    if find_spec("keyring") is None:  # it comes with papertui[keyring]
        return None
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        password: str | None = keyring.get_password(service, user)
    except errors.NoKeyringError:
        return None
    except errors.KeyringError as error:
        raise MailError("The keyring cannot be read; unlock it, or set password_command under [mail].") from error
    return password


def find_password(
    server: Server, command: Sequence[str], ask_keyring: Callable[[str, str], str | None] = password_in_keyring
) -> Password:
    """The password of the server's user: from its address, else what `command` prints, else from the keyring.

    Raises:
        MailError: the command failed, or there is no password.
        SettingsError: the command cannot be run.
    """
    if server.password is not None:
        return server.password
    if command:
        return _printed_by(command)
    password = ask_keyring(SERVICE, server.user)
    if password:
        return Password(password)
    raise MailError(
        f"There is no password for {server.user} at {server.name}. Store it in the keyring "
        f"(keyring set {SERVICE} {server.user}), set password_command under [mail] to a program that prints it, or "
        "put it into PAPERTUI_SMTP_URL."
    )


def _printed_by(command: Sequence[str]) -> Password:
    program = command[0]
    try:
        # stderr is shown to the reader; stdout is not shown to anyone.
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=_PASSWORD_SECONDS)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        # Without the cause, which contains what the program has printed.
        raise MailError(
            f"The password_command “{program}” printed nothing within {_PASSWORD_SECONDS:.0f} seconds; try it in a "
            "terminal."
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(
            f"The password_command “{program}” under [mail] cannot be run: {why}. Give its full path."
        ) from error
    if done.returncode:
        raise MailError(
            f"The password_command “{program}” failed with exit code {done.returncode}; try it in a terminal."
        )
    first = done.stdout.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if not first:
        raise MailError(f"The password_command “{program}” printed no password; its first line must be the password.")
    return Password(first)
