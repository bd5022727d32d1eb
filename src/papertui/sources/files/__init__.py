"""Papers and bookmarks from files: what other programs and services keep them in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from papertui.core.bookmark import State
from papertui.core.paper import Paper

SOURCE = "file"


class Bad(NamedTuple):
    """A line, or an entry, that could not be read.

    Attributes:
        number: which one, counted from 1.
        why: what is the matter, a few words.
    """

    number: int
    why: str


class Kept(NamedTuple):
    """A bookmark in a file.

    Attributes:
        paper: its paper. Where it has no arXiv id, its id is empty.
        added: when it was kept, UTC; ``None`` where the file does not tell.
        tags: the reader's words for it.
        note: the reader's own text.
        state: how far the reading is.
        rating: the reader's judgement.
        whole: whether the paper is told as it was kept, so that nothing needs to be known of it from elsewhere.
    """

    paper: Paper
    added: datetime | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    state: State = "to read"
    rating: int | None = None
    whole: bool = False


class Batch(NamedTuple):
    """Some of what a file holds.

    Attributes:
        papers: in the order of the file. Where a paper has no arXiv id, its id is empty.
        bad: what could not be read.
        place: how many bytes of the (unpacked) file lie behind; reading may go on from here. 0 where it may not.
        number: how many lines lie behind.
        done: how many bytes of the file as it lies on the disk are read.
        kept: bookmarks, in the order of the file.
        ids: papers to be kept of which the file tells nothing but the id.
        unit: what is counted: a ``line``, or an ``entry``.
        notices: what the reader should know of the file, each a full sentence.
    """

    papers: tuple[Paper, ...]
    bad: tuple[Bad, ...]
    place: int
    number: int
    done: int
    kept: tuple[Kept, ...] = ()
    ids: tuple[str, ...] = ()
    unit: str = "line"
    notices: tuple[str, ...] = ()
