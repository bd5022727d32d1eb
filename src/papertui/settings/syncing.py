"""``[sync]``: the remote that the library is synced with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papertui.errors import SettingsError, UsageError
from papertui.model.remote import remote_of
from papertui.settings import SyncSettings

REMOTE_MEANING = "the remote: a folder or the address of a git repository; “papertui sync setup” sets it"
AUTO_MEANING = "sync after each change, and when the app opens and closes: true or false"


def read_sync(table: Mapping[str, Any], wrong: Callable[[tuple[str, ...], str], SettingsError]) -> SyncSettings:
    """Validate the table ``sync``.

    Args:
        table: its values by key.
        wrong: makes the error for an invalid value at a given path.

    Raises:
        SettingsError: an unknown key or an invalid value.
    """
    for key, value in table.items():
        if key not in SyncSettings._fields:
            shown = "".join(sign if sign.isprintable() else "?" for sign in key[:60])
            raise wrong(
                ("sync", key), f"unknown setting “{shown}” in [sync]. Allowed: {', '.join(SyncSettings._fields)}"
            )
        if key == "auto" and not isinstance(value, bool):
            raise wrong(("sync", key), "“auto” must be true or false")
        if key == "remote":
            if not isinstance(value, str):
                raise wrong(("sync", key), "“remote” must be a folder or the address of a git repository")
            if value:
                try:
                    remote_of(value)
                except UsageError as error:
                    raise wrong(("sync", key), f"“remote” cannot be used: {str(error).rstrip('.')}") from error
    return SyncSettings(**table)


def shown_remote(syncs: SyncSettings) -> str:
    """The remote without its password, for display."""
    return remote_of(syncs.remote).shown if syncs.remote else ""
