"""The library between machines, over git. Plain blocking code like all of the store; this file is light to import."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from papertui.core.reconcile import Lost
from papertui.core.remote import Remote


class Exchanged(NamedTuple):
    """What a sync did.

    Attributes:
        sent: how many commits went to the remote.
        received: how many bookmarks were changed here.
        kept: how many bookmarks there are now.
        lost: notes that had to yield to newer ones.
        notices: sentences the reader must be told.
    """

    sent: int
    received: int
    kept: int
    lost: tuple[Lost, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that the reader must be told."""
        return tuple(dict.fromkeys((*self.notices, *map(sentence_of, self.lost))))


def sentence_of(lost: Lost) -> str:
    """What the reader must be told of a note that had to yield."""
    return (
        f"The note of {lost.id} was changed on two machines. The newer one holds; the other began "
        f"“{' '.join(lost.other.split())[:60]}”, and is kept in the history of the repository."
    )


class Standing(NamedTuple):
    """How things stand, as far as is known without asking anybody.

    Attributes:
        at: the moment it was looked, UTC.
        synced: when the last sync succeeded, UTC; ``None`` when none did.
        tried: when one was last tried, UTC.
        failure: why that one failed; empty when it did not.
        waiting: bookmarks that differ from what was last committed.
        ahead: commits that are here and not there.
        behind: commits that are there and not here.
        news: what syncs that nobody listened to had to tell.
    """

    at: datetime
    synced: datetime | None
    tried: datetime | None
    failure: str
    waiting: int
    ahead: int
    behind: int
    news: tuple[str, ...] = ()


class Exchanging(Protocol):
    """The library's side of a sync, as the desk sees it."""

    def prepare(self, remote: Remote) -> tuple[Remote, bool]:
        """Looks at a remote that is to be set up: where it lies, in full, and whether a repository was made there.

        Raises:
            UsageError: nothing can be there.
            StoreError: there is no git.
        """
        ...

    def sync(self, remote: Remote, *, unheard: bool = False) -> Exchanged:
        """Brings the library and `remote` to the same state.

        Args:
            remote: where machines meet.
            unheard: whether nobody listens; what must be told is kept for the next one then.

        Raises:
            SourceError: the remote cannot be reached; what changed here is committed and waits.
            UsageError: its branch holds something else than a library.
            StoreError: the disk, git, or a newer papertui is the reason.
        """
        ...

    def standing(self) -> Standing:
        """How things stand, without asking anybody.

        Raises:
            StoreError: the library cannot be read, or there is no git.
        """
        ...
