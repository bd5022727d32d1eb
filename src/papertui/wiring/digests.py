"""The digest composer, loaded when the first digest is composed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from papertui.digest.compose import Composer
from papertui.digest.model import Digest, MailedPaper
from papertui.errors import SettingsError
from papertui.model.feed import FeedName
from papertui.model.period import Period
from papertui.paths import Paths
from papertui.settings import DigestSettings, Settings


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
        mailed: Mapping[str, MailedPaper] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """See `papertui.digest.compose.Digests.compose`."""
        return await self._composer().compose(period, feeds=feeds, top=top, mailed=mailed, offline=offline)


def templates(places: Paths, chosen: Settings) -> Path | None:
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
