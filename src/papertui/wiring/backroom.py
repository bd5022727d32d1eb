"""Builds the back room when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.citations.export import Exporter
from papertui.digest.compose import Composer
from papertui.digest.schedule import DigestSchedule
from papertui.digest.send import DigestSender
from papertui.digest.service import DigestService
from papertui.importers.service import BookmarkImporter, Importer
from papertui.paths import Paths
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.library import LibraryService
from papertui.services.papers import PaperService
from papertui.services.pdfs import PdfService
from papertui.services.types import Clock, OpenLibrary
from papertui.settings import Settings
from papertui.sync.service import SyncService
from papertui.sync.types import SyncerProtocol
from papertui.wiring.all_settings import AllWritten
from papertui.wiring.back_room import BackRoom
from papertui.wiring.digests import LateDigests
from papertui.wiring.mail import mail_ledger, mail_office, mail_settings
from papertui.wiring.network import pdf_source, to_zotero
from papertui.wiring.once import Once
from papertui.wiring.programs import viewer


class Parts(NamedTuple):
    """What the back room shares with the desk."""

    environ: Mapping[str, str]
    chosen: Settings
    where: Paths
    now: Clock
    archive: Archive
    library: OpenLibrary
    feeds: FeedService
    following: FollowService
    keeper: LibraryService
    papers: PaperService
    pdf_folder: Path


def put_together(parts: Parts) -> BackRoom:
    """Build the back room without reading files or using the network."""
    environ, chosen, where, now, archive, library, feeds, following, keeper, papers, pdf_folder = parts

    def open_exchange() -> SyncerProtocol:
        from papertui.sync.exchange import Syncer  # noqa: PLC0415 - needed only for sync

        return Syncer(library(), where.bookmarks, where.sync, environ, now)

    def open_digests() -> Composer:
        from papertui.digest.compose import DigestComposer  # noqa: PLC0415 - needed only for digests

        return DigestComposer(feeds, archive, library, keeper, following.follows, chosen.digest)

    written = AllWritten(where.settings)
    digests = LateDigests(chosen.digest, Once(open_digests))
    office = Once(mail_office(environ, where, chosen))
    mailing = DigestSender(digests, Once(mail_ledger(where)), office, Once(mail_settings(environ, chosen)), now)
    schedule = DigestSchedule(office, now)
    return BackRoom(
        importer=Importer(archive, now),
        exporter=Exporter(archive, library, to_zotero(environ), now),
        reconciler=BookmarkImporter(archive, library, papers, now),
        syncing=SyncService(chosen.sync, written, Once(open_exchange)),
        pdfs=PdfService(
            archive,
            papers,
            pdf_source(environ, where.cache),
            viewer(chosen),
            pdf_folder,
            readable=chosen.pdf_names == "readable",
        ),
        digests=digests,
        mailing=mailing,
        schedule=schedule,
        letterbox=DigestService(digests, mailing, schedule, following, written, chosen.mail),
    )
