"""The interface of the digest composer. This module is light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.settings import DigestSettings


class Composer(Protocol):
    """Composes digests. See `papertui.desk.digesting.Digests`, which is loaded when the first digest is composed."""

    @property
    def chosen(self) -> DigestSettings:
        """The settings of the digest."""
        ...

    def choose(self, chosen: DigestSettings) -> None:
        """Use other settings from now on, without saving them."""
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
        """See `papertui.desk.digesting.Digests.compose`."""
        ...
