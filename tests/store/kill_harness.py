"""Proves that bookmarks survive `kill -9`.

    python tests/store/kill_harness.py --kills 1000     kills a writing process at random moments
    python tests/store/kill_harness.py --steps          kills it before, in and after each call to the system

The child tells each change before it makes it and again when it is made. After each kill, every change it told as
made must be there, the one it was at may be there, nothing else may differ, and stock TinyDB must read the file.
"""

import argparse
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

from tinydb import TinyDB

from papertui.core.paper import Paper
from papertui.store.files import Files
from papertui.store.library import Library

AT = datetime(2026, 4, 30, tzinfo=UTC)
#: Killed within this time after its first change, in seconds; a change takes a few milliseconds.
LONGEST = 0.025


class KillingFiles(Files):
    """An operating system that ends this process at its `step`-th call: before it, half-way or after it."""

    def __init__(self, step: int, when: str) -> None:
        self.left = step
        self.when = when

    def _reached(self, when: str) -> bool:
        if when == "before":
            self.left -= 1
        return self.left == 0 and self.when == when

    def _around(self, call: Callable[[], int | None]) -> int:
        if self._reached("before"):
            _die()
        result = call()
        if self._reached("after"):
            _die()
        return result or 0

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        return self._around(lambda: Files.open(self, path, flags, mode))

    def write(self, handle: int, data: memoryview) -> int:
        def call() -> int:
            if self._reached("within"):
                os.write(handle, data[: len(data) // 2])
                _die()
            return Files.write(self, handle, data)

        return self._around(call)

    def fsync(self, handle: int) -> None:
        self._around(lambda: Files.fsync(self, handle))

    def close(self, handle: int) -> None:
        self._around(lambda: Files.close(self, handle))

    def link(self, path: Path, other: Path) -> None:
        self._around(lambda: Files.link(self, path, other))

    def replace(self, path: Path, target: Path) -> None:
        self._around(lambda: Files.replace(self, path, target))

    def unlink(self, path: Path) -> None:
        self._around(lambda: Files.unlink(self, path))


def paper(id_: str) -> Paper:
    return Paper(id_, f"Paper {id_}", abstract="We show things. " * 80)


def library(home: Path, files: Files | None = None) -> Library:
    return Library(home / "bookmarks.json", home / "backups", files=files)


def kept(home: Path) -> set[str]:
    """What stock TinyDB and a new Library find, which must be the same."""
    with TinyDB(home / "bookmarks.json", access_mode="r") as database:
        rows = [row["id"] for row in database.table("bookmarks")]
    fresh = library(home)
    assert len(rows) == len(set(rows)), "a bookmark is there twice"
    assert set(rows) == fresh.ids(), "TinyDB and the library differ"
    assert not fresh.take_notices(), "the file needed mending"
    return set(rows)


def write_for_ever(home: Path, prefix: str, seed: int, pipe: int) -> None:
    """Adds and removes bookmarks until killed."""
    marks, chance, number = library(home), random.Random(seed), 0
    own = sorted(marks.ids())
    while True:
        if len(own) > 40 or (own and chance.random() < 0.4):
            id_ = own.pop(chance.randrange(len(own)))
            os.write(pipe, f"?-{id_}\n".encode())
            marks.remove([id_])
            os.write(pipe, f"!-{id_}\n".encode())
        else:
            number += 1
            own.append(id_ := f"{prefix}.{number}")
            os.write(pipe, f"?+{id_}\n".encode())
            marks.add([paper(id_)], AT)
            os.write(pipe, f"!+{id_}\n".encode())


def random_kills(home: Path, kills: int, seed: int) -> str:
    chance, truth, changes, halved = random.Random(seed), set[str](), 0, 0
    for kill in range(kills):
        reading, writing = os.pipe()
        child = _fork(partial(write_for_ever, home, f"k{kill}", seed + kill, writing))
        os.close(writing)
        told = os.read(reading, 65536)
        time.sleep(chance.random() * LONGEST)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reading, 65536):
            told += more
        os.close(reading)
        pending = ""
        for line in told.decode().splitlines():
            if line.startswith("!"):
                truth = _changed(truth, line[1:])
                changes += 1
                pending = ""
            else:
                pending = line[1:]
        found = kept(home) if (home / "bookmarks.json").exists() else set()
        after = _changed(truth, pending)
        assert found in (truth, after), f"kill {kill}: lost {truth - found}, too many {found - truth}"
        halved += bool(pending)
        truth = found
    return f"{kills} kills, {changes} acknowledged changes, {halved} kills in the midst of a change, nothing lost"


def kills_at_each_step(home: Path) -> str:
    killed = 0
    for change in ("+new", "-old.3"):
        for when in ("before", "within", "after"):
            for step in range(1, 31):
                truth = {f"old.{number}" for number in range(5)}
                marks = library(home)
                marks.remove(marks.ids() - truth)
                marks.add([paper(id_) for id_ in sorted(truth)], AT)
                child = _fork(partial(_one_change, home, change, KillingFiles(step, when)))
                _, status = os.waitpid(child, 0)
                after = _changed(truth, change)
                if not os.WIFSIGNALED(status):
                    assert os.waitstatus_to_exitcode(status) == 0, "the child failed by itself"
                    assert kept(home) == after
                    # Only writes can be killed within, so that their last step is not the first that passes.
                    if when != "within":
                        break
                    continue
                assert kept(home) in (truth, after), f"{change}, killed {when} step {step}"
                killed += 1
                # And whoever comes next finds everything in order and nothing in the way.
                library(home).add([paper("next")], AT)
                assert "next" in kept(home)
                assert not list(home.rglob("*.tmp"))
    return f"{killed} kills at the calls of one write, nothing lost"


def _one_change(home: Path, change: str, files: Files) -> None:
    marks = library(home, files)
    if change.startswith("+"):
        marks.add([paper(change[1:])], AT)
    else:
        marks.remove([change[1:]])


def _changed(ids: set[str], change: str) -> set[str]:
    if change.startswith("+"):
        return ids | {change[1:]}
    return ids - {change[1:]}


def _fork(work: Callable[[], None]) -> int:
    """A child that does `work` and nothing else; forked, since starting Python takes longer than the work."""
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


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    with tempfile.TemporaryDirectory() as home:
        if asked.kills:
            sys.stdout.write(random_kills(Path(home) / "random", asked.kills, asked.seed) + "\n")
        if asked.steps:
            sys.stdout.write(kills_at_each_step(Path(home) / "steps") + "\n")


if __name__ == "__main__":
    main()
