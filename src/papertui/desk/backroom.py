"""The rarely used services. They take half as long to load as all the others, so they are loaded on demand."""

from __future__ import annotations

from typing import NamedTuple

from papertui.desk import Desk
from papertui.desk.composing import Composer
from papertui.desk.exporting import Exporter
from papertui.desk.importing import Importer
from papertui.desk.letterbox import Letterbox
from papertui.desk.mailing import Mailing
from papertui.desk.pdfs import Pdfs
from papertui.desk.reconciling import Reconciler
from papertui.desk.scheduling import Schedule
from papertui.desk.syncing import Syncing


class BackRoom(NamedTuple):
    """The rarely used services by subject."""

    importer: Importer  # Papers from files
    exporter: Exporter  # Papers for other tools
    reconciler: Reconciler  # Imported bookmarks
    syncing: Syncing  # The library on several machines
    pdfs: Pdfs
    digests: Composer
    mailing: Mailing
    schedule: Schedule  # Automatic mailing of the digest
    letterbox: Letterbox  # The digest: preview, settings and mailing


def back_room(desk: Desk) -> BackRoom:
    """The back room of a desk, opened at the first call; later calls return the same object.

    Raises:
        TypeError: the desk was built with something else.
    """
    room = desk.open_back_room()
    if not isinstance(room, BackRoom):
        raise TypeError("the desk has no back room")
    return room
