"""Papers from files: what other programs and services keep them in."""

from __future__ import annotations

from typing import NamedTuple

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


class Batch(NamedTuple):
    """Some of what a file holds.

    Attributes:
        papers: in the order of the file. Where a paper has no arXiv id, its id is empty.
        bad: what could not be read.
        place: how many bytes of the (unpacked) file lie behind; reading may go on from here. 0 where it may not.
        number: how many lines lie behind.
        done: how many bytes of the file as it lies on the disk are read.
    """

    papers: tuple[Paper, ...]
    bad: tuple[Bad, ...]
    place: int
    number: int
    done: int
