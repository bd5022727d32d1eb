"""Where passwords are kept: the keyring of this machine, or a program of the user that prints one."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from papertui.errors import PapertuiError, SettingsError
from papertui.model.mailbox import Password

#: Seconds; a keyring or an agent may prompt the reader first.
_PASSWORD_SECONDS = 60.0


def password_in_keyring(service: str, user: str, *, table: str = "[mail]", failure: type[PapertuiError]) -> str | None:
    """The password in the keyring of this machine; ``None`` if there is no entry or no keyring.

    Args:
        service: the service name of the entry.
        user: the user name of the entry.
        table: the table of the settings that has ``password_command``, for messages.
        failure: what is raised when the keyring cannot be read.
    """
    if find_spec("keyring") is None:  # it comes with papertui[keyring]
        return None
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        password: str | None = keyring.get_password(service, user)
    except errors.NoKeyringError:
        return None
    except errors.KeyringError as error:
        raise failure(f"The keyring cannot be read; unlock it, or set password_command under {table}.") from error
    return password


def keep_in_keyring(service: str, user: str, password: Password) -> bool:
    """Store a password in the keyring of this machine; return whether there is one that took it."""
    if find_spec("keyring") is None:
        return False
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        keyring.set_password(service, user, password.reveal())
    except errors.KeyringError:  # none, locked, or read-only: the caller says where else to put it
        return False
    return True


def printed_password(
    command: Sequence[str], *, table: str = "[mail]", failure: type[PapertuiError], quiet: bool = False
) -> Password:
    """The password that a program prints, its first line.

    Args:
        command: the program and its arguments.
        table: the table of the settings that has the command, for messages.
        failure: what is raised when the program prints no password.
        quiet: whether the program gets no terminal, because the app may be drawing on it.

    Raises:
        SettingsError: the program cannot be run.
    """
    program = command[0]
    try:
        # stderr is shown to the reader; stdout is not shown to anyone.
        done = subprocess.run(  # noqa: S603 - no shell
            command,
            stdin=subprocess.DEVNULL if quiet else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            check=False,
            timeout=_PASSWORD_SECONDS,
        )
    except subprocess.TimeoutExpired:
        # Without the cause, which contains what the program has printed.
        raise failure(
            f"The password_command “{program}” printed nothing within {_PASSWORD_SECONDS:.0f} seconds; try it in a "
            "terminal."
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(
            f"The password_command “{program}” under {table} cannot be run: {why}. Give its full path."
        ) from error
    if done.returncode:
        raise failure(
            f"The password_command “{program}” failed with exit code {done.returncode}; try it in a terminal."
        )
    first = done.stdout.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if not first:
        raise failure(f"The password_command “{program}” printed no password; its first line must be the password.")
    return Password(first)
