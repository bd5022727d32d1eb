"""Everything a reader can ask for. Both front ends, the screen and the command line, ask here and nowhere else."""

from __future__ import annotations

from typing import NamedTuple

from papertui.desk.checking import Checks
from papertui.desk.doors import Composer
from papertui.desk.exporting import Exporter
from papertui.desk.feeds import Feeds
from papertui.desk.finding import Finder
from papertui.desk.following import Following
from papertui.desk.hooking import Hooks
from papertui.desk.importing import Importer
from papertui.desk.keeping import Keeper
from papertui.desk.letterbox import Letterbox
from papertui.desk.mailing import Mailing
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.pdfs import Pdfs
from papertui.desk.prefetching import Prefetcher
from papertui.desk.reconciling import Reconciler
from papertui.desk.scheduling import Schedule
from papertui.desk.syncing import Syncing


class Desk(NamedTuple):
    """What a reader can ask for, by subject.

    Attributes:
        feeds: the views, from the network or from the archive.
        following: the feeds of the reader's own.
        papers: single papers.
        library: keeping and releasing papers.
        marks: what has been read, and the little things remembered between two visits.
        finder: search over everything stored.
        importer: papers from files.
        checks: whether everything is in order.
        prefetcher: what is fetched before anybody asks.
        exporter: papers for other tools.
        reconciler: bookmarks from elsewhere.
        syncing: the library between machines.
        pdfs: PDFs of papers.
        hooks: commands of the reader's own, run after something happened.
        digests: the papers of a day or a week, chosen.
        mailing: the digest as a mail.
        schedule: when it is mailed by itself.
        letterbox: the digest to look at, to change, and to mail.
    """

    feeds: Feeds
    following: Following
    papers: Papers
    library: Keeper
    marks: Marks
    finder: Finder
    importer: Importer
    checks: Checks
    prefetcher: Prefetcher
    exporter: Exporter
    reconciler: Reconciler
    syncing: Syncing
    pdfs: Pdfs
    hooks: Hooks
    digests: Composer
    mailing: Mailing
    schedule: Schedule
    letterbox: Letterbox
