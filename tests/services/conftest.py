"""Services with a real archive, a real library and a fake source that can fail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.papers import plain
from kit.services import services_over
from kit.stand_in_source import StandInSource
from papertui.app import Services
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library


class Harness(NamedTuple):
    """Services, their parts and their clock."""

    services: Services
    archive: Archive
    stand_in: StandInSource
    clock: list[datetime]
    opened: list[str]
    home: Path
    library: Library


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    """Services in the evening of Thursday 30 April 2026."""
    clock = [datetime(2026, 4, 30, 18, tzinfo=UTC)]
    archive = Archive(tmp_path / "archive.db")
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    stand_in = StandInSource(tuple(plain(number) for number in range(1, 21)))
    opened: list[str] = []

    def now() -> datetime:
        return clock[0]

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    def show(file: Path) -> bool:
        opened.append(str(file))
        return True

    services = services_over(tmp_path, archive, library, stand_in, now, open_page=open_page, show=show)
    yield Harness(services, archive, stand_in, clock, opened, tmp_path, library)
    archive.close()
