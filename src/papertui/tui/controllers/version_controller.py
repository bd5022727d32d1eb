"""Versions of kept papers in the app: the daily question to arXiv, and what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from papertui.errors import SourceError
from papertui.model.alerts import cut_title
from papertui.services.versions import VersionService
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.feed_controller import FeedController


class VersionController:
    """Reports what is new about kept papers."""

    def __init__(self, context: ScreenContext, feeds: FeedController, versions: VersionService) -> None:
        self._context = context
        self._notice = context.notice
        self._feeds = feeds
        self._versions = versions

    async def check(self) -> None:
        """Ask arXiv about kept papers if that is due, and report what was found; a failure is tried again later."""
        with suppress(SourceError):  # the reader did not request it; feeds report that the network is down
            await self._versions.check()
        self.report()

    def report(self) -> None:
        """Report what was found since the last report, and show it in the rows."""
        found = self._versions.take_news()
        sentences = [*self._published(self._versions.take_notices())]
        news = [one for one in found if one.kind != "published"]
        if len(news) == 1:
            title = cut_title(self._versions.title(news[0].paper))
            sentences.append(f"{title}: {news[0].sentence}")
        elif news:
            sentences.append(f"{len(news)} of your papers have a new version or are withdrawn.")
        if sentences:
            self._notice.show_summary(" ".join(sentences))
        if found:
            self._feeds.reload_context()

    def _published(self, notices: Sequence[str]) -> Iterator[str]:
        """Yield the sentence about bookmarks that were updated, which are one step."""
        if notices:
            said = f"{len(notices)} of your papers are published now; their bookmarks say where."
            yield f"{notices[0] if len(notices) == 1 else said} {self._context.keys.name('undo')} undoes it."

    def seen(self) -> None:
        """Show the rows again, after the reader saw what changed."""
        self._feeds.reload_context()
