"""The day's or the week's papers chosen for the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.desk.feeds import Feeds


class Digests:
    """Composes digests."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, Mailed] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """The digest of a period.

        Args:
            period: the days it is about.
            feeds: what it is made of; ``None`` for what the settings say.
            top: how many papers a section has at most; ``None`` for what the settings say.
            mailed: by id, the papers that were mailed before.
            offline: whether it is made of what is stored, without asking anybody.

        Raises:
            SourceError: no service could be asked and nothing stored could serve.
            UsageError: the period lies in the future, or one of the feeds makes no section.
            StoreError: the disk cannot be read or written.
        """
        del feeds, top, mailed, offline
        return Digest(period, self._feeds.now())
