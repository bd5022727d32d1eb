"""The app over real parts, with a far end that can be told to fail."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.far_end import FarEnd
from kit.mail_room import mailing_by, schedule_on
from kit.papers import plain
from kit.searching import finder, importer
from papertui.core.feed import Feed, FeedName
from papertui.desk import Desk
from papertui.desk.checking import Checks
from papertui.desk.digesting import Digests
from papertui.desk.feeds import Feeds
from papertui.desk.following import Following
from papertui.desk.keeping import Keeper
from papertui.desk.letterbox import Letterbox
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.prefetching import Prefetcher
from papertui.mail.schedule import Scheduler
from papertui.settings import Settings
from papertui.settings.edit import SettingsFile
from papertui.sources.starter import starter_feed
from papertui.store.archive import Archive
from papertui.store.library import Library
from papertui.store.pictures import PictureFolder
from papertui.tui.app import PaperTui
from papertui.tui.screens.browse import Visit

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
TITLES = (
    "Sparse Attention at Scale",
    "Diffusion Language Models",
    "A Survey of Agents",
    "Robots That Read",
    "On $n$ Bodies",
)


class House(NamedTuple):
    """What an app is made of, and how to make one."""

    home: Path
    far_end: FarEnd
    opened: list[str]
    app: Callable[..., PaperTui]
    archive: Archive
    library: Library
    ways: list[Scheduler]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty home on Thursday 30 April 2026; the far end has five papers."""
    archive = Archive(tmp_path / "archive.db")
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    papers = tuple(
        plain(number)._replace(title=title, upvotes=10 * number, abstract=f"We study {title.lower()}.")
        for number, title in enumerate(TITLES, 1)
    )
    far_end = FarEnd(papers)
    opened: list[str] = []
    ways: list[Scheduler] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    def desk_of(settings: Settings) -> Desk:
        papers_desk = Papers(archive, lambda: library, far_end.open, open_page, lambda: NOW)
        written = SettingsFile(tmp_path / "settings.toml")
        following = Following(settings, written, far_end.open)
        feeds = Feeds(archive, lambda: library, far_end.open, starter_feed, lambda: NOW, following.follows)
        keeper = Keeper(lambda: library, lambda: NOW, archive.better_ids)
        digests = Digests(feeds, archive, lambda: library, keeper, following.follows, settings.digest)
        mailing = mailing_by(settings.mail, digests, tmp_path, lambda: NOW)
        schedule = schedule_on(ways, lambda: NOW)
        return Desk(
            feeds,
            following,
            papers_desk,
            keeper,
            Marks(archive, lambda: NOW),
            finder(archive, lambda: library, far_end.open, tmp_path / "index", lambda: NOW),
            importer(archive, lambda: NOW),
            Checks(archive, lambda: library, far_end.open, following),
            Prefetcher(archive, lambda: library, papers_desk, far_end.open, PictureFolder(tmp_path / "thumbnails")),
            digests,
            mailing,
            schedule,
            Letterbox(digests, mailing, schedule, following, written, settings.mail),
        )

    def app(
        feed: str = "trending", *, offline: bool = False, demo: bool = False, settings: Settings | None = None
    ) -> PaperTui:
        kind, _, detail = feed.partition(":")
        visit = Visit(FeedName(kind, detail), offline=offline, demo=demo)  # type: ignore[arg-type]
        chosen = settings or Settings(refresh=False)
        return PaperTui(desk_of(chosen), chosen, visit, {})

    yield House(tmp_path, far_end, opened, app, archive, library, ways)
    archive.close()


@pytest.fixture
def stored(house: House) -> House:
    """The same with the trending papers stored a moment ago."""
    house.archive.keep_feed(Feed(FeedName("trending"), house.far_end.papers, NOW, "huggingface"))
    return house
