"""What happens without a request of the reader: stale feeds are fetched; failed hooks, mails and disks are reported."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress

from textual.timer import Timer

from papertui.app import Services
from papertui.errors import PapertuiError, StoreError, UnwritableError
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.feed_controller import FeedController
from papertui.tui.controllers.tab_controller import TabController, is_shown_by
from papertui.tui.controllers.version_controller import VersionController

#: Seconds between two checks for stale feeds, and before the first check.
_STALE_INTERVAL, _STALE_FIRST = 60.0, 8.0
#: Seconds between two checks for failed hooks, and for a disk that cannot be written.
_HOOK_INTERVAL, _DISK_INTERVAL = 1.0, 2.0
_DAILY = FeedName("daily")


class BackgroundController:
    """Runs from the first frame to the end."""

    def __init__(
        self,
        context: ScreenContext,
        tabs: TabController,
        feeds: FeedController,
        services: Services,
        settings: Settings,
        versions: VersionController,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._tabs = tabs
        self._feeds = feeds
        self._services = services
        self._versions = versions
        self._refreshes = settings.refresh
        self._prefetches = settings.prefetch
        self._disk_check: asyncio.Task[None] | None = None
        self._hook_timer: Timer | None = None

    def use(self, settings: Settings) -> None:
        """Use other settings from now on."""
        self._refreshes = settings.refresh
        self._prefetches = settings.prefetch
        self._watch_hooks()

    def _watch_hooks(self) -> None:
        if self._services.hooks.is_set and self._hook_timer is None:
            self._hook_timer = self._screen.set_interval(_HOOK_INTERVAL, self._report_hooks)

    def start(self) -> None:
        self._check_disk()
        self._screen.set_interval(_DISK_INTERVAL, self._check_disk)
        self._screen.set_interval(_DISK_INTERVAL, self._versions.report)
        self._screen.set_timer(_STALE_FIRST, self._refresh_stale)
        self._screen.set_interval(_STALE_INTERVAL, self._refresh_stale)
        self._watch_hooks()
        if not self._context.start.demo:
            in_background(self._screen, self._report_unsent_digest, group="mail")

    def _report_hooks(self) -> None:
        self._notice.warn_each(self._services.hooks.take_notices())

    def _check_disk(self) -> None:
        # A disk that does not respond (a network folder) must neither block the screen nor pile up checks.
        if self._disk_check is None or self._disk_check.done():
            self._disk_check = asyncio.create_task(self._report_disk())

    async def _report_disk(self) -> None:
        if (notice := await asyncio.to_thread(self._services.disk.take_notice)) and self._screen.is_attached:
            self._notice.warn(notice)

    def _refresh_stale(self) -> None:
        """Fetch stale feeds in the background."""
        is_wanted = self._refreshes or self._prefetches
        is_running = any(worker.group == "schedule" and worker.is_running for worker in self._screen.workers)
        if is_wanted and self._context.start.uses_network and not self._tabs.activity.is_running and not is_running:
            in_background(self._screen, self._fetch_stale, group="schedule", exclusive=True)

    async def _fetch_stale(self) -> None:
        names: Sequence[FeedName] = ()
        if self._refreshes:
            names = self._tabs.names
        elif "daily" in self._prefetches:
            names = (_DAILY,)
        with self._notice.errors():
            stale = await asyncio.to_thread(self._services.feeds.stale, names)
            fetched = []
            async for name, update in self._services.feeds.update_each(stale):
                if isinstance(update, PapertuiError):
                    if is_shown_by(name, self._tabs.open_name):
                        self._tabs.failure = update  # shown in the status; the reader did not request this
                    continue
                fetched.append(update.feed)
                self._feeds.arrived_in_background(update.feed)
            await self._renew_group({feed.name for feed in fetched})
            with suppress(UnwritableError):  # reported by the check of the disk
                async for _ in self._services.prefetcher.bring(self._prefetches, tuple(fetched)):
                    pass  # a failure is tried again next time
            await self._tabs.update_new()
            await self._versions.check()  # last, since it may take a minute

    async def _renew_group(self, fetched: AbstractSet[FeedName]) -> None:
        """Show the open group again, once, if one of its feeds was fetched."""
        name = self._tabs.open_name
        if name.kind == "group" and any(follow.name in fetched for follow in self._services.follows.members(name)):
            feed = await asyncio.to_thread(self._services.feeds.stored, name)
            if feed is not None and self._tabs.open_name == name:
                self._feeds.renew(feed)

    async def _report_unsent_digest(self) -> None:
        """Show that the last scheduled digest failed, after the messages of a fetch: without a network both fail."""

        def last_failure() -> str | None:
            return self._services.digest.last_failure()  # imports the parts of the digest, and reads its ledger

        try:
            failure = await asyncio.to_thread(last_failure)
        except StoreError as error:
            failure = str(error)
        if failure is None:
            return
        await self._tabs.activity.is_idle.wait()
        key = self._context.keys.name("digest")
        self._notice.warn(f"{failure} {key} shows the log of mails.")
