"""Proves that machines which sync become equal, whatever is changed on them, and lose nothing.

    python tests/sync/sync_harness.py --operations 500 --seed 7

Three machines with different clocks, and one bare repository. Bookmarks are added, removed, tagged, annotated, rated
and read at random. Syncs run at random, sometimes with an unreachable repository, and are killed (`kill -9`) at random
moments: before and after each call of git, and before and after they change the library. Each confirmed change is
recorded with the state that the user saw. In the end every machine syncs, and then:

- all three libraries and the repository are equal;
- every tag is there, unless somebody who saw it removed it; no removed tag is there (except on bookmarks that were
  removed on one machine and changed on another, which are kept as the other had them);
- every note is there, unless somebody who saw it replaced it, or a newer one on another machine replaced it; in the
  latter case it is in the history, and was reported or is in the message of the merge;
- no file of any commit contains a conflict marker, and the repository is intact.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from papertui.errors import SourceError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.changes import ChangeSet
from papertui.model.paper import Paper
from papertui.model.remote import Remote, remote_of
from papertui.sync.exchange import Syncer
from papertui.sync.git import Git, GitResult
from papertui.sync.remote import make_if_missing

START = datetime(2026, 4, 30, tzinfo=UTC)
#: The offsets of the clocks of the machines.
SKEWS = (timedelta(0), timedelta(minutes=7), timedelta(minutes=-4))
IDS = ("2604.00001", "2604.00002", "hep-th/9711200", "doi:10.1145/3292500.A", "2604.00005", "title/0123456789abcdef")
MARKERS = (b"<<<<<<<", b">>>>>>>", b"=======\n")


class KillingGit(Git):
    """A git whose `step`-th call kills this process, before it or after it."""

    left, after = 0, False

    def run(self, *argv: str, given: bytes = b"", remote: Remote | None = None) -> GitResult:
        self.left -= 1
        if self.left == 0 and not self.after:
            _die()
        ran = super().run(*argv, given=given, remote=remote)
        if self.left == 0:
            _die()
        return ran


class DyingLibrary(Library):
    """A library that kills this process when it is changed, before or after the change is durable."""

    dies_after = False

    def change(self, *arguments: Any, **options: Any) -> ChangeSet | None:
        if self.dies_after:
            super().change(*arguments, **options)
        _die()
        return None


class Written(NamedTuple):
    """A confirmed change: a tag or a note with a unique text."""

    id: str
    text: str


class Machine:
    """One of the machines."""

    def __init__(self, home: Path, clock: Callable[[], datetime]) -> None:
        self.home = home
        self.clock = clock
        self.library = self.open(Library)

    def open(self, kind: type[Library]) -> Library:
        return kind(self.home / "bookmarks.json", self.home / "backups")

    def exchange(self, library: Library | None = None, git: type[Git] = Git) -> Syncer:
        environ = {"PATH": os.environ["PATH"], "HOME": ""}  # no identity and no user configuration
        return Syncer(
            library or self.library, self.home / "bookmarks.json", self.home / "sync", environ, self.clock, git=git
        )

    def marks(self) -> dict[str, Bookmark]:
        return {mark.paper.id: mark for mark in self.open(Library).all()}


class World:
    """The machines, the repository, and all confirmed changes."""

    def __init__(self, home: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.time = START
        self.home = home
        self.repository = home / "remote.git"
        self.machines = [Machine(home / f"machine-{n}", self.clock(skew)) for n, skew in enumerate(SKEWS)]
        self.number = 0
        self.tags: set[Written] = set()
        self.untagged: set[Written] = set()
        self.released: set[Written] = set()
        self.notes: set[Written] = set()
        self.overwritten: set[Written] = set()
        self.sentences: list[str] = []
        self.counts = dict.fromkeys(("changes", "syncs", "kills", "offline", "yielded"), 0)
        self.remote = remote_of(str(self.repository))
        make_if_missing(self.remote, Git(home / "nowhere", os.environ))

    def clock(self, skew: timedelta) -> Callable[[], datetime]:
        return lambda: self.time + skew

    def operate(self) -> None:
        self.time += timedelta(seconds=self.chance.randrange(1, 90))
        machine = self.chance.choice(self.machines)
        kind = self.chance.random()
        if kind < 0.62:
            self.change(machine)
        elif kind < 0.80:
            self.sync(machine)
        elif kind < 0.93:
            self.killed(machine)
        else:
            self.offline(machine)

    def change(self, machine: Machine) -> None:
        """One change by a user who sees the current library of the machine."""
        id_, chance = self.chance.choice(IDS), self.chance.random()
        seen = machine.marks().get(id_)
        self.number += 1
        self.counts["changes"] += 1
        at = machine.clock()
        if seen is None:
            machine.library.add([Paper(id_, f"Paper {id_}", abstract=f"We show {id_}.")], at)
            return
        if chance < 0.1:
            machine.library.remove([id_])
            self.release(seen)
        elif chance < 0.45:
            self.put(machine, seen._replace(tags=(*seen.tags, f"tag-{self.number}")))
            self.tags.add(Written(id_, f"tag-{self.number}"))
        elif chance < 0.6 and seen.tags:
            tag = self.chance.choice(seen.tags)
            self.put(machine, seen._replace(tags=tuple(other for other in seen.tags if other != tag)))
            self.untagged.add(Written(id_, tag))
        elif chance < 0.8:
            self.put(machine, seen._replace(note=f"note-{self.number} of a reader"))
            self.overwritten.add(Written(id_, seen.note))
            self.notes.add(Written(id_, f"note-{self.number} of a reader"))
        elif chance < 0.9:
            self.put(machine, seen._replace(rating=self.chance.randint(1, 5)))
        else:
            self.put(machine, seen._replace(state=self.chance.choice(STATES)))

    def release(self, seen: Bookmark) -> None:
        """Everything known about a bookmark may disappear now, or come back if another machine changed it meanwhile."""
        id_ = seen.paper.id
        self.released |= {Written(id_, text) for text in (*seen.tags, seen.note)}
        for taken in (self.untagged, self.overwritten):
            self.released |= (before := {one for one in taken if one.id == id_})
            taken.difference_update(before)

    def put(self, machine: Machine, mark: Bookmark) -> None:
        def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            assert mark.paper.id in kept
            return {mark.paper.id: mark}

        machine.library.change(work, f"change {mark.paper.id}", machine.clock())

    def sync(self, machine: Machine) -> None:
        done = machine.exchange().sync(self.remote)
        assert all(sentence.startswith("The note of ") for sentence in done.sentences), done.notices
        self.sentences += done.sentences
        self.counts["syncs"] += 1
        self.counts["yielded"] += len(done.lost)

    def killed(self, machine: Machine) -> None:
        """A sync that is killed at a random moment, if it takes that long."""
        self.counts["kills"] += self.dies(machine, self.chance.random(), self.chance.random() < 0.5)

    def dies(self, machine: Machine, how: float, after: bool) -> bool:
        step, moment = self.chance.randrange(1, 26), self.chance.random() * 0.12

        def work() -> None:
            library, git = machine.library, type("ThisGit", (KillingGit,), {"left": 0, "after": after})
            if how < 0.5:
                git = type("ThisGit", (KillingGit,), {"left": step, "after": after})
            elif how < 0.75:
                library = machine.open(type("ThisLibrary", (DyingLibrary,), {"dies_after": after}))
            machine.exchange(library, git).sync(self.remote)

        child = _fork(work)
        if how >= 0.75:
            time.sleep(moment)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the sync failed without a kill"
        return os.WIFSIGNALED(status)

    def offline(self, machine: Machine) -> None:
        away = self.repository.with_name("unplugged.git")
        self.repository.rename(away)
        try:
            machine.exchange().sync(self.remote)
        except SourceError as problem:
            assert "cannot be reached" in str(problem)  # noqa: PT017 - not a test
        else:
            raise AssertionError("a sync succeeded without its remote")
        finally:
            away.rename(self.repository)
        self.counts["offline"] += 1

    def finish(self) -> str:
        for _ in range(2):
            for machine in self.machines:
                self.time += timedelta(minutes=1)
                self.sync(machine)
        first = self.machines[0].marks()
        for machine in self.machines[1:]:
            assert machine.marks() == first, f"{machine.home.name} differs"
        for machine in self.machines:
            state = machine.exchange().state()
            assert (state.waiting, state.ahead, state.behind, state.failure) == (0, 0, 0, ""), state
            self.check_repository(machine.home / "sync")
        self.check_tags(first)
        self.check_notes(first)
        self.check_repository(self.repository)
        counts = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        return f"{counts}; {len(self.tags)} tags and {len(self.notes)} notes: all end equal, nothing lost"

    def check_tags(self, marks: Mapping[str, Bookmark]) -> None:
        present = {Written(id_, tag) for id_, mark in marks.items() for tag in mark.tags}
        assert not (missing := self.tags - self.untagged - self.released - present), f"lost: {missing}"
        assert not (back := present & self.untagged), f"came back: {back}"

    def check_notes(self, marks: Mapping[str, Bookmark]) -> None:
        messages = self.git("log", "--all", "--format=%B").decode()
        history = self.git("log", "-p", "--all", "--format=").decode()
        present = {Written(id_, mark.note) for id_, mark in marks.items() if mark.note}
        assert present <= self.notes, f"nobody wrote {present - self.notes}"
        assert not (back := present & self.overwritten), f"came back: {back}"
        for note in self.notes - self.overwritten - self.released - present:
            assert note.text in history, f"{note} is not in the history"
            reported = any(
                f"The note of {note.id}" in sentence and note.text in sentence for sentence in self.sentences
            )
            assert reported or f"The older one was:\n\n{note.text}\n" in messages, f"lost: {note}"

    def check_repository(self, folder: Path) -> None:
        self.git("fsck", "--strict", folder=folder)
        commits = self.git("rev-list", "--all", folder=folder).decode().split()
        for line in self.git("rev-list", "--all", "--objects", folder=folder).decode().splitlines():
            name, _, path = line.partition(" ")
            if path.endswith((".json", ".md")):
                data = self.git("cat-file", "blob", name, folder=folder)
                assert not any(marker in data for marker in MARKERS), f"a conflict marker in {path}"
        assert commits

    def git(self, *argv: str, folder: Path | None = None) -> bytes:
        command = ["git", "--git-dir", str(folder or self.repository), *argv]
        return subprocess.run(command, capture_output=True, check=True).stdout


def _fork(work: Callable[[], None]) -> int:
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


def _die() -> None:
    """Kill this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    with tempfile.TemporaryDirectory() as home:
        world = World(Path(home), asked.seed)
        for _ in range(asked.operations):
            world.operate()
        sys.stdout.write(world.finish() + "\n")


if __name__ == "__main__":
    main()
