"""``doctor`` and ``config``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import offline

_DOCTOR = """\
papertui doctor
  papertui doctor --network
  papertui doctor --repair
  papertui doctor --restore 2026-04-30     (papertui undo takes it back)"""
_CONFIG = """\
papertui config path
  papertui config show
  papertui config edit"""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    doctor = command("doctor", "check that everything works, and say what does not", _DOCTOR)
    doctor.add_argument("--network", action="store_true", help="ask each service a small question, too")
    doctor.add_argument("--repair", action="store_true", help="mend what can be mended")
    doctor.add_argument("--restore", metavar="NAME", help="make the library what it was in a backup, as one step")
    offline(doctor)
    config = commands(
        command("config", "show the settings, change them, or tell where they are", _CONFIG), "path|show|edit"
    )
    config("path", "print where the settings are", "papertui config path")
    config(
        "show", "print the settings in force, as TOML", "papertui config show\n  papertui config show > settings.toml"
    )
    config("edit", "open the settings in your editor", "papertui config edit\n  EDITOR=nano papertui config edit")
