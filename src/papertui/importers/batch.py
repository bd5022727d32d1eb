"""What an import reads: batches of papers and bookmarks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from papertui.model.bookmark import CitationEntry, State
from papertui.model.paper import Paper

SOURCE = "file"


class BadRecord(NamedTuple):
    """A line or an entry that could not be read."""

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
