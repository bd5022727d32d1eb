"""The results and the state of syncs."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from papertui.model.merge import LostText
from papertui.model.remote import Remote


class SyncResult(NamedTuple):
    """The result of a sync."""

    #: The number of commits pushed to the remote.
    sent: int
    #: The number of bookmarks changed here.
    received: int
    #: The number of bookmarks after the sync.
    kept: int
    #: Notes that were replaced by newer ones.
    lost: tuple[LostText, ...] = ()
    #: Messages for the user.
    notices: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All messages for the user, including those about replaced notes."""
        return tuple(dict.fromkeys((*self.notices, *map(sentence_of, self.lost))))


def sentence_of(lost: LostText) -> str:
    """The message about a replaced note."""
    return (
        f"The note of {lost.id} was changed on two machines. The newer one is used; the other began with "
        f"“{' '.join(lost.other.split())[:60]}” and is kept in the history of the repository."
    )


class SyncState(NamedTuple):
    """The status of the sync, as far as it is known without contacting the remote."""

    #: The time of this status, UTC.
    at: datetime
    #: The time of the last successful sync, UTC.
    synced: datetime | None
    #: The time of the last attempt, UTC.
    tried: datetime | None
    #: Why the last attempt failed; empty if it did not.
    failure: str
    #: The number of bookmarks that differ from the last commit.
    waiting: int
    #: The number of commits that the remote does not have.
    ahead: int
    #: The number of commits that only the remote has.
    behind: int
    #: Messages of background syncs that were not shown yet.
    news: tuple[str, ...] = ()


class SyncerProtocol(Protocol):
    """The sync of the library, as its users see it."""

    def prepare(self, remote: Remote) -> tuple[Remote, bool]:
        """Check a remote before setup; returns it with its full path, and whether a repository was created there.

        Raises:
            UsageError: no repository can be there.
            StoreError: git is missing.
        """
        ...

    def sync(self, remote: Remote, *, unheard: bool = False) -> SyncResult:
        """Bring the library and `remote` to the same state.

        Args:
            remote: the repository to sync with.
            unheard: whether this is a background sync, whose messages are kept for the next one.

        Raises:
            SourceError: the remote cannot be reached; local changes are committed and wait.
            UsageError: its branch does not contain a papertui library.
            StoreError: the disk or git reports an error, or a newer papertui wrote the library.
        """
        ...

    def standing(self) -> SyncState:
        """The status, without contacting the remote or changing anything.

        Raises:
            StoreError: the library cannot be read, or git is missing.
        """
        ...
