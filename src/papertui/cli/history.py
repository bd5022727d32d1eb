"""``undo``, ``redo`` and ``log``: the change history of the library."""

from __future__ import annotations

from typing import Any

from papertui.cli.errand import Errand
from papertui.core.bookmark import Bookmark
from papertui.core.record import iso, public_record
from papertui.core.step import Step, Undone
from papertui.printing.records import write_records
from papertui.printing.streams import printable, say, write


def undo(errand: Errand) -> int:
    return _tell("Undone", errand.desk.library.undo() if errand.has_library() else None, "Nothing to undo.")


def redo(errand: Errand) -> int:
    return _tell("Redone", errand.desk.library.redo() if errand.has_library() else None, "Nothing to redo.")


def _tell(did: str, undone: Undone | None, nothing: str) -> int:
    if undone is None:
        say(nothing)
        return 0
    for sentence in undone.left:
        say(sentence)
    write(f"{did}: {printable(undone.step.what)}{_title(undone.step)}\n", now=True)
    return 0


def log(errand: Errand) -> int:
    args = errand.asked
    steps = errand.desk.library.log(args.limit) if errand.has_library() else ()
    if args.json or args.jsonl:
        write_records(map(_record, steps), lines=args.jsonl)
        return 0
    if not steps:
        say("No changes yet.")
    for step in steps:
        when = step.at.astimezone()
        write(f"{step.number:>5}  {when:%Y-%m-%d %H:%M}  {_did(step)}{_title(step)}\n")
    return 0


def _did(step: Step) -> str:
    what = printable(step.what)
    if step.undoes is not None:
        return f"undo of {step.undoes}: {what}"
    return what if step.redoes is None else f"redo of {step.redoes}: {what}"


def _title(step: Step) -> str:
    marks = [change.after or change.before for change in step.changes]
    return f"  {printable(marks[0].paper.title)}" if len(marks) == 1 and marks[0] is not None else ""


def _record(step: Step) -> dict[str, Any]:
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
