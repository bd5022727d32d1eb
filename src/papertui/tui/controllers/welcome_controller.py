"""Welcomes the reader at the first start, without taking a key."""

from __future__ import annotations

import asyncio

from papertui.app import Services
from papertui.errors import StoreError
from papertui.model.feed import FeedName
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.controllers.theme_controller import ThemeController
from papertui.tui.widgets.key_line import KeyLine

#: The themes that the welcome offers; there are more behind the key of themes.
_FEW = 5


class WelcomeController:
    """Shows the strip once in the life of a home, and the welcome when it is asked for.

    Args:
        context: the screen.
        services: what is followed, and whether this is the first start.
        themes: shows and saves themes.
        tabs: shows what was followed.
        key_line: the strip is above it.
    """

    def __init__(
        self,
        context: ScreenContext,
        services: Services,
        themes: ThemeController,
        tabs: TabController,
        key_line: KeyLine,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._services = services
        self._themes = themes
        self._tabs = tabs
        self._key_line = key_line

    def start(self) -> None:
        if self._context.start.welcomes:
            in_background(self._screen, self._show_strip, group="welcome")

    async def _show_strip(self) -> None:
        """Show the strip if papertui was never used here. It is shown once, whatever the reader does with it."""
        try:
            if not await asyncio.to_thread(self._is_first):
                return
        except StoreError:
            return  # reported by the check of the disk
        from papertui.tui.widgets.welcome_strip import WelcomeStrip  # noqa: PLC0415 - shown once

        if self._key_line.is_attached:
            await self._screen.mount(WelcomeStrip(self._context.keys), before=self._key_line)

    def _is_first(self) -> bool:
        state = self._services.read_state
        return self._services.is_first_start and state.last_feed() is None and state.is_first_time("welcome")

    def close(self) -> bool:
        """Remove the strip; return whether it was shown."""
        strips = self._screen.query("WelcomeStrip")
        is_shown = bool(strips)
        strips.remove()
        return is_shown

    def open(self) -> None:
        from papertui.tui.dialogs.welcome import FOLLOWING, WelcomeDialog  # noqa: PLC0415 - the first frame needs none

        if self._context.start.demo:
            self._context.notice.show_message("papertui runs with --demo. Restart it without --demo to be welcomed.")
            return
        context, app = self._context, self._screen.app
        dialog = WelcomeDialog(
            self._services.follows,
            context.keys,
            context.glyphs,
            self._themes.catalog.choices()[:_FEW],
            app.theme,
            self._themes.show,
            self._themes.choose,
            FOLLOWING if self.close() else 0,  # the strip was the first step
        )
        app.push_screen(dialog, self._finished)

    def _finished(self, followed: tuple[FeedName, ...] | None) -> None:
        self._tabs.reload()
        if followed:
            titles = ", ".join(map(self._services.follows.title, followed))
            self._context.notice.show_message(f"Following {titles}.")
