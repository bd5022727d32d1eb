"""What the side pane shows: at the left the places to go, at the right what belongs to the paper under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import monotonic
from typing import NamedTuple

from textual.timer import Timer

from papertui.app import Services
from papertui.model.feed import BUILT_IN, FeedName
from papertui.model.format import count, first_author
from papertui.model.paper import Paper
from papertui.services.search import SearchService, SearchSession
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.pane_controller import PaneController
from papertui.tui.controllers.tab_controller import TabController, is_shown_by
from papertui.tui.side_sections import PaperSection, SideEntry, SideSection

#: The feeds that are views here.
_VIEWS = frozenset(BUILT_IN)
#: The title of the right pane.
_BESIDE = "Beside this paper"
#: Seconds for which the cursor rests on a paper before its sections are made.
_PAUSE = 0.2
#: Seconds for which the index is used before it is opened again, with the papers of other feeds.
_FRESH = 60.0
#: The number of similar papers, and of tags, that are shown.
_MOST_SIMILAR, _MOST_TAGS = 8, 40


class _LibraryPlaces(NamedTuple):
    """Tags and collections of the library with the number of their papers."""

    tags: tuple[tuple[str, int], ...] = ()
    collections: tuple[tuple[str, str, int], ...] = ()  # name, query, number


class SimilarPapers:
    """Makes the section of similar papers from the index of all stored papers."""

    def __init__(self, service: SearchService, open_paper: Callable[[Paper], None]) -> None:
        self._service = service
        self._open_paper = open_paper
        self._session: SearchSession | None = None
        self._opened_at = 0.0

    def section(self, paper: Paper) -> SideSection:
        """Make the section of a paper. Blocks.

        Raises:
            StoreError: the disk cannot be read.
        """
        session, now = self._session, monotonic()
        if session is None or now - self._opened_at > _FRESH:
            session = self._session = self._service.open("everything")
            self._opened_at = now
        hits = session.like(paper, _MOST_SIMILAR).hits()
        entries = tuple(self._entry(hit.paper) for hit in hits)
        return SideSection("Similar papers", entries, "None among the stored papers.")

    def _entry(self, paper: Paper) -> SideEntry:
        about = f"{count(paper.upvotes)} votes" if paper.upvotes else ""
        return SideEntry(f"{paper.title}\n{first_author(paper.authors)}", partial(self._open_paper, paper), about)


class SideController:
    """Fills the side pane while it is shown.

    Args:
        context: the screen.
        lists: the list.
        tabs: the views.
        services: the library and the feeds.
        panes: the pane.
        open_feed: opens a view.
        open_query: opens a search of the library.
        sections: make the sections about a paper. Further ones are added here.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        tabs: TabController,
        services: Services,
        panes: PaneController,
        open_feed: Callable[[FeedName], None],
        open_query: Callable[[str | None], None],
        sections: Sequence[PaperSection],
    ) -> None:
        self._screen = context.screen
        self._notice = context.notice
        self._glyphs = context.glyphs
        self._lists = lists
        self._tabs = tabs
        self._services = services
        self._panes = panes
        self._pane = panes.side
        self._open_feed = open_feed
        self._open_query = open_query
        self._sections = tuple(sections)
        self._places = _LibraryPlaces()
        self._places_of = -1  # the version of the marks that they were read at
        self._reads_places = False
        self._shown: object = None  # what the places depend on, while they are in the pane
        self._shown_paper: Paper | None = None
        self._paper: Paper | None = None  # whose sections are wanted
        self._reads_sections = False
        self._is_outdated = False  # whether the sections can have other contents
        self._timer: Timer | None = None

    def show(self) -> None:
        """Show what belongs into the pane now. Cheap while it is hidden or nothing changed."""
        side = self._panes.shown_side
        if not self._pane.is_attached:
            return
        if side == "left":
            self._show_places()
            if self._lists.state.marks_version != self._places_of and not self._reads_places:
                self._reads_places = True
                in_background(self._screen, self._read_places, group="places")
        elif side == "right":
            self._show_paper_later()

    def refresh(self) -> None:
        """Show the pane after a dialog, which may have changed feeds or collections."""
        self._places_of = -1
        self.show()

    # --- the left pane -------------------------------------------------------------------------------

    def _show_places(self) -> None:
        follows, state = self._services.follows, self._lists.state
        shown = (
            self._tabs.names,
            self._tabs.open_name,
            follows.all,
            self._tabs.new_counts,
            self._tabs.queued,
            len(state.kept),
            state.query,
            self._places,
        )
        if shown != self._shown:
            self._shown = shown
            self._pane.show("Go to", [section for section in self._place_sections() if section.entries], follows=True)

    def _place_sections(self) -> Iterator[SideSection]:
        names = self._tabs.names
        own = [name for name in names if FeedName(name.kind) in _VIEWS]
        follows = [follow.name for follow in self._services.follows.all]
        query = self._lists.state.query.strip() if self._tabs.open_name.kind == "library" else ""
        yield SideSection("Views", tuple(self._view(name, query) for name in own))
        yield SideSection("Feeds", tuple(self._view(name) for name in dict.fromkeys(follows)))
        yield SideSection("Groups", tuple(self._view(name) for name in self._services.follows.groups))
        collections = (
            SideEntry(name, partial(self._open_query, asked), f"{number}", is_current=query == asked)
            for name, asked, number in self._places.collections
        )
        yield SideSection("Collections", tuple(collections))
        tags = (
            SideEntry(
                f"#{tag}", partial(self._open_query, _tag_query(tag)), f"{number}", is_current=query == _tag_query(tag)
            )
            for tag, number in self._places.tags
        )
        yield SideSection("Tags", tuple(tags))

    def _view(self, name: FeedName, query: str = "") -> SideEntry:
        is_current = is_shown_by(name, self._tabs.open_name) and not query
        shown = self._tabs.open_name if is_current else name
        return SideEntry(
            self._tabs.title_of(shown), partial(self._open_feed, name), self._number(shown), is_current=is_current
        )

    def _number(self, name: FeedName) -> str:
        """Return how many papers the library or the queue has, or how many of a feed are new, with their sign."""
        if name.kind in {"library", "queue"}:
            number = len(self._lists.state.kept if name.kind == "library" else self._tabs.queued)
            return count(number) if number else ""
        new = self._tabs.new_counts.get(name, 0)
        return f"{self._glyphs.new}{count(new)}" if new else ""

    async def _read_places(self) -> None:
        """Read tags and collections until they are those of the list that is shown."""
        with self._notice.errors():
            while (version := self._lists.state.marks_version) != self._places_of:
                self._places_of = version  # also if reading fails: the reader sees the error once
                self._places = await asyncio.to_thread(self._read)
        self._reads_places = False
        if self._panes.shown_side == "left":
            self._show_places()

    def _read(self) -> _LibraryPlaces:
        library = self._services.library
        tags = tuple(library.tags().items())[:_MOST_TAGS]
        collections = library.collections()
        if not collections:  # the index is not needed
            return _LibraryPlaces(tags)
        session = self._services.search.open("library")
        numbers = {name: session.answer(query, 1, fields=False).results.total for name, query in collections.items()}
        return _LibraryPlaces(tags, tuple((name, query, numbers[name]) for name, query in collections.items()))

    # --- the right pane ------------------------------------------------------------------------------

    def sections_changed(self) -> None:
        """After more is known of the paper that the reader looks at."""
        self._is_outdated = True
        if self._panes.shown_side == "right":
            self._show_paper()

    def _show_paper_later(self) -> None:
        if self._shown is not None:
            self._shown = self._shown_paper = None
            self._pane.show(_BESIDE, (), follows=False)
        if self._lists.paper is not None and self._lists.paper is self._shown_paper:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(_PAUSE, self._show_paper)

    def _show_paper(self) -> None:
        if self._panes.shown_side != "right":
            return
        self._paper = paper = self._lists.paper
        if paper is None:
            self._pane.show(_BESIDE, (), follows=False)
        elif not self._reads_sections:
            self._reads_sections = True
            in_background(self._screen, self._read_sections, group="sections")

    async def _read_sections(self) -> None:
        """Make the sections of the paper under the cursor; those of another one if the cursor moved meanwhile."""
        paper: Paper | None = None
        with self._notice.errors():
            while (wanted := self._paper) is not None and (wanted is not paper or self._is_outdated):
                paper, self._is_outdated = wanted, False
                made = [await asyncio.to_thread(section, paper) for section in self._sections]
                if self._paper is paper and self._panes.shown_side == "right":
                    shown = [section for section in made if section is not None]
                    self._shown_paper = paper
                    self._pane.show(_BESIDE, shown, follows=False)
        self._reads_sections = False


def _tag_query(tag: str) -> str:
    return f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
