"""The rarely used services. They take half as long to load as all the others, so they are loaded on demand."""

from __future__ import annotations

from typing import NamedTuple

from papertui.citations.export import Exporter
from papertui.digest.compose import DigestComposer
from papertui.digest.schedule import DigestSchedule
from papertui.digest.send import DigestSender
from papertui.digest.service import DigestService
from papertui.importers.service import BookmarkImporter, Importer
from papertui.services.pdfs import PdfService
from papertui.sync.service import SyncService


class BackRoom(NamedTuple):
    """The rarely used services by subject."""

    importer: Importer  # Papers from files
    exporter: Exporter  # Papers for other tools
    reconciler: BookmarkImporter  # Imported bookmarks
    syncing: SyncService  # The library on several machines
    pdfs: PdfService
    digests: DigestComposer
    mailing: DigestSender
    schedule: DigestSchedule  # Automatic mailing of the digest
    letterbox: DigestService  # The digest: preview, settings and mailing
