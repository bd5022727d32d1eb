"""A complete desk over real parts in one folder, with a service that can fail on demand."""

from collections.abc import Callable
from pathlib import Path

from kit.citing import exporter
from kit.far_end import FarEnd
from kit.mail_room import mailing_by, schedule_on
from kit.searching import finder, importer
from kit.syncing import syncing
from papertui.app import Services
from papertui.archive.archive import Archive
from papertui.archive.thumbnails import ThumbnailFolder
from papertui.digest.compose import DigestComposer
from papertui.digest.schedulers import Scheduler
from papertui.digest.service import DigestService
from papertui.importers.service import BookmarkImporter
from papertui.library.bookmarks import Library
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.health import HealthService
from papertui.services.hooks import Hooks
from papertui.services.library import LibraryService
from papertui.services.papers import PaperService, Prefetcher
from papertui.services.pdfs import PdfService
from papertui.services.programs import run_program
from papertui.services.read_state import ReadState
from papertui.services.types import Clock
from papertui.settings import Settings
from papertui.settings.edit import SettingsFile
from papertui.sources.starter import starter_feed
from papertui.wiring.back_room import BackRoom


def services_over(
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
) -> Services:
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
    following = FollowService(chosen, file, far_end.open)
    papers = PaperService(archive, lambda: library, far_end.open, open_page, now)
    hooks = Hooks(chosen.hooks, run_program, archive, lambda: library, now)
    feeds = FeedService(archive, lambda: library, far_end.open, starter_feed, now, following.follows, hooks)
    keeper = LibraryService(lambda: library, now, archive.better_ids, archive.papers, hooks=hooks)
    digests = DigestComposer(feeds, archive, library, keeper, following, chosen.digest)
    mailing = mailing_by(chosen.mail, digests, home, now)
    schedule = schedule_on([] if ways is None else ways, now)
    room = BackRoom(
        importer=importer(archive, now),
        exporter=exporter(archive, lambda: library, now),
        reconciler=BookmarkImporter(archive, lambda: library, papers, now),
        syncing=syncing(library, home, now),
        pdfs=PdfService(archive, papers, far_end.open_pdfs, show, home / "pdfs"),
        digests=digests,
        mailing=mailing,
        schedule=schedule,
        letterbox=DigestService(digests, mailing, schedule, following, file, chosen.mail),
    )
    return Services(
        feeds=feeds,
        follows=following,
        papers=papers,
        library=keeper,
        read_state=ReadState(archive, now, hooks),
        search=finder(archive, lambda: library, far_end.open, home / "index", now),
        health=HealthService(archive, lambda: library, far_end.open, following),
        prefetcher=Prefetcher(archive, lambda: library, papers, far_end.open, ThumbnailFolder(home / "thumbnails")),
        hooks=hooks,
        open_back_room=lambda: room,
    )
