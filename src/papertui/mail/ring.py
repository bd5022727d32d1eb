"""The keyring of this machine, where the package for it is installed beside papertui (``papertui[keyring]``)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from papertui.errors import MailError


def password_in_keyring(service: str, user: str) -> str | None:
    """The password in the keyring; ``None`` when it knows none, or there is no keyring.

    Raises:
        MailError: the keyring is there and cannot be asked.
    """
    if find_spec("keyring") is None:
        return None
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        found: str | None = keyring.get_password(service, user)
    except errors.NoKeyringError:
        return None
    except errors.KeyringError as error:
        raise MailError("The keyring gives no password; unlock it, or set a password_command under [mail].") from error
    return found
