"""What papertui keeps on the disk: the archive, which may be rebuilt, and the library, which is precious.

Plain blocking code; the desk calls it off the event loop. This file is light to import.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from papertui.core.bookmark import Bookmark
from papertui.core.digest import Mailed, Period
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.record import Failure, Outcome, Posting, State
from papertui.core.paper import Paper
from papertui.core.step import Step, Undone, What, Work


class Backup(Protocol):
    """The library as it was once."""

    @property
    def name(self) -> str:
        """What the reader calls it."""
        ...

    @property
    def at(self) -> datetime:
        """When that state was written, UTC."""
        ...


class Bookmarks(Protocol):
    """The library as the desk sees it. Every method raises `StoreError` with a sentence for the reader."""

    def all(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first, as the file holds them at this moment; their papers bear no abstracts."""
        ...

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks, as the file holds them at this moment."""
        ...

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The kept papers with `ids`, by id, as they were when kept, with their abstracts."""
        ...

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before. On return the change is durable."""
        ...

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases the papers with `ids`; returns those that were kept. On return the change is durable."""
        ...

    def change(self, work: Work, what: What, at: datetime, *, joins: Step | None = None) -> Step | None:
        """Changes any number of bookmarks as one step; on return the change is durable.

        Args:
            work: is called with all bookmarks by id, while nobody else can change them.
            what: says in a few words what was done.
            at: when it is done, UTC.
            joins: the last step, if this one goes on with it, so that both are undone as one.

        Returns:
            The step, with all that it changed before if it went on; ``None`` when nothing was changed.
        """
        ...

    def collections(self) -> Mapping[str, str]:
        """The saved queries by their names."""
        ...

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> Step | None:
        """Saves queries under their names, or drops them (``None``), as one step; ``None`` when nothing changed."""
        ...

    def undo(self, at: datetime) -> Undone | None:
        """Takes the last step back that was not taken back yet; ``None`` when there is none."""
        ...

    def redo(self, at: datetime) -> Undone | None:
        """Makes the step again that was taken back last; ``None`` when there is none, or something was done since."""
        ...

    def steps(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, the newest first."""
        ...

    def backups(self) -> Sequence[Backup]:
        """The library as it was, the newest state first."""
        ...

    def restore(self, name: str, at: datetime) -> Step | None:
        """Makes the library what it was in the backup `name`, as one step; ``None`` when that changes nothing."""
        ...

    def problems(self) -> tuple[str, ...]:
        """What is not well beside the bookmarks themselves, a sentence each."""
        ...

    def repair(self, known: Callable[[Collection[str]], Mapping[str, Paper]]) -> tuple[str, ...]:
        """Mends what can be mended, with abstracts that `known` gives; returns what was done, a sentence each."""
        ...

    def stamp(self) -> object:
        """Equal as long as nobody changed the file."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told (a salvaged file, say), each given once."""
        ...


class TurnTaking(Protocol):
    """The right to do something that only one process may do at a time."""

    def take(self) -> bool:
        """Takes the turn if nobody has it; tells whether it is ours. Raises `StoreError`."""
        ...

    def give_back(self) -> None:
        """Lets the next one have it."""
        ...


class MailLedger(Protocol):
    """What was mailed, as the desk sees it; see `papertui.store.ledger`. Every method raises `StoreError`."""

    def turn(self) -> TurnTaking:
        """The right to send."""
        ...

    def intend(
        self,
        series: str,
        period: Period,
        letter: Letter,
        papers: Mapping[str, Mailed],
        at: datetime,
        *,
        named: bool = False,
    ) -> int:
        """Notes a mail before anything of it is sent; returns its number."""
        ...

    def hand_over(self, number: int, addresses: Sequence[str]) -> None:
        """Notes that from now on the mail may have arrived at `addresses`."""
        ...

    def settle(self, number: int, outcomes: Mapping[str, Outcome], at: datetime) -> State:
        """Notes what became of a mail for some of its recipients; returns how far it came as a whole."""
        ...

    def give_up(self, number: int, why: str, at: datetime) -> State:
        """Settles a mail that shall not be tried again."""
        ...

    def note_empty(self, series: str, period: Period, at: datetime, *, named: bool = False) -> None:
        """Notes that there was nothing to mail about a period."""
        ...

    def note_failure(self, failure: Failure) -> None:
        """Notes a run that came to nothing."""
        ...

    def open_postings(self, series: str) -> tuple[Posting, ...]:
        """The mails of a series that are not settled, with their messages, the oldest first."""
        ...

    def spans(self, series: str) -> tuple[tuple[date, date], ...]:
        """The first and last day of each period of a series that needs no further mail."""
        ...

    def first_tried(self, series: str) -> date | None:
        """The first day that was to be mailed about in a series, whether that came to anything or not."""
        ...

    def covered(self, series: str) -> date | None:
        """The last day that a series is mailed about, days that were asked for by name aside."""
        ...

    def last_sent(self, series: str) -> Posting | None:
        """The mail of a series that is about the latest days."""
        ...

    def mailed(self, series: str, period: Period) -> dict[str, Mailed]:
        """The papers that were mailed in a series before a mail about `period`, by id."""
        ...

    def log(self, limit: int) -> tuple[Posting, ...]:
        """The latest mails of all series, the newest first."""
        ...

    def failures(self, limit: int) -> tuple[Failure, ...]:
        """The latest runs that came to nothing, the newest first."""
        ...

    def last_failure(self) -> Failure | None:
        """The latest run that came to nothing and was not made good since."""
        ...
