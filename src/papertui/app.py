"""The composition root: builds every part of papertui and connects it to the others.

Both front ends call `build` and use the `Services` they get. A part that is expensive to import is imported and built
when it is first asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.archive.archive import Archive
from papertui.errors import SettingsError
from papertui.library.bookmarks import Library
from papertui.model.record import moment_from
from papertui.paths import Paths, paths_under, platform_paths
from papertui.services.alerts import AlertService
from papertui.services.disk import DiskWatch
from papertui.services.feeds import FeedExtras, FeedService
from papertui.services.follows import FollowService
from papertui.services.foryou import ForYouService
from papertui.services.hooks import Hooks
from papertui.services.library import LibraryService
from papertui.services.note_drafts import NoteDrafts
from papertui.services.pane_layout import PaneLayoutStore
from papertui.services.papers import PaperService, Prefetcher
from papertui.services.past_searches import PastSearches
from papertui.services.places import Places
from papertui.services.read_state import ReadState
from papertui.services.search import SearchService
from papertui.services.types import Clock, OpenPage, OpenPdfs, OpenSource, ShowFile
from papertui.services.versions import VersionService
from papertui.services.visits import Visits
from papertui.settings import HookSettings, Settings
from papertui.sources.feeds.logins import FeedLogins
from papertui.sources.registry import pdf_opener, source_opener

if TYPE_CHECKING:
    from papertui.citations.export import Exporter
    from papertui.digest.compose import DigestComposer
    from papertui.digest.mailer import Mailer
    from papertui.digest.schedule import DigestSchedule
    from papertui.digest.send import DigestSender
    from papertui.digest.service import DigestService
    from papertui.importers.service import BookmarkImporter, Importer
    from papertui.services.community import CommunityService
    from papertui.services.figures import FigureService
    from papertui.services.health import HealthService
    from papertui.services.morning import MorningService
    from papertui.services.paper_map import MapService
    from papertui.services.pdfs import PdfService
    from papertui.services.settings import SettingsService
    from papertui.services.topics import TopicService
    from papertui.services.trends import TrendsService
    from papertui.services.triage import TriageService
    from papertui.settings.edit import SettingsFile
    from papertui.sync.service import SyncService


#: Bytes of all figures on the disk together: those of some hundred papers.
_MOST_FIGURES = 200 << 20


class Services:
    """What a reader can ask for, by subject: `build` makes one, tests make one over stand-ins.

    What the first frame and most commands do not need is imported and built when it is first used.

    Args:
        environ: the environment variables.
        settings: the reader's settings.
        paths: where the files are.
        now: the clock.
        archive: the stored papers.
        library: the bookmarks.
        connect: opens a connection to the sources of papers.
        connect_pdfs: opens a connection to the source of PDFs.
        open_page: opens an address, by default in the browser.
        show_file: opens a PDF, by default in the viewer of the settings.
    """

    def __init__(  # noqa: PLR0913 - the composition root gets every outer part
        self,
        environ: Mapping[str, str],
        settings: Settings,
        paths: Paths,
        now: Clock,
        archive: Archive,
        library: Library,
        connect: OpenSource,
        connect_pdfs: OpenPdfs,
        *,
        open_page: OpenPage | None = None,
        show_file: ShowFile | None = None,
        logins: FeedLogins | None = None,
    ) -> None:
        self._environ = environ
        self._settings = settings
        self._paths = paths
        self._now = now
        self._archive = archive
        self._library = library
        self._connect = connect
        self._connect_pdfs = connect_pdfs
        self._show_file = show_file or self._show_in_viewer
        self.hooks = Hooks(self._hook_settings(), archive, library, now)
        self.follows = FollowService(settings, paths.settings, connect, logins)
        # The index is opened when it is needed: the search itself is built below.
        self.foryou = ForYouService(
            archive,
            library,
            lambda: self.search.stored_index,
            paths.index_folder / "rows",
            settings.foryou,
            paths.settings,
            now,
        )
        self.library = LibraryService(
            library,
            now,
            archive.better_ids,
            archive.papers,
            withdraw=archive.withdraw,
            separate=self._separate,
            hooks=self.hooks,
        )
        self.versions = VersionService(archive, library, connect, self.library.publish, now)
        self.alerts = AlertService(
            archive, self.follows, lambda: self.search.stored_index, now, news=(self.versions.alerts,)
        )
        self.feeds = FeedService(
            archive,
            library,
            connect,
            now,
            self.follows,
            FeedExtras(self.hooks, self.foryou, self.versions, self.alerts, lambda: self.paper_map),
        )
        self.papers = PaperService(
            archive, library, connect, open_page or _open_in_browser, now, self._pdf_of, self.versions
        )
        self.read_state = ReadState(archive, now, self.hooks)
        self.pane_layout = PaneLayoutStore(archive)
        self.past_searches = PastSearches(archive)
        self.visits = Visits(archive, self.feeds, now)
        self.places = Places(archive, now)
        self.note_drafts = NoteDrafts(paths.drafts, now)
        self.disk = DiskWatch(archive, paths.archive.parent)
        self.search = SearchService(archive, library, connect, paths.index_folder, now, self.visits, self.versions)

    def _hook_settings(self) -> HookSettings:
        # A hook that starts papertui would run hooks again, without end.
        return HookSettings() if self._environ.get("PAPERTUI_HOOK_EVENT") else self._settings.hooks

    def use(self, settings: Settings) -> None:
        """Use other settings from now on; what was built with the old ones is built again when it is next used."""
        old, self._settings = self._settings, settings
        self.follows.use(settings)
        self.hooks.use(self._hook_settings())
        outdated = ["pdfs"]
        if old.sync != settings.sync:
            outdated.append("sync")
        if (old.digest, old.mail) != (settings.digest, settings.mail):
            outdated += ["composer", "sender", "schedule", "digest", "_mailer"]
        for name in outdated:
            self.__dict__.pop(name, None)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment variables, for programs that are started."""
        return self._environ

    async def _pdf_of(self, id_: str) -> Path:
        return (await self.pdfs.get(id_)).file

    def _separate(self, library: Library, now: Clock) -> tuple[str, ...]:
        from papertui.services.mixed import separate  # noqa: PLC0415 - needed by the doctor

        return separate(library, self._archive, now)

    @cached_property
    def community(self) -> CommunityService:
        from papertui.services.community import CommunityService  # noqa: PLC0415 - needed when a paper is looked at

        return CommunityService(self._archive, self._connect, self._now)

    @cached_property
    def topics(self) -> TopicService:
        from papertui.services.topics import TopicService  # noqa: PLC0415 - needed for a menu

        return TopicService(self._archive, self.search)

    @cached_property
    def health(self) -> HealthService:
        from papertui.services.health import HealthService  # noqa: PLC0415 - needed by the doctor

        return HealthService(self._archive, self._library, self._connect, self.follows)

    @cached_property
    def morning(self) -> MorningService:
        from papertui.services.morning import MorningService  # noqa: PLC0415 - needed after the first frame

        return MorningService(self._archive, self.visits, self.follows, self._now)

    @cached_property
    def figures(self) -> FigureService:
        from papertui.archive.picture_folder import PictureFolder  # noqa: PLC0415 - needed when pictures are shown
        from papertui.services.figures import FigureService  # noqa: PLC0415 - as above

        folder = PictureFolder(self._paths.cache / "figures", _MOST_FIGURES)
        thumbnails = PictureFolder(self._paths.cache / "thumbnails")
        return FigureService(self._archive, self._connect, folder, thumbnails)

    @cached_property
    def prefetcher(self) -> Prefetcher:
        from papertui.archive.picture_folder import PictureFolder  # noqa: PLC0415 - needed after a refresh

        thumbnails = PictureFolder(self._paths.cache / "thumbnails")
        return Prefetcher(self._archive, self._library, self.papers, self._connect, thumbnails)

    @cached_property
    def triage(self) -> TriageService:
        from papertui.services.triage import TriageService  # noqa: PLC0415 - needed for the triage

        return TriageService(self.library, self.read_state, self._archive)

    @cached_property
    def pdfs(self) -> PdfService:
        from papertui.services.pdfs import PdfService  # noqa: PLC0415 - needed for PDFs

        return PdfService(
            self._archive,
            self.papers,
            self._connect_pdfs,
            self._show_file,
            self._pdf_folder(),
            readable=self._settings.pdf_names == "readable",
        )

    @cached_property
    def importer(self) -> Importer:
        from papertui.importers.service import Importer  # noqa: PLC0415 - needed for an import

        return Importer(self._archive, self._now, self._library)

    @cached_property
    def bookmark_importer(self) -> BookmarkImporter:
        from papertui.importers.service import BookmarkImporter  # noqa: PLC0415 - needed for an import

        return BookmarkImporter(self._archive, self._library, self.papers, self._now)

    @cached_property
    def exporter(self) -> Exporter:
        from papertui.citations.export import Exporter  # noqa: PLC0415 - needed for an export
        from papertui.sources.zotero import zotero_sender  # noqa: PLC0415 - as above

        return Exporter(self._archive, self._library, zotero_sender(self._environ), self._now)

    @cached_property
    def sync(self) -> SyncService:
        from papertui.sync.exchange import Syncer  # noqa: PLC0415 - needed for a sync
        from papertui.sync.service import SyncService  # noqa: PLC0415 - as above

        syncer = Syncer(self._library, self._paths.bookmarks, self._paths.sync, self._environ, self._now)
        return SyncService(self._settings.sync, self._settings_file(), syncer)

    @cached_property
    def trends(self) -> TrendsService:
        from papertui.services.trends import TrendsService  # noqa: PLC0415 - needed for trends

        return TrendsService(self._archive, self._library, self._now)

    @cached_property
    def paper_map(self) -> MapService:
        from papertui.services.paper_map import MapService  # noqa: PLC0415 - needed for the map

        return MapService(
            self._archive, self._library, lambda: self.search.stored_index, self._paths.index_folder / "map", self._now
        )

    @cached_property
    def composer(self) -> DigestComposer:
        from papertui.digest.compose import DigestComposer  # noqa: PLC0415 - needed for a digest
        from papertui.digest.for_reader import ReaderCandidates  # noqa: PLC0415 - as above

        return DigestComposer(
            self.feeds,
            self._archive,
            self._library,
            self.library,
            self.follows,
            self._settings.digest,
            ReaderCandidates(self._archive, self.feeds, self.alerts, self.foryou),
        )

    @cached_property
    def sender(self) -> DigestSender:
        from papertui.digest.outbox import Ledger  # noqa: PLC0415 - needed for a mail
        from papertui.digest.send import DigestSender  # noqa: PLC0415 - as above

        ledger = Ledger(self._paths.ledger)
        return DigestSender(self.composer, ledger, self._mailer, self._settings.mail, self._now)

    @cached_property
    def schedule(self) -> DigestSchedule:
        from papertui.digest.schedule import DigestSchedule  # noqa: PLC0415 - needed for a schedule

        return DigestSchedule(self._mailer, self._now)

    @cached_property
    def settings(self) -> SettingsService:
        from papertui.services.settings import SettingsService  # noqa: PLC0415 - brings TOML with it

        return SettingsService(self._paths.settings, self._settings, self._environ)

    @property
    def themes_folder(self) -> Path:
        """Where the reader's own themes are."""
        from papertui.settings.theme_files import themes_folder  # noqa: PLC0415 - brings TOML with it

        return themes_folder(self._paths.settings)

    @property
    def is_first_start(self) -> bool:
        """Whether there are neither settings nor bookmarks yet."""
        return not any(map(os.path.lexists, (self._paths.settings, self._paths.bookmarks)))

    @cached_property
    def digest(self) -> DigestService:
        from papertui.digest.service import DigestService  # noqa: PLC0415 - needed for the screen of the digest

        return DigestService(
            self.composer, self.sender, self.schedule, self.follows, self._settings_file(), self._settings.mail
        )

    @cached_property
    def _mailer(self) -> Mailer:
        from papertui.digest.mailer import Mailer, templates_folder  # noqa: PLC0415 - needed for a mail

        templates = templates_folder(self._settings.digest, self._paths.settings)
        return Mailer(self._environ, templates, sys.executable)

    def _pdf_folder(self) -> Path:
        folder = self._settings.pdf_folder
        return _expand(folder, f"pdf_folder in {self._paths.settings}") if folder else self._paths.pdfs

    def _settings_file(self) -> SettingsFile:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._paths.settings)

    def _show_in_viewer(self, file: Path) -> bool:
        from papertui.services.programs import Viewer  # noqa: PLC0415 - needed when a PDF is shown

        return Viewer(self._settings.pdf_viewer).show(file)


