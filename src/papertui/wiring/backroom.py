"""Builds the back room when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from papertui.desk.backroom import BackRoom
from papertui.desk.composing import Composer
from papertui.desk.doors import Clock, OpenLibrary
from papertui.desk.exporting import Exporter
from papertui.desk.feeds import Feeds
from papertui.desk.following import Following
from papertui.desk.importing import Importer
from papertui.desk.keeping import Keeper
from papertui.desk.letterbox import Letterbox
from papertui.desk.mailing import Mailing
from papertui.desk.papers import Papers
from papertui.desk.pdfs import Pdfs
from papertui.desk.reconciling import Reconciler
from papertui.desk.scheduling import Schedule
from papertui.desk.syncing import Syncing
from papertui.settings import Places, Settings
from papertui.store.archive import Archive
from papertui.store.sync import Exchanging
from papertui.wiring.all_settings import AllWritten
from papertui.wiring.digests import LateDigests
from papertui.wiring.formats import forms
from papertui.wiring.late import read_file
from papertui.wiring.mail import mail_ledger, mail_office, mail_settings
from papertui.wiring.network import pdf_source, to_zotero
from papertui.wiring.once import Once
from papertui.wiring.programs import viewer


class Parts(NamedTuple):
    """What the back room shares with the desk."""

    environ: Mapping[str, str]
    chosen: Settings
    where: Places
    now: Clock
    archive: Archive
    library: OpenLibrary
    feeds: Feeds
    following: Following
    keeper: Keeper
    papers: Papers
    pdf_folder: Path


def put_together(parts: Parts) -> BackRoom:
    """Build the back room without reading files or using the network."""
    environ, chosen, where, now, archive, library, feeds, following, keeper, papers, pdf_folder = parts

    def open_exchange() -> Exchanging:
        from papertui.store.sync.exchange import Exchange  # noqa: PLC0415 - needed only for sync

        return Exchange(library(), where.bookmarks, where.sync, environ, now)

    def open_digests() -> Composer:
        from papertui.desk.digesting import Digests  # noqa: PLC0415 - needed only for digests

        return Digests(feeds, archive, library, keeper, following.follows, chosen.digest)

    written = AllWritten(where.settings)
    digests = LateDigests(chosen.digest, Once(open_digests))
    office = Once(mail_office(environ, where, chosen))
    mailing = Mailing(digests, Once(mail_ledger(where)), office, Once(mail_settings(environ, chosen)), now)
    schedule = Schedule(office, now)
    return BackRoom(
        importer=Importer(archive, read_file, now),
        exporter=Exporter(archive, library, forms(), to_zotero(environ), now),
        reconciler=Reconciler(archive, library, papers, now),
        syncing=Syncing(chosen.sync, written, Once(open_exchange)),
        pdfs=Pdfs(
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
        letterbox=Letterbox(digests, mailing, schedule, following, written, chosen.mail),
    )
