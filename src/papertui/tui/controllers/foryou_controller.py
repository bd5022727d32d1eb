"""For you on the screen: thumbs, the order that is learned from the library, and why a paper is ranked as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from papertui.app import Services
from papertui.model.feed import Feed
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.list_state import is_lazy
from papertui.tui.side_sections import SideEntry, SideSection

#: Words and people in the side pane.
_MOST_REASONS = 5


class ForYouController:
    """Learns in the background, and shows what was learned.

    Args:
        context: the screen.
        lists: the list.
        services: the ranking and the feeds.
        renew: shows a feed again, with another list of papers.
        open_paper: opens a paper.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        services: Services,
        renew: Callable[[Feed], None],
        open_paper: Callable[[Paper], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._services = services
        self._renew = renew
        self._open_paper = open_paper
        self._marks_version: int | None = None
        self._liked: Feed | None = None  # the feed whose order is being computed

    def list_changed(self) -> None:
        """After the list or its marks changed: learn from the library, or compute the order. Cheap otherwise."""
        state = self._lists.state
        version, known = state.marks_version, self._marks_version
        if version and version != known:
            self._marks_version = version
            if known is not None:  # the first marks are those of the start
                in_background(self._screen, self._learn, group="foryou", exclusive=True)
        wants_order = state.order.value.uses_liking and not state.context.liking and not is_lazy(state.feed.papers)
        if wants_order and state.feed is not self._liked and state.feed.papers:
            self._liked = state.feed
            in_background(self._screen, self._sort, state.feed, group="foryou order", exclusive=True)

    async def _learn(self) -> None:
        with self._context.notice.errors():
            await asyncio.to_thread(self._services.foryou.learn)

    async def _sort(self, feed: Feed) -> None:
        with self._context.notice.errors():
            liking = await asyncio.to_thread(self._services.feeds.liking, feed)
            state = self._lists.state
            if state.feed is feed:
                self._lists.update(state.with_context(state.context._replace(liking=liking)))

    async def rate(self, papers: tuple[Paper, ...], *, up: bool) -> None:
        """Give papers a thumb; the same key again takes it away."""
        ids = [paper.id for paper in papers]
        foryou, keys = self._services.foryou, self._context.keys
        with self._context.notice.errors():
            present = await asyncio.to_thread(foryou.thumbs)
            takes_away = all(present.get(id_) is up for id_ in ids)
            await asyncio.to_thread(foryou.rate, ids, up=None if takes_away else up)
            number = f" ({plural(len(papers), 'paper')})" if len(papers) > 1 else ""
            key = keys.name("thumb_up" if up else "thumb_down")
            words = f"Thumb {'up' if up else 'down'}{number}. {key} again takes it back."
            if takes_away:
                words = f"Thumb taken back{number}."
            self._context.notice.show_message(words)
            self._show_rated(frozenset(ids))
        in_background(self._screen, self._learn, group="foryou", exclusive=True)

    def _show_rated(self, ids: frozenset[str]) -> None:
        """Show the feed with the thumbs; in For you, a rated paper leaves the list."""
        feed = self._lists.state.feed
        if is_lazy(feed.papers) or self._lists.state.beyond is not None:
            return
        if feed.name.kind == "foryou":
            feed = feed._replace(papers=tuple(paper for paper in feed.papers if paper.id not in ids))
        self._renew(feed)

    def section(self, paper: Paper) -> SideSection | None:
        """Make the section of the side pane that says why a paper is in For you; ``None`` elsewhere. Blocks.

        Raises:
            StoreError: the disk cannot be read.
        """
        if self._lists.state.feed.name.kind != "foryou":
            return None
        why = self._services.foryou.whys([paper])[paper.id]
        people = ((f"by {one.name.value}, of whom you kept {one.kept}", one.share) for one in why.people)
        words = ((one.name.value, one.share) for one in why.words)
        shares = sorted((*people, *words), key=lambda pair: -pair[1])[:_MOST_REASONS]
        entries = [SideEntry(text, partial(self.explain, paper), f"{100 * share:.0f} %") for text, share in shares]
        entries += [
            SideEntry(f"like {one.paper.title}\nwhich you kept", partial(self._open_paper, one.paper))
            for one in why.like[:1]
        ]
        return SideSection("Why it is here", tuple(entries), "Nothing that you keep speaks for it.")

    def explain(self, paper: Paper) -> None:
        """Show why a paper is ranked as it is."""
        from papertui.tui.dialogs.why import WhyDialog  # noqa: PLC0415 - the first frame needs no dialog

        self._screen.app.push_screen(WhyDialog(self._services.foryou, paper), self._explained)

    def _explained(self, changed: bool | None) -> None:  # noqa: FBT001 - the result of the dialog
        """After reasons were muted or pinned: rank again."""
        if changed:
            in_background(self._screen, self._rank_again, group="foryou order", exclusive=True)

    async def _rank_again(self) -> None:
        with self._context.notice.errors():
            feed = self._lists.state.feed
            if feed.name.kind == "foryou":
                ranked = await asyncio.to_thread(self._services.feeds.stored, feed.name)
                if ranked is None or self._lists.state.feed is not feed:
                    return
                if ranked != feed:
                    self._renew(ranked)
                    return
                # The same papers, for other reasons.
                context = await asyncio.to_thread(self._services.feeds.context, feed)
                self._lists.update(self._lists.state.with_context(context))
            elif self._lists.state.order.value.uses_liking:
                await self._sort(feed)
