"""``[hooks]``: the commands that run after an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papertui.settings import HookSettings

#: The keys that hold a command, and when it runs.
COMMANDS: Mapping[str, str] = {
    "bookmark": "after bookmarks are added or removed",
    "read": "after papers are marked read",
    "refresh": "after a fetched feed has new papers",
}
_ALLOWED = f"{', '.join(COMMANDS)} and timeout"
_SHORTEST, _LONGEST = 0.1, 300.0
#: Makes the error for an invalid value at a path; the sentence says what is allowed.
Wrong = Callable[[tuple[str, ...], str], Exception]


def is_command(value: object) -> bool:
    """Whether a value is a list of strings that begins with a program; an empty list means no command."""
    return (
        isinstance(value, list)
        and all(isinstance(part, str) and "\0" not in part for part in value)
        and (not value or bool(value[0].strip()))
    )


def read_hooks(table: Mapping[str, Any], wrong: Wrong) -> HookSettings:
    """Validate the table ``hooks``.

    Raises:
        Exception: the error made by `wrong` for the first invalid value.
    """
    for key, value in table.items():
        if key in COMMANDS:
            if not is_command(value):
                raise wrong(
                    ("hooks", key),
                    f'“{key}” must be a program and its arguments, all strings, as in ["notify-send", "papertui"]',
                )
        elif key != "timeout":
            shown = "".join(c if c.isprintable() else "?" for c in key[:60])
            raise wrong(("hooks", key), f"unknown setting “{shown}” in [hooks]. Allowed: {_ALLOWED}")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not _SHORTEST <= value <= _LONGEST:
            raise wrong(
                ("hooks", key),
                f"“timeout” must be a number of seconds from {_SHORTEST:g} to {_LONGEST:g}, for example 10",
            )
    commands = {key: tuple(value) for key, value in table.items() if key in COMMANDS}
    return HookSettings(**commands, timeout=float(table.get("timeout", HookSettings().timeout)))
