"""Comments on the paper that the reader looks at, and what cites it: stored ones at once, new ones after a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from textual.timer import Timer

from papertui.app import Services
from papertui.errors import PapertuiError
from papertui.model.community import REPO_KINDS, Community, HubUser, Repo, discussion_url
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.widgets.community_text import CommunityView, community_blocks
from papertui.tui.widgets.paper_text import Block

#: Seconds on a paper until what is stored is read, and until the service is asked: a reader who scrolls asks nothing.
_SETTLED, _RESTED = 0.15, 0.8
#: Seconds between two requests, which keeps far below the limits of the service.
_GAP = 2.0
#: Papers whose comments are held in memory.
_MOST = 64
#: Repositories of one kind beside a list, and on the whole screen.
_BESIDE, _READING = 3, 10


class CommunityController:
    """Knows what to show of a paper besides its own facts.

    Args:
        context: the screen.
        services: the community service is imported when a paper is looked at.
        is_automatic: whether the service is asked when the reader rests on a paper, and not only when one is opened.
    """

    def __init__(self, context: ScreenContext, services: Services, *, is_automatic: bool) -> None:
        self._context = context
        self._screen = context.screen
        self._services = services
        self._is_automatic = is_automatic
        self._views: dict[str, CommunityView] = {}
        self._watchers: list[Callable[[], None]] = []
        self._id = ""  # of the paper that the reader looks at
        self._is_wanted = False  # whether the service is to be asked about it
        self._is_opened = False  # whether it was opened, so that there is nothing to wait for
        self._timer: Timer | None = None
        self._fetching = ""  # the paper that the service is asked about
        self._fetched_at = -_GAP

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever more is known of the paper that the reader looks at."""
        self._watchers.append(changed)

    # --- what is known -------------------------------------------------------------------------------

    def blocks(self, paper: Paper, *, is_read: bool = False) -> tuple[Block, ...]:
        """Return the sections about a paper, as far as they are known."""
        view = self._views.get(paper.id)
        if view is None:
            return ()
        key = self._context.keys.name("discuss")
        most = _READING if is_read else _BESIDE
        return community_blocks(paper, view, self._context.glyphs, self._context.now(), key=key, repos=most)

    def repos(self, paper: Paper) -> tuple[Repo, ...]:
        """Return the models, datasets and Spaces to offer for a paper, of each kind the most used first."""
        community = self.known(paper)
        if community is None:
            return ()
        return tuple(repo for kind in REPO_KINDS for repo in community.of_kind(kind)[0][:_READING])

    def known(self, paper: Paper) -> Community | None:
        """Return what readers added to a paper, if that was loaded. Threads may call it."""
        view = self._views.get(paper.id)
        return None if view is None or view.stored is None else view.stored.community

    def submitter(self, paper: Paper) -> HubUser | None:
        """Return who submitted a paper to the daily papers, with the full name if it is known."""
        view = self._views.get(paper.id)
        if view is not None and view.stored is not None and view.stored.community.submitter is not None:
            return view.stored.community.submitter
        return HubUser(paper.submitter) if paper.submitter else None

    def open_discussion(self, paper: Paper, open_link: Callable[[str], None]) -> None:
        """Open the page of the discussion in the browser."""
        if is_arxiv(paper.id):
            open_link(discussion_url(paper.id))
        else:
            self._context.notice.show_message("Only papers of arXiv have a discussion on Hugging Face.")

    # --- looking -------------------------------------------------------------------------------------

    def rest_on(self, paper: Paper | None) -> None:
        """After a paper came into view: load what is stored, and ask the service if the reader stays."""
        id_ = paper.id if paper is not None and is_arxiv(paper.id) else ""
        if id_ == self._id:
            return
        self._id, self._is_wanted, self._is_opened = id_, self._is_automatic, False
        self._after(_SETTLED, self._load)

    def opened(self, paper: Paper) -> None:
        """After a paper was opened on the whole screen: ask the service at once."""
        self.rest_on(paper)
        if self._id:
            self._is_wanted = self._is_opened = True
            if self._timer is not None:
                self._timer.stop()
            self._load()

    def refresh(self, paper: Paper | None) -> None:
        """Ask the service again about a paper, if something is shown of it."""
        if paper is not None and paper.id == self._id and paper.id in self._views:
            self._request()

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(seconds, call) if self._id else None

    def _load(self) -> None:
        in_background(self._screen, self._show_stored, self._id, group="community", exclusive=True)

    async def _show_stored(self, id_: str) -> None:
        known = self._views.get(id_)
        stored = known.stored if known is not None else None
        if stored is None:
            try:
                stored = await asyncio.to_thread(lambda: self._services.community.stored(id_))
            except PapertuiError as error:
                self._keep(id_, CommunityView(None, str(error)))
                return
        is_due = stored is None or not self._services.community.is_fresh(stored)
        if stored is not None:
            self._keep(id_, CommunityView(stored))
        elif self._context.start.offline:
            self._keep(id_, CommunityView(note="Comments are not stored, and papertui is offline."))
        if is_due and self._is_wanted and id_ == self._id:
            if self._is_opened:
                self._request()
            else:
                self._after(_RESTED - _SETTLED, self._request)

    def _request(self) -> None:
        """Ask the service about the paper, not more often than is polite and one paper at a time."""
        if self._id in ("", self._fetching) or not self._context.start.uses_network:
            return
        wait = self._fetched_at + _GAP - monotonic()
        if self._fetching or wait > 0:
            self._after(max(wait, _SETTLED), self._request)
            return
        self._fetching, self._fetched_at = self._id, monotonic()
        in_background(self._screen, self._fetch, self._id, group="discussion")

    async def _fetch(self, id_: str) -> None:
        known = self._views.get(id_, CommunityView())
        self._keep(id_, CommunityView(known.stored, is_loading=True))
        view = known
        try:
            view = CommunityView(await self._services.community.fetch(id_))
        except PapertuiError as error:
            view = CommunityView(known.stored, f"Comments could not be loaded. {error}")
        finally:
            self._fetching = ""
            self._keep(id_, view)

    def _keep(self, id_: str, view: CommunityView) -> None:
        self._views.pop(id_, None)
        self._views[id_] = view
        if len(self._views) > _MOST:
            del self._views[next(iter(self._views))]
        if id_ == self._id and self._screen.is_running:
            for changed in self._watchers:
                changed()
