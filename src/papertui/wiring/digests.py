"""The composing of digests, which is loaded when the first one is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.desk.composing import Composer
from papertui.errors import SettingsError
from papertui.settings import DigestSettings, Places, Settings


class LateDigests:
    """Composes digests.

    Args:
        chosen: what the reader wants of a digest.
        composer: makes who composes them, at the first call.
    """

    def __init__(self, chosen: DigestSettings, composer: Callable[[], Composer]) -> None:
        self.chosen = chosen
        self._composer = composer

    def choose(self, chosen: DigestSettings) -> None:
        """Composes what the reader wants from now on."""
        self.chosen = chosen
        self._composer().choose(chosen)

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, Mailed] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """The digest of a period, see `papertui.desk.digesting.Digests`."""
        return await self._composer().compose(period, feeds=feeds, top=top, mailed=mailed, offline=offline)


def templates(places: Places, chosen: Settings) -> Path | None:
    """The folder of the reader's own templates; a relative one lies beside the settings. ``None`` for no such folder.

    Raises:
        SettingsError: it begins with the home folder of somebody unknown.
    """
    told = chosen.digest.templates.strip()
    if not told:
        return None
    try:
        return places.settings.parent / Path(told).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"“templates” in [digest] is “{told}”, and there is no such home folder. Give it the full path of a folder."
        ) from error
