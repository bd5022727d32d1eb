"""Imports papers from files into the archive; bookmarks in them are returned."""

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

#: Reads a file of papers, starting at a byte offset and a line number.
ReadFile = Callable[[Path, int, int], Iterator[Batch]]
#: The number of bad lines that are reported individually.
_TOLD = 5
_HEAD = 1 << 16
_SEARCH = "https://huggingface.co/papers?q="


class Imported(NamedTuple):
    """The result of importing a file, or the progress so far."""

    added: int = 0  # New papers
    changed: int = 0  # Papers with new data
    same: int = 0  # Papers without new data
    bad: int = 0  # How many lines could not be read
    first_bad: tuple[Bad, ...] = ()  # Some of them
    done: int = 0  # Bytes read
    size: int = 0  # The file's size in bytes; 0 if unknown
    resumed: int = 0  # Lines imported by an earlier, interrupted run
    kept: tuple[Kept, ...] = ()  # The bookmarks of the file; their papers are in the archive and have ids
    ids: tuple[str, ...] = ()  # Papers to bookmark for which the file contains only the id
    unit: str = "line"  # What `bad` counts: ``line`` or ``entry``
    notices: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        return self.added + self.changed + self.same


class Importer:
    """Imports files of papers into the archive; an interrupted import is resumed."""

    def __init__(self, archive: Archive, read_file: ReadFile, now: Clock) -> None:
        self._archive = archive
        self._read_file = read_file
        self._now = now

    def run(self, path: Path, tell: Callable[[Imported], None]) -> Imported:
        """Import a file in batches of some thousand papers; imported batches stay, whatever happens later.

        The data is as old as the file, so that it never replaces newer data from a source.

        Args:
            path: the file, or ``-`` for stdin.
            tell: called with the progress after each batch.

        Raises:
            UsageError: the file cannot be read, or its format is unknown.
            StoreError: the disk cannot be written; batches imported before that stay.
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
        """The offset and line at which an earlier import of the same file was interrupted."""
        place, _, number = (self._archive.recall(key) or "" if key else "").partition(" ")
        return (int(place), int(number)) if place.isdecimal() and number.isdecimal() else (0, 0)


def _identified(paper: Paper) -> Paper:
    """The paper with an id; a missing one is derived from its DOI or title, which the archive can resolve."""
    if paper.id:
        return paper
    return identified(paper if paper.url else paper._replace(url=_SEARCH + quote(paper.title)))


def _identity(path: Path) -> tuple[int, datetime, str] | None:
    """The size of a file, its time and a key for its content; ``None`` for a pipe or a missing file."""
    try:
        if not path.is_file():
            return None
        status = path.stat()
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:  # the reader of the file reports it better
        return None
    stamp = f"{status.st_size} {status.st_mtime_ns}".encode()
    at = datetime.fromtimestamp(status.st_mtime, UTC)
    return status.st_size, at, f"import {sha256(stamp + head).hexdigest()[:24]}"
