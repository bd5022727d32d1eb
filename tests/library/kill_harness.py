"""Proves that bookmarks survive `kill -9`, a full disk and concurrent programs.

    python tests/library/kill_harness.py --kills 2000 --size 1000    kills a writing process, half the times in a write
    python tests/library/kill_harness.py --steps                     before, in and after each system call
    python tests/library/kill_harness.py --errors                    makes each system call fail, EIO and ENOSPC
    python tests/library/kill_harness.py --crowd 200                 eight processes at once, killed now and then

The child announces each change before it makes it and confirms it afterwards. After each kill every confirmed change
must be there, the announced one may be there, no other row may differ, stock TinyDB must read the file, and the journal
must lead back to the first change.
"""

import argparse
import errno
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from papertui.errors import StoreError
from papertui.files import SYSTEM, FileOperations
from papertui.library.bookmarks import Library
from papertui.library.rows import row_of
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
#: The rows of a library by id.
Rows = dict[str, dict[str, Any]]
#: A change: ``add``, ``remove``, ``tag``, ``note`` or ``undo``, the id of the paper, and the tag or note.
Deed = tuple[str, str, str]
MEMORY = Path("/dev/shm")
WHEN = ("before", "within", "after")
#: Greater than the number of system calls of any change.
MOST_CALLS = 60


