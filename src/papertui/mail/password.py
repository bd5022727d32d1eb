"""The password for the mail server: where it is kept, never in the settings of a program that others can list."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence

from papertui.core.mailing.server import Secret, Server
from papertui.errors import MailError, SettingsError

#: Asks the keyring of this machine: service and user; ``None`` when it knows nothing.
AskKeyring = Callable[[str, str], str | None]
#: What papertui's entries in the keyring are called: ``keyring set papertui USER``.
SERVICE = "papertui"
#: A keyring or an agent may have to ask its owner first.
_PATIENCE = 60.0


def find_password(server: Server, command: Sequence[str], ask_keyring: AskKeyring) -> Secret:
    """The password of the server's user: from its address, else what `command` prints, else from the keyring.

    Raises:
        MailError: the command failed, or nobody knows the password.
        SettingsError: the command cannot be run.
    """
    if server.password is not None:
        return server.password
    if command:
        return _printed_by(command)
    found = ask_keyring(SERVICE, server.user)
    if found:
        return Secret(found)
    raise MailError(
        f"There is no password for {server.user} at {server.name}. Put it into the keyring "
        f"(keyring set {SERVICE} {server.user}), name a program that prints it as password_command under [mail], or "
        "give it in PAPERTUI_SMTP_URL."
    )


def _printed_by(command: Sequence[str]) -> Secret:
    program = command[0]
    try:
        # What it says on stderr is for the reader, what it says on stdout for nobody else.
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=_PATIENCE)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        # Not from it: it holds what the program had printed so far.
        raise MailError(
            f"The password_command “{program}” gave no password within {_PATIENCE:.0f} seconds; try it by itself."
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(
            f"The password_command “{program}” under [mail] cannot be run: {why}. Give its full path."
        ) from error
    if done.returncode:
        raise MailError(
            f"The password_command “{program}” failed with exit code {done.returncode}; try it by itself in a terminal."
        )
    first = done.stdout.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if not first:
        raise MailError(f"The password_command “{program}” printed no password; its first line must be the password.")
    return Secret(first)
