"""Who chooses the papers of a digest, as all others see it. This file is light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.settings import DigestSettings


class Composer(Protocol):
    """Who composes digests: `papertui.desk.digesting.Digests`, loaded when the first one is wanted."""

    @property
    def chosen(self) -> DigestSettings:
        """What the reader wants of a digest."""
        ...

    def choose(self, chosen: DigestSettings) -> None:
        """Composes by other choices from now on; nothing is written down."""
        ...

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, Mailed] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """The digest of a period, as `papertui.desk.digesting.Digests` has it."""
        ...