class KillingFiles(FileOperations):
    """System calls of which the `step`-th kills this process: before it, half-way or after it."""

    def __init__(self, step: int, when: str) -> None:
        self.left = step
        self.when = when

    def _reached(self, when: str) -> bool:
        if when == "before":
            self.left -= 1
        return self.left == 0 and self.when == when

    def _around(self, call: Callable[[], int | None]) -> int:
        if self._reached("before"):
            self.end()
        result = call()
        if self._reached("after"):
            self.end()
        return result or 0

    def end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        return self._around(lambda: FileOperations.open(self, path, flags, mode))

    def write(self, handle: int, data: memoryview) -> int:
        def call() -> int:
            if self._reached("within"):
                os.write(handle, data[: len(data) // 2])
                self.end()
            return FileOperations.write(self, handle, data)

        return self._around(call)

    def fsync(self, handle: int) -> None:
        self._around(lambda: FileOperations.fsync(self, handle))

    def close(self, handle: int) -> None:
        self._around(lambda: FileOperations.close(self, handle))

    def link(self, path: Path, other: Path) -> None:
        self._around(lambda: FileOperations.link(self, path, other))

    def replace(self, path: Path, target: Path) -> None:
        self._around(lambda: FileOperations.replace(self, path, target))

    def unlink(self, path: Path) -> None:
        self._around(lambda: FileOperations.unlink(self, path))


class FailingFiles(KillingFiles):
    """The same, failing instead of killing the process."""

    def __init__(self, step: int, when: str, error: int) -> None:
        super().__init__(step, when)
        self.error = error

    def end(self) -> None:
        raise OSError(self.error, os.strerror(self.error))


def paper(id_: str) -> Paper:
    return Paper(id_, f"Paper {id_}", abstract=f"We show {id_}. " * 80, authors=("Ada Lovelace",), url="https://a.org/")


def library(home: Path, files: FileOperations = SYSTEM) -> Library:
    return Library(home / "bookmarks.json", home / "backups", files=files)


def filled(home: Path, size: int) -> Rows:
    """Create a library of `size` bookmarks; returns its rows."""
    marks = library(home)
    marks.remove(marks.ids())
    marks.add([paper(f"old.{number}") for number in range(size)], AT)
    return found(home)


def do(marks: Library, deed: Deed) -> None:
    verb, id_, word = deed
    if verb == "add":
        marks.add([paper(id_)], AT)
    elif verb == "remove":
        marks.remove([id_])
    elif verb == "undo":
        marks.undo(AT)
    elif verb == "tag":
        marks.change(lambda kept: {id_: kept[id_]._replace(tags=(*kept[id_].tags, word))}, "tag", AT)
    else:
        marks.change(lambda kept: {id_: kept[id_]._replace(note=word)}, "note", AT)


def done(rows: Rows, deed: Deed) -> Rows:
    """The rows after `deed`; undo is not supported here."""
    verb, id_, word = deed
    if verb == "add":
        return {**rows, id_: row_of(Bookmark(paper(id_)._replace(abstract=""), AT))}
    if verb == "remove":
        return {other: row for other, row in rows.items() if other != id_}
    if verb == "tag":
        return {**rows, id_: {**rows[id_], "tags": [*rows[id_]["tags"], word]}}
    return {**rows, id_: {**rows[id_], "note": word}}


def found(home: Path) -> Rows:
    """The rows as stock TinyDB reads them; a new Library must agree, with all abstracts and a complete journal."""
    with TinyDB(home / "bookmarks.json", access_mode="r") as database:
        rows = [dict(row) for row in database.table("bookmarks")]
    fresh = library(home)
    ids = {row["id"] for row in rows}
    assert len(rows) == len(ids), "a bookmark is repeated"
    assert ids == fresh.ids(), "TinyDB and the library differ"
    sample = sorted(ids)[:5] + [row["id"] for row in rows[-3:]]
    assert {one.id: one.abstract for one in fresh.whole(sample).values()} == {i: paper(i).abstract for i in sample}
    assert fresh.steps(3), "the journal is empty"
    assert not fresh.take_notices(), "something needed repair"
    return {row["id"]: row for row in rows}


def write_for_ever(home: Path, prefix: str, seed: int, pipe: int, files: FileOperations) -> None:
    """Change bookmarks until killed."""
    marks, chance, number = library(home, files), random.Random(seed), 0
    ids = sorted(marks.ids())
    undoable = False
    while True:
        number += 1
        verb = chance.choice(["add", "tag", "note", "remove", "undo" if undoable else "tag"]) if ids else "add"
        id_ = f"{prefix}.{number}" if verb == "add" else chance.choice(ids)
        deed = (verb, id_, f"{prefix}-{number}")
        os.write(pipe, f"?{json.dumps(deed)}\n".encode())
        do(marks, deed)
        os.write(pipe, f"!{json.dumps(deed)}\n".encode())
        ids = sorted(marks.ids())
        undoable = verb != "undo"


def random_kills(home: Path, kills: int, size: int, seed: int) -> str:
    chance, truth = random.Random(seed), filled(home, size)
    changes = halved = 0
    for kill in range(kills):
        # Not "within": the chosen call may not be a write, and then the process would never be killed.
        aimed = KillingFiles(chance.randrange(1, 60), chance.choice(("before", "after"))) if kill % 2 else None
        reading, writing = os.pipe()
        child = _fork(partial(write_for_ever, home, f"k{kill}", seed + kill, writing, aimed or SYSTEM))
        os.close(writing)
        lines = os.read(reading, 65536)
        if aimed is None:
            time.sleep(chance.random() * (0.03 + size * 1e-5))
            os.kill(child, signal.SIGKILL)
        while more := os.read(reading, 65536):
            lines += more
        os.close(reading)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the child failed without a kill"
        states, pending = [truth], False
        for line in lines.decode().splitlines():
            deed = json.loads(line[1:])
            if line.startswith("?"):
                states.append(states[-2] if deed[0] == "undo" else done(states[-1], deed))
                pending = True
            else:
                changes += 1
                pending = False
        now = found(home)
        allowed = states[-2:] if pending else states[-1:]
        assert now in allowed, f"kill {kill}: {_difference(now, states[-1])}"
        halved += pending
        truth = now
        if len(truth) > size + 200 or len(truth) < size - 200:
            truth = filled(home, size)
    return f"{kills} kills, {changes} acknowledged changes, {halved} kills in the middle of a change, nothing lost"


def _difference(now: Rows, wanted: Rows) -> str:
    ids = [id_ for id_ in {**now, **wanted} if now.get(id_) != wanted.get(id_)]
    return str([(id_, now.get(id_), wanted.get(id_)) for id_ in ids][:3])


#: One change of each kind.
DEEDS: tuple[Deed, ...] = (
    ("add", "new", ""),
    ("tag", "old.1", "todo"),
    ("note", "old.2", "Compare."),
    ("remove", "old.3", ""),
    ("undo", "", ""),
)


def _prepared(home: Path, deed: Deed, size: int) -> tuple[Rows, Rows]:
    """Create a library; returns its rows before and after `deed`."""
    rows = filled(home, size)
    if deed[0] != "undo":
        return rows, done(rows, deed)
    do(library(home), ("tag", "old.0", "again"))
    return found(home), rows


def kills_at_each_step(home: Path, deeds: tuple[Deed, ...], size: int = 5) -> str:
    killed = 0
    for deed in deeds:
        for when in WHEN:
            for step in range(1, MOST_CALLS):
                before, after = _prepared(home, deed, size)
                child = _fork(lambda: do(library(home, KillingFiles(step, when)), deed))  # noqa: B023 - called at once
                _, status = os.waitpid(child, 0)
                now = found(home)
                if not os.WIFSIGNALED(status):
                    assert os.waitstatus_to_exitcode(status) == 0, "the child failed without a kill"
                    assert now == after
                    # Only a write can be killed "within", so a step that passes is not always the last one.
                    if when != "within":
                        break
                    continue
                assert now in (before, after), f"{deed}, killed {when} step {step}"
                killed += 1
                _goes_on(home)
            else:
                assert when == "within", "there are more calls than were tested"
    return f"{killed} kills at the calls of one write, nothing lost"


def errors_at_each_step(home: Path, deeds: tuple[Deed, ...], size: int = 5) -> str:
    failed = 0
    for error in (errno.EIO, errno.ENOSPC):
        for deed in deeds:
            for when in WHEN:
                for step in range(1, MOST_CALLS):
                    before, after = _prepared(home, deed, size)
                    files = FailingFiles(step, when, error)
                    try:
                        do(library(home, files), deed)
                    except StoreError as problem:
                        assert "cannot be written" in str(problem)  # noqa: PT017 - it may also succeed
                        assert found(home) in (before, after), f"{deed}, {when} step {step} failed"
                        failed += 1
                    else:
                        assert found(home) == after, f"{deed}, {when} step {step} failed and was not reported"
                    _goes_on(home)
                    if files.left > 0 and when != "within":
                        break
    return f"{failed} changes failed and were reported, always the old state or the new one"


def _goes_on(home: Path) -> None:
    """The next process finds everything in order and no leftover files."""
    library(home).add([paper("next")], AT)
    assert "next" in found(home)
    assert not list(home.rglob("*.tmp"))


def crowd(home: Path, changes: int, seed: int, processes: int = 8) -> str:
    """Many processes that change one library, each killed and restarted at random."""
    chance = random.Random(seed)
    library(home).add([paper(f"shared.{number}") for number in range(20)], AT)
    made: dict[int, list[str]] = {worker: [] for worker in range(processes)}
    children: dict[int, tuple[int, int]] = {}
    kills = 0
    while children or any(len(done_) < changes for done_ in made.values()):
        for worker, confirmed in made.items():
            if worker not in children and len(confirmed) < changes:
                reading, writing = os.pipe()
                os.set_blocking(reading, False)
                # A child killed in a change did not confirm it, so its number is not reused.
                begin = 1 + 1000 * (kills + 1)
                child = _fork(partial(_tag_shared, home, worker, begin, changes - len(confirmed), writing))
                os.close(writing)
                children[worker] = child, reading
        time.sleep(0.05)
        for worker, (child, reading) in list(children.items()):
            if chance.random() < 0.03:
                os.kill(child, signal.SIGKILL)
                kills += 1
            gone, status = os.waitpid(child, os.WNOHANG)
            if gone:
                os.set_blocking(reading, True)
                while more := os.read(reading, 65536):
                    made[worker] += more.decode().split()
                os.close(reading)
                assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "a child failed without a kill"
                del children[worker]
    rows = found(home)
    tags = {tag for row in rows.values() for tag in row["tags"]}
    lost = {line for confirmed in made.values() for line in confirmed if line not in tags and line not in rows}
    assert not lost, f"lost {sorted(lost)[:5]}"
    steps = library(home).steps()
    assert len(steps) >= changes * processes, "steps are missing"
    total = sum(map(len, made.values()))
    return f"{processes} processes, {total} acknowledged changes, {kills} kills, nothing lost"


def _tag_shared(home: Path, worker: int, begin: int, changes: int, pipe: int) -> None:
    marks = library(home)
    for number in range(begin, begin + changes):
        name = f"w{worker}-{number}"
        do(marks, ("add", name, "") if number % 3 == 0 else ("tag", f"shared.{number % 20}", name))
        os.write(pipe, f"{name}\n".encode())


def _fork(work: Callable[[], object]) -> int:
    """Run `work` in a forked child, which is faster than starting Python."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    return child


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--small", action="store_true", help="only some kinds of change")
    parser.add_argument("--crowd", type=int, default=0, metavar="CHANGES")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    deeds = (DEEDS[0], DEEDS[-1]) if asked.small else DEEDS
    sys.stdout.write(f"seed {asked.seed}\n")
    # A kill does not affect the page cache, so a disk in memory gives the same result faster.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as home:
        if asked.kills:
            sys.stdout.write(random_kills(Path(home) / "random", asked.kills, asked.size, asked.seed) + "\n")
        if asked.steps:
            sys.stdout.write(kills_at_each_step(Path(home) / "steps", deeds) + "\n")
        if asked.errors:
            sys.stdout.write(errors_at_each_step(Path(home) / "errors", deeds) + "\n")
        if asked.crowd:
            sys.stdout.write(crowd(Path(home) / "crowd", asked.crowd, asked.seed) + "\n")


if __name__ == "__main__":
    main()
