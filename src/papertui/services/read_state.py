"""Read marks, and the feed that was open last."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from papertui.archive.archive import Archive
from papertui.errors import UnwritableError, UsageError
from papertui.model.feed import FeedName, parse_feed_name
from papertui.services.hooks import Hooks
from papertui.services.types import Clock

_LAST_FEED = "last feed"


class ReadState:
    """Read marks and the last feed. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive, now: Clock, hooks: Hooks | None = None) -> None:
        self._archive = archive
        self._now = now
        self._hooks = hooks

    def read_ids(self) -> frozenset[str]:
        return self._archive.read_ids()

    def mark(self, ids: Iterable[str], *, read: bool) -> None:
        """Mark papers read or unread."""
        ids = list(dict.fromkeys(ids))
        newly_read: list[str] = []
        if read and self._hooks is not None and self._hooks.wants("read"):
            before = self._archive.read_ids()
            newly_read = [id_ for id_ in ids if id_ not in before]
        self._archive.mark_read(ids, read, self._now())
        if self._hooks is not None and newly_read:
            self._hooks.emit("read", "read", newly_read)

    def mark_opened(self, ids: Iterable[str]) -> bool:
        """Mark papers read because they were opened; returns whether that could be stored."""
        try:
            self.mark(ids, read=True)
        except UnwritableError:  # they are shown all the same
            return False
        return True

    def last_feed(self) -> FeedName | None:
        """The feed that was open last."""
        text = self._archive.recall(_LAST_FEED)
        if text is None:
            return None
        try:
            return parse_feed_name(text)
        except UsageError:  # written by another version with other feeds
            return None

    def remember_feed(self, name: FeedName) -> None:
        """Store the current feed for the next visit; on a full or read-only disk, do nothing."""
        with suppress(UnwritableError):
            self._archive.note(_LAST_FEED, str(name))

    def is_first_time(self, what: str) -> bool:
        """Whether this is the first call for `what`; never on a full or read-only disk, which cannot remember it."""
        if self._archive.recall(what) is not None:
            return False
        try:
            self._archive.note(what, "done")
        except UnwritableError:
            return False
        return True

    def take_notices(self) -> tuple[str, ...]:
        """Messages from the archive, each returned once."""
        return self._archive.take_notices()
