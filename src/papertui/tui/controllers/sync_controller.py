"""Syncing the library from the app, and what is to be known about it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from papertui.app import Services
from papertui.errors import PapertuiError
from papertui.settings import SyncSettings
from papertui.tui.commands import Command
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.library_controller import LibraryController
from papertui.tui.controllers.tab_controller import TabController

if TYPE_CHECKING:
    from papertui.sync.service import SyncService

#: Seconds between two looks at what background syncs left behind, and before the first.
_INTERVAL, _FIRST = 60.0, 5.0


class SyncController:
    """Syncs on request, one sync at a time. Everything about git is loaded and run outside the event loop."""

    def __init__(
        self,
        context: ScreenContext,
        tabs: TabController,
        library: LibraryController,
        services: Services,
        settings: SyncSettings,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._tabs = tabs
        self._library = library
        self._services = services
        self._is_set_up = bool(settings.remote)
        self._is_running = False

    def start(self) -> None:
        """Show when a background sync fails, if sync is set up."""
        if self._is_set_up and not self._context.start.demo:
            self._screen.set_timer(_FIRST, self._look_later)
            self._screen.set_interval(_INTERVAL, self._look_later)

    def _look_later(self) -> None:
        in_background(self._screen, self.look, group="sync status", exclusive=True)

    async def look(self) -> None:
        """Show whether sync needs attention, in the status."""
        service = await self._service()
        self._tabs.attention = await asyncio.to_thread(service.attention)
        self._tabs.show()

    async def _service(self) -> SyncService:
        return await asyncio.to_thread(lambda: self._services.sync)  # imports what runs git

    def sync(self) -> None:
        """Sync now, or say why that is not possible."""
        for option, is_set in (("--demo", self._context.start.demo), ("--offline", self._context.start.offline)):
            if is_set:
                self._notice.show_message(f"papertui runs with {option}. Restart it without {option} to sync.")
                return
        if self._is_running:
            self._notice.show_message("The library is already being synced.")
            return
        self._is_running = True
        in_background(self._screen, self._sync, group="sync")

    async def _sync(self) -> None:
        try:
            with self._tabs.activity.running("syncing"):
                service = await self._service()
                result = await service.sync()
        except PapertuiError as error:
            self._notice.warn(str(error), cause="sync")
        else:
            self._is_set_up = True
            await self._library.follow()
            words = " ".join((*result.sentences, result.summary))
            self._notice.show_message(words, warning=bool(result.sentences))
        finally:
            self._is_running = False
        await self.look()

    def commands(self) -> Iterator[Command]:
        """Yield what the palette offers besides the key."""
        attention = f" ({self._tabs.attention})" if self._tabs.attention else ""
        show = partial(in_background, self._screen, self._show_status, group="sync status")
        yield Command(f"Show the sync status{attention}", "Library", show)

    async def _show_status(self) -> None:
        with self._notice.errors():
            service = await self._service()
            status = await service.status()
            self._notice.show_message(" ".join(status.sentences), warning=True)
