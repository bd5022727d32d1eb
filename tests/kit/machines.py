"""Machines that sync: libraries, their repositories, and a shared remote."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.remote import Remote, remote_of
from papertui.sync.exchange import Syncer, SyncResult

#: An environment without git settings and without a name.
BARE = {"PATH": os.environ["PATH"], "HOME": ""}


class Clock:
    """A clock that advances by a minute with each call."""

    def __init__(self) -> None:
        self.time = datetime(2026, 4, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


class Machine:
    """One machine of a user."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self.home = home
        self.folder = home / "sync"
        self.clock = clock
        self.library = Library(home / "bookmarks.json", home / "backups")
        self.exchange = Syncer(self.library, home / "bookmarks.json", self.folder, BARE, clock, patience=0.2)

    def keep(self, *papers: Paper) -> None:
        self.library.add(papers, self.clock())

    def change(self, id_: str, **fields: object) -> None:
        def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            return {id_: kept[id_]._replace(**fields)}  # type: ignore[arg-type]

        self.library.change(work, "change", self.clock())

    def marks(self) -> dict[str, Bookmark]:
        marks = {mark.paper.id: mark for mark in self.library.all()}
        whole = self.library.whole(marks)
        return {id_: mark._replace(paper=whole[id_]) for id_, mark in marks.items()}

    def sync(self, remote: Remote) -> SyncResult:
        return self.exchange.sync(remote)


def bare_repository(path: Path) -> Remote:
    """Create a bare repository, as on a server."""
    git(path, "init", "--quiet", "--bare")
    return remote_of(str(path))


def git(folder: Path, *argv: str, given: bytes = b"") -> str:
    """Run git without settings in the repository in `folder` and return its output."""
    own = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x"}
    own |= {"GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@x"}
    done = subprocess.run(
        ["git", "--git-dir", folder, *argv], input=given, capture_output=True, check=True, env={**BARE, **own}
    )
    return done.stdout.decode().strip()


def by_hand(folder: Path, files: Mapping[str, bytes]) -> str:
    """Change files of the branch `papertui`, as a user can on the pages of a forge; return the commit."""
    branch = "refs/heads/papertui"
    stream = f"commit {branch}\ncommitter x <x@x> 1777600000 +0000\ndata 7\nBy hand\n".encode()
    if git(folder, "for-each-ref", branch):
        stream += f"from {branch}^0\n".encode()
    for path, data in files.items():
        name = path.replace("\\", "\\\\").replace('"', '\\"')
        stream += f'M 100644 inline "{name}"\ndata {len(data)}\n'.encode() + data + b"\n"
    git(folder, "fast-import", "--quiet", given=stream)
    return git(folder, "rev-parse", branch)
