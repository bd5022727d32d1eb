"""A desk with a real archive, a real library and a fake source that can fail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.far_end import FarEnd
from kit.papers import plain
from kit.putting_together import services_over
from papertui.app import Services
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library


class Office(NamedTuple):
    """A desk, its parts and its clock."""

    services: Services
    archive: Archive
    far_end: FarEnd
    clock: list[datetime]
    opened: list[str]
    home: Path
    library: Library


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk in the evening of Thursday 30 April 2026."""
    clock = [datetime(2026, 4, 30, 18, tzinfo=UTC)]
    archive = Archive(tmp_path / "archive.db")
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    far_end = FarEnd(tuple(plain(number) for number in range(1, 21)))
    opened: list[str] = []

    def now() -> datetime:
        return clock[0]

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    def show(file: Path) -> bool:
        opened.append(str(file))
        return True

    services = services_over(tmp_path, archive, library, far_end, now, open_page=open_page, show=show)
    yield Office(services, archive, far_end, clock, opened, tmp_path, library)
    archive.close()
