"""The command that takes in papers from files: ``import``."""

from __future__ import annotations

from pathlib import Path

from papertui.cli.errand import Errand
from papertui.core.wording import grouped, plural
from papertui.desk.importing import Imported
from papertui.errors import UsageError
from papertui.printing.streams import say

_STDIN = Path("/dev/stdin")


def import_files(errand: Errand) -> int:
    """Takes in one file after the other; one that cannot be read does not keep the others out."""
    worst = 0
    for name in errand.asked.files:
        try:
            _import(errand, _STDIN if name == "-" else Path(name), name)
        except UsageError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
    return worst


def _import(errand: Errand, path: Path, name: str) -> None:
    line = errand.progress("Reading")
    so_far = Imported()

    def tell(done: Imported) -> None:
        nonlocal so_far
        so_far = done
        if line is not None:
            line(done.done, done.size or done.done, done.papers)

    try:
        done = errand.desk.importer.run(path, tell)
    except KeyboardInterrupt:
        if line is not None:
            line.clear()
        say(f"{name}: interrupted. {_told(so_far)} Give the same command again, and it goes on from there.")
        raise
    if line is not None:
        line.clear()
    if done.resumed:
        say(f"{name}: {grouped(done.resumed)} lines were taken in before.")
    say(f"{name}: {_told(done)}")
    for bad in done.first_bad:
        say(f"{name}, line {bad.number}: {bad.why}")
    if done.bad > len(done.first_bad):
        say(f"{name}: and {grouped(done.bad - len(done.first_bad))} more that could not be read.")


def _told(done: Imported) -> str:
    text = (
        f"{plural(done.papers, 'paper')} read: {grouped(done.added)} new, {grouped(done.changed)} changed, "
        f"{grouped(done.same)} known already"
    )
    return f"{text}; {plural(done.bad, 'line')} could not be read." if done.bad else f"{text}."