def _open_in_browser(url: str) -> bool:
    import webbrowser  # noqa: PLC0415 - looks for browsers when it is imported

    return webbrowser.open(url)


def find_paths(environ: Mapping[str, str]) -> Paths:
    """All files under ``PAPERTUI_HOME`` if it is set, else in the folders of the platform.

    Raises:
        SettingsError: ``PAPERTUI_HOME`` starts with the home folder of an unknown user.
    """
    home = environ.get("PAPERTUI_HOME")
    return paths_under(_expand(home, "PAPERTUI_HOME")) if home else platform_paths()


def _expand(folder: str, name: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"{name} is “{folder}”, but this home folder does not exist. Set it to the full path of a folder."
        ) from error


def load_settings(paths: Paths) -> Settings:
    """The reader's settings, or the defaults without a file.

    Raises:
        SettingsError: the file cannot be read or contains an error.
    """
    if not os.path.lexists(paths.settings):
        return Settings()
    from papertui.settings.toml_file import load  # noqa: PLC0415 - most readers have no settings file, and need no TOML

    return load(paths.settings)


def clock(environ: Mapping[str, str]) -> Clock:
    """The real time, or always the time in ``PAPERTUI_NOW``.

    Raises:
        SettingsError: ``PAPERTUI_NOW`` is not a valid ISO 8601 timestamp.
    """
    text = environ.get("PAPERTUI_NOW", "").strip()
    if not text:
        return lambda: datetime.now(UTC)
    try:
        moment = moment_from(text)
    except OverflowError:  # year 1 or 9999, moved out of range by its time zone
        moment = None
    if moment is None:
        raise SettingsError("PAPERTUI_NOW is not a valid ISO 8601 timestamp. Example: 2026-04-30T18:00:00Z.")
    return lambda: moment


def build(environ: Mapping[str, str], settings: Settings, closing: ExitStack | None = None) -> Services:
    """Build the services. Nothing is read, created or requested yet.

    Args:
        environ: the environment variables.
        settings: the reader's settings.
        closing: closes what is open at the end.

    Raises:
        SettingsError: an environment variable is wrong.
    """
    paths = find_paths(environ)
    now = clock(environ)
    archive = Archive(paths.archive, now=now)
    library = Library(paths.bookmarks, paths.backups, now=now)
    logins = FeedLogins(environ)
    connect = source_opener(environ, paths.cache, logins=logins)
    pdfs = pdf_opener(environ, paths.cache)
    services = Services(environ, settings, paths, now, archive, library, connect, pdfs, logins=logins)
    if closing is not None:
        closing.callback(archive.close)
        # Registered last, so that the hooks end before the archive is closed.
        closing.push(lambda kind, *_: services.hooks.finish(at_once=kind is KeyboardInterrupt))
    return services
