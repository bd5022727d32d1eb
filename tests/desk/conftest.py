"""A desk over a real archive and a real library, with a far end that can be told to fail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.far_end import FarEnd
from kit.mail_room import mailing_without_server, no_schedule
from kit.papers import plain
from kit.searching import finder, importer
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
from papertui.settings import DigestSettings, MailSettings, Settings
from papertui.settings.edit import SettingsFile
from papertui.sources.starter import starter_feed
from papertui.store.archive import Archive
from papertui.store.library import Library
from papertui.store.pictures import PictureFolder


class Office(NamedTuple):
    """The desk, what lies behind it, and the hands of its clock."""

    desk: Desk
    archive: Archive
    far_end: FarEnd
    clock: list[datetime]
    opened: list[str]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """On Thursday 30 April 2026 in the evening."""
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

    papers_desk = Papers(archive, lambda: library, far_end.open, open_page, now)
    written = SettingsFile(tmp_path / "settings.toml")
    following = Following(Settings(), written, far_end.open)
    feeds = Feeds(archive, lambda: library, far_end.open, starter_feed, now, following.follows)
    keeper = Keeper(lambda: library, now, archive.better_ids)
    digests = Digests(feeds, archive, lambda: library, keeper, following.follows, DigestSettings())
    mailing, schedule = mailing_without_server(digests, tmp_path, now), no_schedule(now)
    desk = Desk(
        feeds,
        following,
        papers_desk,
        keeper,
        Marks(archive, now),
        finder(archive, lambda: library, far_end.open, tmp_path / "index", now),
        importer(archive, now),
        Checks(archive, lambda: library, far_end.open, following),
        Prefetcher(archive, lambda: library, papers_desk, far_end.open, PictureFolder(tmp_path / "thumbnails")),
        digests,
        mailing,
        schedule,
        Letterbox(digests, mailing, schedule, following, written, MailSettings()),
    )
    yield Office(desk, archive, far_end, clock, opened)
    archive.close()
