"""The digest composer, loaded when the first digest is composed."""

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
    """Composes digests with a composer that is made at the first call."""

    def __init__(self, chosen: DigestSettings, composer: Callable[[], Composer]) -> None:
        self.chosen = chosen
        self._composer = composer

    def choose(self, chosen: DigestSettings) -> None:
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
        """See `papertui.desk.digesting.Digests.compose`."""
        return await self._composer().compose(period, feeds=feeds, top=top, mailed=mailed, offline=offline)


def templates(places: Places, chosen: Settings) -> Path | None:
    """The folder of custom templates, or ``None``; a relative path starts at the folder of the settings.

    Raises:
        SettingsError: it begins with the home folder of an unknown user.
    """
    text = chosen.digest.templates.strip()
    if not text:
        return None
    try:
        return places.settings.parent / Path(text).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"“templates” in [digest] is “{text}”, but there is no such home folder. Set it to the full path of a "
            "folder."
        ) from error
