"""The app with real parts and a stand-in service that can fail on request."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.papers import plain
from kit.services import services_over
from kit.stand_in_source import StandInSource
from papertui.app import Services
from papertui.archive.archive import Archive
from papertui.digest.schedulers import Scheduler
from papertui.library.bookmarks import Library
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
TITLES = (
    "Sparse Attention at Scale",
    "Diffusion Language Models",
    "A Survey of Agents",
    "Robots That Read",
    "On $n$ Bodies",
)


class House(NamedTuple):
    """The parts of an app, and functions to create one, and its services alone, as another process has them."""

    home: Path
    stand_in: StandInSource
    opened: list[str]
    viewers: list[bool]
    app: Callable[..., PaperTui]
    archive: Archive
    library: Library
    ways: list[Scheduler]
    services: Callable[..., Services]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty home on Thursday 30 April 2026; the service has five papers."""
    archive = Archive(tmp_path / "archive.db")
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    papers = tuple(
        plain(number)._replace(title=title, upvotes=10 * number, abstract=f"We study {title.lower()}.")
        for number, title in enumerate(TITLES, 1)
    )
    stand_in = StandInSource(papers)
    opened: list[str] = []
    ways: list[Scheduler] = []
    viewers = [True]

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    def show(file: Path) -> bool:
        opened.append(str(file))
        return viewers[0]

    def services(settings: Settings, now: datetime = NOW) -> Services:
        return services_over(
            tmp_path,
            archive,
            library,
            stand_in,
            lambda: now,
            settings=settings,
            ways=ways,
            open_page=open_page,
            show=show,
        )

    def app(
        feed: str = "trending",
        *,
        offline: bool = False,
        demo: bool = False,
        settings: Settings | None = None,
        now: datetime = NOW,
    ) -> PaperTui:
        kind, _, detail = feed.partition(":")
        start = StartOptions(FeedName(kind, detail), offline=offline, demo=demo)  # type: ignore[arg-type]
        chosen = settings or Settings(refresh=False)
        return PaperTui(services(chosen, now), chosen, start, {})

    yield House(tmp_path, stand_in, opened, viewers, app, archive, library, ways, services)
    archive.close()


@pytest.fixture
def stored(house: House) -> House:
    """The same, with the trending papers just stored."""
    house.archive.keep_feed(Feed(FeedName("trending"), house.stand_in.papers, NOW, "huggingface"))
    return house
