"""``undo``, ``redo`` and ``log``."""

from __future__ import annotations

from papertui.cli.grammar.commands import Add
from papertui.cli.grammar.options import forms, limit

_LOG = """\
papertui log
  papertui log --limit 100 --jsonl | jq -r .what"""


def add_commands(command: Add) -> None:
    command("undo", "undo the last change of the library", "papertui undo\n  papertui undo && papertui undo")
    command("redo", "redo the change that was undone last", "papertui redo")
    log = command("log", "list the changes of the library, newest first", _LOG)
    limit(log, 20, "changes")
    forms(log)
