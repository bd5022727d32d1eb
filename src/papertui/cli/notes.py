"""``bookmark note``: the reader's own text on a paper, printed, given, or written with an editor."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from papertui.cli.errand import Errand
from papertui.core.paper import paper_id
from papertui.errors import PapertuiError, UsageError
from papertui.printing.streams import printable, say, write
from papertui.programs.editor import edit_file


def note(errand: Errand) -> int:
    """Writes the note on a paper, or prints the one there is."""
    asked, library = errand.asked, errand.desk.library
    id_ = paper_id(asked.id)
    mark = errand.bookmarks().get(id_)
    old = "" if mark is None else mark.note
    if asked.edit:
        if asked.text is not None:
            raise UsageError("--edit opens the editor on the note there is; leave out the text, or leave out --edit.")
        _edit(errand, id_, old)
    elif asked.text is None:
        if mark is None:
            raise UsageError(f"{id_} is not in your library. “papertui bookmark add {id_}” keeps it.")
        write("".join(f"{printable(line)}\n" for line in old.splitlines()))
    else:
        text = asked.text if asked.text != "-" else (sys.stdin.read() if sys.stdin else "")
        library.note(id_, text)
        write(f"{id_}\n", now=True)
    return 0


def _edit(errand: Errand, id_: str, old: str) -> None:
    """Lets the reader write a note with an editor. What was written is never lost: it stays where a failure tells."""
    handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{old}\n" if old else "")
    try:
        if why := edit_file(path, errand.environ):
            raise UsageError(f"{why} The note was left as it was.")
        text = path.read_text(encoding="utf-8", errors="replace")
        if not errand.desk.library.note(id_, text):
            say("The note was not changed.")
    except PapertuiError as problem:
        if path.read_bytes().strip() in {b"", old.strip().encode()}:
            path.unlink()
            raise
        say(f"What you wrote is in {path}")
        raise problem from None
    path.unlink()
