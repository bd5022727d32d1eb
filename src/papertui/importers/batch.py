"""What an import reads: batches of papers and bookmarks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from papertui.archive.file_rows import PackedRow, file_papers
from papertui.model.bookmark import CitationEntry, State
from papertui.model.paper import Paper
from papertui.model.passages import Passage
from papertui.model.safe_text import one_line, safe

SOURCE = "file"
#: Runs of numbers listed for each reason, and reasons listed apart; a file of another kind has a reason for each line.
_MOST_RUNS, _MOST_REASONS = 200, 20
_OTHER_REASONS = "other reasons"


class BadRecord(NamedTuple):
    """A line or an entry that could not be read, or not completely."""

    #: The number of the line or the entry, counted from 1.
    number: int
    #: The reason, in a few words.
    why: str


class ImportedBookmark(NamedTuple):
    """A bookmark in a file."""

    #: The id of the paper is empty if it has no arXiv id.
    paper: Paper
    #: When the paper was bookmarked, UTC; ``None`` if the file does not say.
    added: datetime | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    state: State = "to read"
    rating: int | None = None
    #: Whether the file has the paper completely, so that nothing needs to be fetched.
    whole: bool = False
    entry: CitationEntry | None = None
    highlights: tuple[Passage, ...] = ()


def safe_highlights(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Make the texts of passages from outside safe."""
    safe_ones = (
        one._replace(
            quote=safe(one.quote),
            comment=safe(one.comment),
            section=one_line(one.section),
            part=one_line(one.part),
            before=one_line(one.before),
            after=one_line(one.after),
        )
        for one in passages
    )
    return tuple(one for one in safe_ones if one.quote.strip())


class Batch(NamedTuple):
    """A part of the content of a file."""

    #: In the order of the file. The id of a paper without an arXiv id is empty.
    papers: tuple[Paper, ...]
    bad: tuple[BadRecord, ...]
    #: The bytes of the (decompressed) file read so far; reading may resume here. 0 if it may not.
    place: int
    #: The lines read so far.
    number: int
    #: The bytes of the file on disk read so far.
    done: int
    #: Bookmarks, in the order of the file.
    kept: tuple[ImportedBookmark, ...] = ()
    #: Papers to bookmark of which the file has only the id.
    ids: tuple[str, ...] = ()
    #: What `number` and `BadRecord.number` count: a ``line`` or an ``entry``.
    unit: str = "line"
    #: Full sentences about the file for the user.
    notices: tuple[str, ...] = ()
    #: Records that were read without a fact of a wrong type; their papers are among the others.
    partial: tuple[BadRecord, ...] = ()
    #: Papers of a large file, ready to be written; then `papers` is empty.
    rows: tuple[PackedRow, ...] = ()

    def all_papers(self) -> tuple[Paper, ...]:
        return self.papers or tuple(file_papers(self.rows))


class BadRecords:
    """Records that could not be read: how many, the first ones, and the numbers of all others as far as sensible.

    Memory is bounded, whatever the file holds.

    Args:
        first: the number of records that are kept with their reasons.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self.count = 0
        self.first: tuple[BadRecord, ...] = ()
        #: By reason: the first and last numbers of runs, and how many numbers are not among them.
        self._runs: dict[str, list[tuple[int, int]]] = {}
        self._left: dict[str, int] = {}

    def add(self, records: Iterable[BadRecord]) -> None:
        for record in records:
            self.count += 1
            if len(self.first) < self._first:
                self.first = (*self.first, record)
                continue
            why = record.why if record.why in self._runs or len(self._runs) < _MOST_REASONS else _OTHER_REASONS
            runs = self._runs.setdefault(why, [])
            if runs and runs[-1][1] == record.number - 1 and not self._left.get(why):
                runs[-1] = (runs[-1][0], record.number)
            elif len(runs) < _MOST_RUNS:
                runs.append((record.number, record.number))
            else:
                self._left[why] = self._left.get(why, 0) + 1

    def others(self) -> tuple[OtherBadRecords, ...]:
        """Return the records after the first ones by reason."""
        return tuple(
            OtherBadRecords(
                why,
                ", ".join(str(start) if start == end else f"{start}-{end}" for start, end in runs),
                sum(end - start + 1 for start, end in runs) + self._left.get(why, 0),
                self._left.get(why, 0),
            )
            for why, runs in self._runs.items()
        )


class OtherBadRecords(NamedTuple):
    """Records that could not be read for one reason."""

    why: str
    #: Their numbers: ``31, 40-52``.
    numbers: str
    total: int
    #: How many of them are not in `numbers`.
    left: int
