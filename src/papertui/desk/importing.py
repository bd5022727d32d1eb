"""Papers from files, into the archive; bookmarks among them are handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from papertui.core.identity import identified
from papertui.core.paper import Paper
from papertui.desk.doors import Clock
from papertui.sources.files import Bad, Batch, Kept
from papertui.store.archive import Archive

#: Reads a file of papers; a place and a number of lines to go on from may be given.
ReadFile = Callable[[Path, int, int], Iterator[Batch]]
#: So many of the bad lines are told one by one.
_TOLD = 5
_HEAD = 1 << 16
_SEARCH = "https://huggingface.co/papers?q="


class Imported(NamedTuple):
    """What came of reading a file, or of the part of it that is read so far.

    Attributes:
        added: papers that were not known before.
        changed: papers of which more is known now.
        same: papers that told nothing new.
        bad: how many lines could not be read.
        first_bad: some of them.
        done: bytes of the file that are read.
        size: bytes it has; 0 when that is not known.
        resumed: lines that an earlier reading had taken in.
        kept: the bookmarks of the file; their papers are in the archive and have ids.
        ids: papers to be kept that the file tells nothing else of.
        unit: what is counted as bad: a ``line``, or an ``entry``.
        notices: what the reader should know of the file.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    first_bad: tuple[Bad, ...] = ()
    done: int = 0
    size: int = 0
    resumed: int = 0
    kept: tuple[Kept, ...] = ()
    ids: tuple[str, ...] = ()
    unit: str = "line"
    notices: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        """How many papers were read."""
        return self.added + self.changed + self.same


class Importer:
    """Reads files of papers into the archive; an interrupted reading goes on where it was."""

    def __init__(self, archive: Archive, read_file: ReadFile, now: Clock) -> None:
        self._archive = archive
        self._read_file = read_file
        self._now = now

    def run(self, path: Path, tell: Callable[[Imported], None]) -> Imported:
        """Takes in the papers of a file, some thousands at a time; what is taken in stays, whatever happens then.

        What a file tells counts as old as the file, so that it never hides what a service told later.

        Args:
            path: the file, or ``-`` for what comes in on stdin.
            tell: is told how far the reading is, again and again.

        Raises:
            UsageError: the file cannot be read, or is of no kind that is known.
            StoreError: the disk cannot be written; what was taken in before stays.
        """
        size, at, key = _identity(path) or (0, self._now(), "")
        place, number = self._resumed(key)
        done = Imported(size=size, resumed=number)
        for batch in self._read_file(path, place, number):
            noting = (key, f"{batch.place} {batch.number}") if key and batch.place else None
            kept = tuple(one._replace(paper=_identified(one.paper)) for one in batch.kept)
            papers = (*map(_identified, batch.papers), *(one.paper for one in kept))
            taken = self._archive.remember(papers, at, noting=noting)
            done = done._replace(
                added=done.added + taken.added,
                changed=done.changed + taken.changed,
                same=done.same + taken.same,
                bad=done.bad + len(batch.bad),
                first_bad=(*done.first_bad, *batch.bad)[:_TOLD],
                done=batch.done,
                kept=done.kept + kept,
                ids=done.ids + batch.ids,
                unit=batch.unit,
                notices=done.notices + batch.notices,
            )
            tell(done)
        if key:
            self._archive.note(key, "")
        return done

    def _resumed(self, key: str) -> tuple[int, int]:
        """Where an earlier reading of the same file was interrupted."""
        place, _, number = (self._archive.recall(key) or "" if key else "").partition(" ")
        return (int(place), int(number)) if place.isdecimal() and number.isdecimal() else (0, 0)


def _identified(paper: Paper) -> Paper:
    """A paper that came without an id gets one made of what is known of it; the archive knows whose it is."""
    if paper.id:
        return paper
    return identified(paper if paper.url else paper._replace(url=_SEARCH + quote(paper.title)))


def _identity(path: Path) -> tuple[int, datetime, str] | None:
    """The size of a file, its age, and a name for this very content; ``None`` for a pipe, or where there is no file."""
    try:
        if not path.is_file():
            return None
        found = path.stat()
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:  # told better by who reads it
        return None
    told = f"{found.st_size} {found.st_mtime_ns}".encode()
    at = datetime.fromtimestamp(found.st_mtime, UTC)
    return found.st_size, at, f"import {sha256(told + head).hexdigest()[:24]}"
