"""The table ``[sync]`` of the settings: where the machines of a reader meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papertui.core.remote import remote_of
from papertui.errors import SettingsError, UsageError
from papertui.settings import Syncs

REMOTE_MEANING = "where machines meet: a folder or the address of a git repository; “papertui sync setup” writes it"
AUTO_MEANING = "sync after each change, and when the app opens and closes: true or false"


def read_sync(table: Mapping[str, Any], wrong: Callable[[tuple[str, ...], str], SettingsError]) -> Syncs:
    """The choices in the table.

    Args:
        table: its values by their keys.
        wrong: makes an error of the place and of what is wrong there.

    Raises:
        SettingsError: an unknown key or a wrong value.
    """
    for key, value in table.items():
        if key not in Syncs._fields:
            shown = "".join(sign if sign.isprintable() else "?" for sign in key[:60])
            raise wrong(("sync", key), f"there is no “{shown}” in [sync]. Allowed are {', '.join(Syncs._fields)}")
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
    return Syncs(**table)


def shown_remote(syncs: Syncs) -> str:
    """The remote without its secrets, for whoever looks over a shoulder."""
    return remote_of(syncs.remote).shown if syncs.remote else ""
