"""Uses changed settings at once where that is possible."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from papertui.app import Services
from papertui.errors import SettingsError
from papertui.settings import Pictures, Settings
from papertui.tui.controllers.background_controller import BackgroundController
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.controllers.theme_controller import ThemeController
from papertui.tui.widgets.paper_list import PaperList


class SettingsController:
    """Knows the settings in force.

    Args:
        context: the screen.
        services: what the settings configure.
        settings: the settings at the start.
        themes: shows themes.
        tabs: the tabs.
        background: what runs by the clock.
        papers: the list.
        use_keys: uses keys that were changed.
        use_pictures: shows pictures in another way.
        show_feeds: opens the feeds screen.
        show_again: shows the open feed again, after the rules for muted papers changed.
    """

    def __init__(  # noqa: PLR0913 - every part that a setting changes
        self,
        context: ScreenContext,
        services: Services,
        settings: Settings,
        themes: ThemeController,
        tabs: TabController,
        background: BackgroundController,
        papers: PaperList,
        *,
        use_keys: Callable[[], None],
        use_pictures: Callable[[Pictures], None],
        show_feeds: Callable[[], None],
        show_again: Callable[[], None],
    ) -> None:
        self._context = context
        self._services = services
        self._settings = settings
        self._themes = themes
        self._tabs = tabs
        self._background = background
        self._papers = papers
        self._use_keys = use_keys
        self._use_pictures = use_pictures
        self._show_feeds = show_feeds
        self._show_again = show_again
        self._is_outdated = False

    def closed(self, leave: str | None) -> None:
        """The screen was closed, perhaps to go to the feeds."""
        if self._is_outdated:
            self._is_outdated = False
            self._show_again()
        if leave == "feeds":
            self._show_feeds()

    def apply(self, settings: Settings) -> None:
        """Use changed settings. Those that only count at the start are left alone."""
        old, self._settings = self._settings, settings
        self._services.use(settings)
        self._themes.show(settings.theme)
        if settings.compact != old.compact:
            self._papers.row_height = 1 if settings.compact else 2
        if settings.keys != old.keys:
            with self._context.notice.errors():
                self._context.keys.use(settings.keys)
                self._use_keys()
        if settings.pictures != old.pictures:
            self._use_pictures(settings.pictures)
        self._background.use(settings)
        self._tabs.reload()
        self._is_outdated = self._is_outdated or settings.mute != old.mute

    async def send_test(self) -> str:
        """Mail the digest to the reader alone, as the digest screen does.

        Raises:
            PapertuiError: it could not be sent.
        """
        if not self._context.start.uses_network:
            raise SettingsError("papertui runs offline and sends no mail. Restart it without --offline or --demo.")
        digest = await asyncio.to_thread(lambda: self._services.digest)  # imports the parts of the digest
        preview = await digest.proof()
        if preview.missing:
            raise SettingsError(f"The digest cannot be mailed. Set {', '.join(preview.missing)}.")
        await digest.send_test(preview)
        return f"The test was mailed to {preview.oneself.address}. It is not recorded."
