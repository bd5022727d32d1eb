"""What has been read, and the little things remembered between two visits."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.core.feed import FeedName, parse_feed_name
from papertui.desk.doors import Clock
from papertui.desk.hooking import Hooks
from papertui.errors import UsageError
from papertui.store.archive import Archive

_LAST_FEED = "last feed"
_LOOKED = "looked at"


class Marks:
    """Read marks and remembered places. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive, now: Clock, hooks: Hooks | None = None) -> None:
        self._archive = archive
        self._now = now
        self._hooks = hooks

    def read_ids(self) -> frozenset[str]:
        """The ids of the papers that are marked read."""
        return self._archive.read_ids()

    def mark(self, ids: Iterable[str], *, read: bool) -> None:
        """Marks papers read, or unread again."""
        ids = list(dict.fromkeys(ids))
        told: list[str] = []
        if read and self._hooks is not None and self._hooks.wants("read"):
            before = self._archive.read_ids()
            told = [id_ for id_ in ids if id_ not in before]
        self._archive.mark_read(ids, read, self._now())
        if self._hooks is not None and told:
            self._hooks.tell("read", "read", told)

    def last_feed(self) -> FeedName | None:
        """The view that was open last."""
        text = self._archive.recall(_LAST_FEED)
        if text is None:
            return None
        try:
            return parse_feed_name(text)
        except UsageError:  # written by another version that knew other feeds
            return None

    def remember_feed(self, name: FeedName) -> None:
        """Notes the view that is open now, for the next visit."""
        self._archive.note(_LAST_FEED, str(name))

    def looked(self, name: FeedName) -> frozenset[str] | None:
        """The ids of the papers that stood in a view when the reader last looked; ``None`` the first time."""
        text = self._archive.recall(f"{_LOOKED} {name}")
        return None if text is None else frozenset(text.split("\n"))

    def look(self, name: FeedName, ids: Iterable[str]) -> None:
        """Notes that the reader looks at a view with these papers."""
        self._archive.note(f"{_LOOKED} {name}", "\n".join(ids))

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of the archive, each sentence once."""
        return self._archive.take_notices()
