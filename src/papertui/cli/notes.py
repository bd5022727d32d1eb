"""``bookmark note``: prints or writes the note on a paper, with an editor if wanted."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write
from papertui.errors import PapertuiError, UsageError
from papertui.model.paper import paper_id
from papertui.services.programs import edit_file


def note(context: Context) -> int:
    args, library = context.asked, context.services.library
    id_ = paper_id(args.id)
    mark = context.bookmarks().get(id_)
    old = "" if mark is None else mark.note
    if args.edit:
        if args.text is not None:
            raise UsageError("--edit opens the existing note; leave out the text, or --edit.")
        _edit(context, id_, old)
    elif args.text is None:
        if mark is None:
            raise UsageError(f"{id_} is not in your library. “papertui bookmark add {id_}” adds it.")
        write("".join(f"{printable(line)}\n" for line in old.splitlines()))
    else:
        text = args.text if args.text != "-" else (sys.stdin.read() if sys.stdin else "")
        library.note(id_, text)
        write(f"{id_}\n", now=True)
    return 0


def _edit(context: Context, id_: str, old: str) -> None:
    """Edit a note in the reader's editor. On an error the text stays in a file that is named."""
    handle, name = tempfile.mkstemp(prefix="papertui-note-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{old}\n" if old else "")
    try:
        if why := edit_file(path, context.environ):
            raise UsageError(f"{why} The note is unchanged.")
        text = path.read_text(encoding="utf-8", errors="replace")
        if not context.services.library.note(id_, text):
            say("The note is unchanged.")
    except PapertuiError as problem:
        if path.read_bytes().strip() in {b"", old.strip().encode()}:
            path.unlink()
            raise
        say(f"Your text is saved in {path}")
        raise problem from None
    path.unlink()
