"""Find the password of the mail server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from papertui.errors import MailError, SettingsError
from papertui.model.mailbox import Password, Server

# The keyring of this machine, if its package is installed (``papertui[keyring]``).


def password_in_keyring(service: str, user: str) -> str | None:
    """The password in the keyring; ``None`` if there is no entry or no keyring.

    Raises:
        MailError: the keyring cannot be read.
    """
    if find_spec("keyring") is None:
        return None
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        password: str | None = keyring.get_password(service, user)
    except errors.NoKeyringError:
        return None
    except errors.KeyringError as error:
        raise MailError("The keyring cannot be read; unlock it, or set password_command under [mail].") from error
    return password


# The password for the mail server: from its address, a command or the keyring.

#: Looks up a service and a user in the keyring of this machine; returns ``None`` if there is no entry.
AskKeyring = Callable[[str, str], str | None]
#: The service name of papertui's entries: ``keyring set papertui USER``.
SERVICE = "papertui"
#: Seconds; a keyring or an agent may prompt the reader first.
_PATIENCE = 60.0


def find_password(server: Server, command: Sequence[str], ask_keyring: AskKeyring) -> Password:
    """The password of the server's user: from its address, else what `command` prints, else from the keyring.

    Raises:
        MailError: the command failed, or there is no password.
        SettingsError: the command cannot be run.
    """
    if server.password is not None:
        return server.password
    if command:
        return _printed_by(command)
    found = ask_keyring(SERVICE, server.user)
    if found:
        return Password(found)
    raise MailError(
        f"There is no password for {server.user} at {server.name}. Store it in the keyring "
        f"(keyring set {SERVICE} {server.user}), set password_command under [mail] to a program that prints it, or "
        "put it into PAPERTUI_SMTP_URL."
    )


def _printed_by(command: Sequence[str]) -> Password:
    program = command[0]
    try:
        # stderr is shown to the reader; stdout is not shown to anyone.
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=_PATIENCE)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        # Without the cause, which contains what the program has printed.
        raise MailError(
            f"The password_command “{program}” printed nothing within {_PATIENCE:.0f} seconds; try it in a terminal."
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
