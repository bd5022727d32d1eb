"""``undo``, ``redo`` and ``log``: the change history of the library."""

from __future__ import annotations

from typing import Any

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write, write_records
from papertui.model.bookmark import Bookmark
from papertui.model.changes import ChangeSet, UndoResult
from papertui.model.record import iso, public_record


def undo(context: Context) -> int:
    return _tell("Undone", context.services.library.undo() if context.has_library() else None, "Nothing to undo.")


def redo(context: Context) -> int:
    return _tell("Redone", context.services.library.redo() if context.has_library() else None, "Nothing to redo.")


def _tell(did: str, undone: UndoResult | None, nothing: str) -> int:
    if undone is None:
        say(nothing)
        return 0
    for sentence in undone.left:
        say(sentence)
    write(f"{did}: {printable(undone.step.what)}{_title(undone.step)}\n", now=True)
    return 0


def log(context: Context) -> int:
    args = context.asked
    steps = context.services.library.log(args.limit) if context.has_library() else ()
    if args.json or args.jsonl:
        write_records(map(_record, steps), lines=args.jsonl)
        return 0
    if not steps:
        say("No changes yet.")
    for step in steps:
        when = step.at.astimezone()
        write(f"{step.number:>5}  {when:%Y-%m-%d %H:%M}  {_did(step)}{_title(step)}\n")
    return 0


def _did(step: ChangeSet) -> str:
    what = printable(step.what)
    if step.undoes is not None:
        return f"undo of {step.undoes}: {what}"
    return what if step.redoes is None else f"redo of {step.redoes}: {what}"


def _title(step: ChangeSet) -> str:
    marks = [change.after or change.before for change in step.changes]
    return f"  {printable(marks[0].paper.title)}" if len(marks) == 1 and marks[0] is not None else ""


def _record(step: ChangeSet) -> dict[str, Any]:
    return {
        "number": step.number,
        "at": iso(step.at),
        "what": step.what,
        "undoes": step.undoes,
        "redoes": step.redoes,
        "changes": [
            {"id": change.id, "title": _titled(change.after or change.before),
             "before": _said(change.before), "after": _said(change.after)}
            for change in step.changes
        ],
        "collections": [query._asdict() for query in step.queries],
    }  # fmt: skip


def _titled(mark: Bookmark | None) -> str | None:
    return None if mark is None else mark.paper.title


def _said(mark: Bookmark | None) -> Any:  # noqa: ANN401 - as JSON
    return None if mark is None else public_record(mark.paper, mark)["bookmark"]
