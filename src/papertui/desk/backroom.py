"""What a reader asks the desk for now and then. It takes as long to load as half of the rest, so it is opened late."""

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
    """What lies behind the desk, by subject.

    Attributes:
        importer: papers from files.
        exporter: papers for other tools.
        reconciler: bookmarks from elsewhere.
        syncing: the library between machines.
        pdfs: PDFs of papers.
        digests: the papers of a day or a week, chosen.
        mailing: the digest as a mail.
        schedule: when it is mailed by itself.
        letterbox: the digest to look at, to change, and to mail.
    """

    importer: Importer
    exporter: Exporter
    reconciler: Reconciler
    syncing: Syncing
    pdfs: Pdfs
    digests: Composer
    mailing: Mailing
    schedule: Schedule
    letterbox: Letterbox


def back_room(desk: Desk) -> BackRoom:
    """The back room of a desk, opened at the first call and the same one at every other.

    Raises:
        TypeError: whoever put the desk together gave it another room.
    """
    room = desk.open_back_room()
    if not isinstance(room, BackRoom):
        raise TypeError("the desk has no back room")
    return room
