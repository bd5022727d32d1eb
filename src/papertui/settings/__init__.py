"""The reader's choices, and where papertui keeps its files.

This file is light to import; reading TOML and asking the platform for its folders are modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from papertui.core.follow import Follow
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Server

Theme = Literal["ink", "paper", "ink-contrast", "paper-contrast", "auto"]
THEMES: tuple[Theme, ...] = get_args(Theme)
#: `papertui.core.digest.PeriodKind`, which this file need not load.
DigestPeriod = Literal["day", "week"]
Signs = Literal["unicode", "ascii"]
SIGNS: tuple[Signs, ...] = get_args(Signs)
PdfNames = Literal["id", "readable"]
PDF_NAMES: tuple[PdfNames, ...] = get_args(PdfNames)
#: What can be fetched before anybody asks for it.
PREFETCH = ("daily", "texts", "thumbnails")


class Syncs(NamedTuple):
    """Where the machines of a reader meet.

    Attributes:
        remote: a folder or the address of a git repository, secrets and all; empty before it was set up.
        auto: whether to sync after changes, and when the app opens and closes.
    """

    remote: str = ""
    auto: bool = False


class Hooks(NamedTuple):
    """Commands of the reader's own that are run after something happened, each a list of arguments; empty: none.

    Attributes:
        bookmark: after papers were kept or released.
        read: after papers were marked read.
        refresh: after a feed was fetched that has new papers.
        timeout: seconds after which a command is killed.
    """

    bookmark: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()
    timeout: float = 10.0


class DigestSettings(NamedTuple):
    """What the reader wants of a digest.

    Attributes:
        period: what it is about when the command does not say.
        top: how many papers a section has at most.
        feeds: what it is made of, in this order: names of feeds; empty for all there is.
        pin: feeds whose papers come before all others.
        send_empty: whether one without papers is mailed; it says why there are none.
        templates: a folder with templates of the reader's own, as written in the settings; empty for none.
    """

    period: DigestPeriod = "day"
    top: int = 10
    feeds: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    send_empty: bool = True
    templates: str = ""


class MailSettings(NamedTuple):
    """How the digest is mailed.

    Attributes:
        sender: who sends it (``from``).
        to: who gets it.
        server: who takes the mail (``url``).
        password_command: a program that prints the password, and its arguments.
        unsubscribe: where it is declined, beginning with ``https://`` or ``mailto:``; empty for nowhere.
    """

    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    server: Server | None = None
    password_command: tuple[str, ...] = ()
    unsubscribe: str = ""


class Settings(NamedTuple):
    """What the reader has chosen.

    Attributes:
        theme: colours of the app; ``auto`` leaves the choice to papertui.
        feed: the view the app begins with, a feed's name or ``last``.
        compact: whether the app begins with one line a paper.
        signs: ``ascii`` for terminals and fonts without the others.
        refresh: whether the app fetches what has grown old while it is open.
        prefetch: what is fetched before anybody asks for it: ``daily``, ``texts`` of bookmarks, ``thumbnails``.
        pdf_folder: where PDFs are kept, a full path or one that begins with ``~``; empty for the usual place.
        pdf_names: how their files are called.
        pdf_viewer: the program that shows them, as a list of arguments, ``{file}`` being the PDF; empty for the usual.
        tabs: the tabs in their order, built-in views by their names and feeds by their keys; empty for the usual.
        follows: the feeds of the reader's own, in the order of the file.
        sync: where the machines of the reader meet.
        hooks: what is run after something happened.
        keys: keys by the name of their action, several joined by commas; what is not named keeps its keys.
        digest: what is in the digest, and how it looks.
        mail: how it is mailed.
    """

    theme: Theme = "auto"
    feed: str = "last"
    compact: bool = False
    signs: Signs = "unicode"
    refresh: bool = True
    prefetch: tuple[str, ...] = ()
    pdf_folder: str = ""
    pdf_names: PdfNames = "id"
    pdf_viewer: tuple[str, ...] = ()
    tabs: tuple[str, ...] = ()
    follows: tuple[Follow, ...] = ()
    sync: Syncs = Syncs()
    hooks: Hooks = Hooks()
    keys: Mapping[str, str] = MappingProxyType({})
    digest: DigestSettings = DigestSettings()
    mail: MailSettings = MailSettings()


class Places(NamedTuple):
    """Where things are. Nothing is made here: whoever writes makes the folder (0700) when it is needed.

    Attributes:
        settings: the reader's choices, a TOML file.
        bookmarks: the library, a TinyDB file.
        backups: the library as it was before.
        archive: every paper seen, an SQLite file.
        ledger: what was mailed, an SQLite file that is as precious as the library.
        index_folder: what makes searching quicker and can be made anew.
        cache: what can be fetched anew.
        sync: the repository that keeps the library in step with other machines.
        pdfs: PDFs, where the settings name no other folder.
    """

    settings: Path
    bookmarks: Path
    backups: Path
    archive: Path
    ledger: Path
    index_folder: Path
    cache: Path
    sync: Path
    pdfs: Path


def places_in(config: Path, data: Path, cache: Path, pdfs: Path) -> Places:
    """The files by their names in these folders."""
    return Places(
        settings=config / "settings.toml",
        bookmarks=data / "bookmarks.json",
        backups=data / "backups",
        archive=data / "archive.db",
        ledger=data / "mailed.db",
        index_folder=data / "index",
        cache=cache,
        sync=data / "sync",
        pdfs=pdfs,
    )


def places_under(home: Path) -> Places:
    """The files when all are in one folder (``PAPERTUI_HOME``)."""
    return places_in(home, home, home / "cache", home / "pdfs")
