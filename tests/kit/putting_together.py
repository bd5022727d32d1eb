"""A complete desk over real parts in one folder, with a service that can fail on demand."""

from collections.abc import Callable
from pathlib import Path

from kit.citing import exporter
from kit.far_end import FarEnd
from kit.mail_room import mailing_by, schedule_on
from kit.searching import finder, importer
from kit.syncing import syncing
from papertui.desk import Desk
from papertui.desk.backroom import BackRoom
from papertui.desk.checking import Checks
from papertui.desk.digesting import Digests
from papertui.desk.doors import Clock
from papertui.desk.feeds import Feeds
from papertui.desk.following import Following
from papertui.desk.hooking import Hooks
from papertui.desk.keeping import Keeper
from papertui.desk.letterbox import Letterbox
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.pdfs import Pdfs
from papertui.desk.prefetching import Prefetcher
from papertui.desk.reconciling import Reconciler
from papertui.mail.schedule import Scheduler
from papertui.programs.bounded import run
from papertui.settings import Settings
from papertui.settings.edit import SettingsFile
from papertui.sources.starter import starter_feed
from papertui.store.archive import Archive
from papertui.store.library import Library
from papertui.store.pictures import PictureFolder


def desk_over(
    home: Path,
    archive: Archive,
    library: Library,
    far_end: FarEnd,
    now: Clock,
    *,
    settings: Settings | None = None,
    ways: list[Scheduler] | None = None,
    open_page: Callable[[str], bool],
    show: Callable[[Path], bool],
) -> Desk:
    """Build a desk.

    Args:
        home: the folder of all other files.
        archive: the archive.
        library: the bookmarks.
        far_end: the services.
        now: the clock.
        settings: the settings; the defaults if left out.
        ways: the schedulers of the machine.
        open_page: opens an address in the browser.
        show: opens a PDF in the viewer.
    """
    chosen = settings or Settings()
    file = SettingsFile(home / "settings.toml")
    following = Following(chosen, file, far_end.open)
    papers = Papers(archive, lambda: library, far_end.open, open_page, now)
    hooks = Hooks(chosen.hooks, run, archive, lambda: library, now)
    feeds = Feeds(archive, lambda: library, far_end.open, starter_feed, now, following.follows, hooks)
    keeper = Keeper(lambda: library, now, archive.better_ids, archive.papers, hooks=hooks)
    digests = Digests(feeds, archive, lambda: library, keeper, following.follows, chosen.digest)
    mailing = mailing_by(chosen.mail, digests, home, now)
    schedule = schedule_on([] if ways is None else ways, now)
    room = BackRoom(
        importer=importer(archive, now),
        exporter=exporter(archive, lambda: library, now),
        reconciler=Reconciler(archive, lambda: library, papers, now),
        syncing=syncing(library, home, now),
        pdfs=Pdfs(archive, papers, far_end.open_pdfs, show, home / "pdfs"),
        digests=digests,
        mailing=mailing,
        schedule=schedule,
        letterbox=Letterbox(digests, mailing, schedule, following, file, chosen.mail),
    )
    return Desk(
        feeds=feeds,
        following=following,
        papers=papers,
        library=keeper,
        marks=Marks(archive, now, hooks),
        finder=finder(archive, lambda: library, far_end.open, home / "index", now),
        checks=Checks(archive, lambda: library, far_end.open, following),
        prefetcher=Prefetcher(archive, lambda: library, papers, far_end.open, PictureFolder(home / "thumbnails")),
        hooks=hooks,
        open_back_room=lambda: room,
    )
