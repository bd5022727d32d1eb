"""``undo``, ``redo`` and ``log``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, limit

_LOG = """\
papertui log
  papertui log --limit 100 --jsonl | jq -r .what"""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    command("undo", "take back the last change of the library", "papertui undo\n  papertui undo && papertui undo")
    command("redo", "make the change again that was taken back last", "papertui redo")
    log = command("log", "print what was changed in the library, the newest first", _LOG)
    limit(log, 20, "steps")
    forms(log)
