"""``doctor`` and ``config``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import offline

_DOCTOR = """\
papertui doctor
  papertui doctor --network
  papertui doctor --repair
  papertui doctor --restore 2026-04-30     (undo with “papertui undo”)"""
_CONFIG = """\
papertui config path
  papertui config show
  papertui config edit"""


def add_commands(command: Add) -> None:
    doctor = command("doctor", "check files and services, and repair files", _DOCTOR)
    doctor.add_argument("--network", action="store_true", help="also check the connection to each service")
    doctor.add_argument("--repair", action="store_true", help="repair what can be repaired")
    doctor.add_argument("--restore", metavar="NAME", help="restore the library from a backup, as one undo step")
    offline(doctor)
    config = commands(command("config", "show or edit the settings", _CONFIG), "path|show|edit")
    config("path", "print the path of the settings", "papertui config path")
    config("show", "print the current settings as TOML", "papertui config show\n  papertui config show > settings.toml")
    config("edit", "open the settings in your editor", "papertui config edit\n  EDITOR=nano papertui config edit")
