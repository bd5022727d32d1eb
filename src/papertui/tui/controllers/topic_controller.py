"""A menu of the authors, keywords and other topics of a paper, and of what cites it: show, follow, open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from papertui.app import Services
from papertui.model.alerts import cut_title
from papertui.model.community import Repo, RepoKind
from papertui.model.feed import FeedName
from papertui.model.format import plural_short
from papertui.model.paper import Paper
from papertui.model.topics import Topic, TopicKind, followed_topics, topics_of
from papertui.tui.controllers.community_controller import CommunityController
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.widgets.paper_list import PaperList

if TYPE_CHECKING:
    from papertui.tui.dialogs.menu import Menu, MenuItem

_SECTIONS: dict[TopicKind, str] = {
    "followed": "In Alerts because of",
    "author": "Authors",
    "keyword": "Keywords",
    "organization": "Organisation",
    "category": "Categories",
    "like": "Similar",
    "submitter": "Submitted by",
}
#: Authors in the menu before it is opened for all of them.
_AUTHORS = 12
_MORE = "more authors"
_REPO = "repo "
_CITING: dict[RepoKind, str] = {"model": "Models", "dataset": "Datasets", "space": "Spaces"}
#: Topics counted before their numbers are shown.
_AT_ONCE = 4


class TopicController:
    """Opens the menu and does what is chosen.

    Args:
        context: the screen.
        papers: the list that the menu opens beside.
        tabs: shown again after a topic was followed.
        community: knows the full name of the submitter.
        services: count papers and follow feeds.
        open_feed: opens a feed.
        open_link: opens a model, dataset or Space in the browser.
        search: searches everything stored.
    """

    def __init__(
        self,
        context: ScreenContext,
        papers: PaperList,
        tabs: TabController,
        community: CommunityController,
        services: Services,
        open_feed: Callable[[FeedName], None],
        open_link: Callable[[str], None],
        search: Callable[[str], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._papers = papers
        self._tabs = tabs
        self._community = community
        self._services = services
        self._follows = services.follows
        self._open_feed = open_feed
        self._open_link = open_link
        self._search = search
        self._topics: tuple[Topic, ...] = ()
        self._repos: tuple[Repo, ...] = ()
        self._numbers: dict[Topic, int] = {}
        self._menu: Menu | None = None
        self._shows_all = False
        self._title = ""  # of the paper

    def open(self, paper: Paper) -> None:
        """Open the menu of a paper."""
        by = self._community.submitter(paper)
        self._title = cut_title(paper.title)
        topics = topics_of(paper, by.words if by is not None else "")
        followed: tuple[Topic, ...] = ()
        if self._tabs.open_name.kind == "alerts":
            followed = followed_topics(self._services.alerts.followed(paper.id), topics)
        self._topics = (*followed, *topics)
        self._repos = self._community.repos(paper)
        self._numbers, self._shows_all = {}, False
        self._show_menu()

    def _show_menu(self) -> None:
        from papertui.tui.dialogs.menu import Menu, MenuKey  # noqa: PLC0415 - the first frame needs no dialog

        self._menu = Menu(
            "Authors and topics",
            self._items(),
            beside=self._papers,
            glyphs=self._context.glyphs,
            opener=self._context.keys.keys["topics"],
            about="Enter show",
            keys=(MenuKey("f", "f follow (+)", self._toggle),),
        )
        self._screen.app.push_screen(self._menu, self._chosen)
        in_background(self._screen, self._count, self._topics, group="counts", exclusive=True)

    # --- showing -------------------------------------------------------------------------------------

    def _items(self) -> list[MenuItem]:
        from papertui.tui.dialogs.menu import MenuItem  # noqa: PLC0415 - as above

        followed = {follow.name for follow in self._follows.all}
        items = []
        authors = 0
        number_of_authors = sum(topic.kind == "author" for topic in self._topics)
        is_cut = not self._shows_all and number_of_authors > _AUTHORS + 1
        for place, topic in enumerate(self._topics):
            authors += topic.kind == "author"
            if is_cut and topic.kind == "author" and authors > _AUTHORS:
                if authors == number_of_authors:
                    words = f"{self._context.glyphs.ellipsis} {number_of_authors - _AUTHORS} more"
                    items.append(MenuItem(_MORE, words, section=_SECTIONS["author"]))
                continue
            mark = "+" if topic.feed in followed else ""
            items.append(
                MenuItem(str(place), topic.name, number=self._numbers.get(topic), direction=mark,
                         section=_SECTIONS[topic.kind])
            )  # fmt: skip
        for place, repo in enumerate(self._repos):
            likes = plural_short(repo.likes, "like") if repo.likes else ""
            items.append(MenuItem(f"{_REPO}{place}", repo.id, direction=likes, section=_CITING[repo.kind]))
        return items

    def _redraw(self) -> None:
        if self._menu is not None and self._menu.is_current:
            self._menu.show(self._items())

    async def _count(self, topics: Sequence[Topic]) -> None:
        """Count the papers of all topics, and show the numbers as they are known."""
        with self._notice.errors():
            async for numbers in self._counted(topics):
                if topics is not self._topics:
                    return
                self._numbers.update(numbers)
                self._redraw()

    async def _counted(self, topics: Sequence[Topic]) -> AsyncIterator[Mapping[Topic, int]]:
        """Yield the numbers of some topics at a time: a name may need many papers to be read."""
        counts = self._services.topics.count_each(topics)
        while batch := await asyncio.to_thread(lambda: dict(islice(counts, _AT_ONCE))):
            yield batch

    # --- choosing ------------------------------------------------------------------------------------

    def _chosen(self, id_: str | None) -> None:
        if id_ is None:
            return
        if id_ == _MORE:
            self._shows_all = True
            self._show_menu()
            return
        if id_.startswith(_REPO):
            self._open_link(self._repos[int(id_.removeprefix(_REPO))].url)
            return
        topic = self._topics[int(id_)]
        if topic.query:
            self._search(topic.query)
        elif topic.feed is not None:
            self._open_feed(topic.feed)

    def _toggle(self, id_: str) -> None:
        if id_.startswith(_REPO):
            self._notice.show_message("Models, datasets and Spaces cannot be followed. Enter opens the page.")
        elif id_ != _MORE:
            in_background(self._screen, self._follow, self._topics[int(id_)], group="follow")

    async def _follow(self, topic: Topic) -> None:
        """Follow a topic, or follow it no more, and say so."""
        if topic.feed is None:
            self._notice.show_message(f"No service has a feed of {topic.name}. Enter shows its stored papers.")
            return
        if self._context.start.demo:
            self._notice.show_message("papertui runs with --demo. Restart it without --demo to follow feeds.")
            return
        known = next((follow for follow in self._follows.all if follow.name == topic.feed), None)
        with self._notice.errors():
            if known is None:
                is_like = topic.kind == "like"
                await self._follows.follow(str(topic.feed), self._title if is_like else "", offline=True)
                feeds = self._context.keys.name("follow")
                self._notice.show_message(f"Following {topic.name}. {feeds} shows your feeds.")
            else:
                await asyncio.to_thread(self._follows.unfollow, known.key)
                self._notice.show_message(f"No longer following {topic.name}.")
            self._tabs.reload()
            self._tabs.count_new()
        self._redraw()
