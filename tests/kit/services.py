"""Services over real parts in one folder, with sources that can be made to fail."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from kit.exports import exporter
from kit.local_mailer import mailing_by, schedule_on
from kit.stand_in_source import StandInSource
from papertui.app import Services
from papertui.archive.archive import Archive
from papertui.digest.schedulers import Scheduler
from papertui.library.bookmarks import Library
from papertui.paths import paths_under
from papertui.services.types import Clock
from papertui.settings import Settings


def services_over(
    home: Path,
    archive: Archive,
    library: Library,
    stand_in: StandInSource,
    now: Clock,
    *,
    settings: Settings | None = None,
    ways: Sequence[Scheduler] = (),
    open_page: Callable[[str], bool],
    show: Callable[[Path], bool],
) -> Services:
    """Services as `papertui.app` composes them.

    Args:
        home: the folder of all files.
        archive: the archive.
        library: the bookmarks.
        stand_in: the sources.
        now: the clock.
        settings: the reader's settings.
        ways: the schedulers of the machine.
        open_page: the browser.
        show: the viewer of PDFs.
    """
    settings = settings or Settings()
    services = Services(
        os.environ,
        settings,
        paths_under(home),
        now,
        archive,
        library,
        stand_in.open,
        stand_in.open_pdfs,
        open_page=open_page,
        show_file=show,
    )
    services.exporter = exporter(archive, library, now)
    services.sender = mailing_by(settings.mail, services.composer, home, now)
    services.schedule = schedule_on(ways, now)
    return services
