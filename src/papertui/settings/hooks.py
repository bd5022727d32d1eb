"""``[hooks]``: what is run after something happened, as the settings tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papertui.settings import Hooks

#: The keys that hold a command, and when it is run.
COMMANDS: Mapping[str, str] = {
    "bookmark": "after papers were kept or released",
    "read": "after papers were marked read",
    "refresh": "after a feed was fetched that has new papers",
}
_ALLOWED = f"{', '.join(COMMANDS)} and timeout"
_SHORTEST, _LONGEST = 0.1, 300.0
#: Tells that what stands at a place is wrong, and what is allowed.
Wrong = Callable[[tuple[str, ...], str], Exception]


def is_command(value: object) -> bool:
    """Whether a value may be a list of arguments: texts, of which the first is a program. None at all is no command."""
    return (
        isinstance(value, list)
        and all(isinstance(part, str) and "\0" not in part for part in value)
        and (not value or bool(value[0].strip()))
    )


def read_hooks(table: Mapping[str, Any], wrong: Wrong) -> Hooks:
    """The hooks in the table ``hooks``.

    Raises:
        Exception: what `wrong` makes of the first thing that is not right.
    """
    for key, value in table.items():
        if key in COMMANDS:
            if not is_command(value):
                raise wrong(
                    ("hooks", key),
                    f'“{key}” must be a program and its arguments, each a text, like ["notify-send", "papertui"]',
                )
        elif key != "timeout":
            shown = "".join(c if c.isprintable() else "?" for c in key[:60])
            raise wrong(("hooks", key), f"there is no “{shown}” in [hooks]. Allowed are {_ALLOWED}")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not _SHORTEST <= value <= _LONGEST:
            raise wrong(
                ("hooks", key),
                f"“timeout” must be a number of seconds from {_SHORTEST:g} to {_LONGEST:g}, for example 10",
            )
    commands = {key: tuple(value) for key, value in table.items() if key in COMMANDS}
    return Hooks(**commands, timeout=float(table.get("timeout", Hooks().timeout)))
