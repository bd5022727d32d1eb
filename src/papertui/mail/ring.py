"""The keyring of this machine, if its package is installed (``papertui[keyring]``)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from papertui.errors import MailError


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
