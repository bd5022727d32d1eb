"""The composition root. Heavy modules are imported when they are first needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.thumbnails import ThumbnailFolder
from papertui.errors import SettingsError
from papertui.model.record import moment_from
from papertui.paths import Paths, paths_under, platform_paths
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.health import HealthService
from papertui.services.hooks import Hooks
from papertui.services.library import LibraryService
from papertui.services.papers import PaperService, Prefetcher
from papertui.services.read_state import ReadState
from papertui.services.search import SearchService
from papertui.services.types import Clock, SearchIndexProtocol
from papertui.settings import HookSettings as Commands
from papertui.settings import Settings
from papertui.wiring.late import plain_words, searcher, starter
from papertui.wiring.network import services
from papertui.wiring.once import Once
from papertui.wiring.programs import open_page, run_bounded
from papertui.wiring.settings_file import Written

if TYPE_CHECKING:
    from papertui.citations.export import Exporter
    from papertui.digest.compose import Composer
    from papertui.digest.schedule import DigestSchedule
    from papertui.digest.send import DigestSender
    from papertui.digest.service import DigestService
    from papertui.importers.service import BookmarkImporter, Importer
    from papertui.library.bookmarks import Library
    from papertui.services.pdfs import PdfService
    from papertui.sync.service import SyncService
    from papertui.wiring.back_room import BackRoom


class Services(NamedTuple):
    """What a reader can ask for, by subject."""

    feeds: FeedService
    follows: FollowService
    papers: PaperService
    library: LibraryService
    read_state: ReadState
    search: SearchService
    health: HealthService
    prefetcher: Prefetcher
    hooks: Hooks
    open_back_room: Callable[[], BackRoom]

    @property
    def bookmark_importer(self) -> BookmarkImporter:
        return self.open_back_room().reconciler

    @property
    def sync(self) -> SyncService:
        return self.open_back_room().syncing

    @property
    def composer(self) -> Composer:
        return self.open_back_room().digests

    @property
    def sender(self) -> DigestSender:
        return self.open_back_room().mailing

    @property
    def digest(self) -> DigestService:
        return self.open_back_room().letterbox

    @property
    def importer(self) -> Importer:
        return self.open_back_room().importer

    @property
    def exporter(self) -> Exporter:
        return self.open_back_room().exporter

    @property
    def pdfs(self) -> PdfService:
        return self.open_back_room().pdfs

    @property
    def schedule(self) -> DigestSchedule:
        return self.open_back_room().schedule


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The folders: under ``PAPERTUI_HOME`` if it is set, else those of the platform.

    Raises:
        SettingsError: ``PAPERTUI_HOME`` begins with the home folder of an unknown user.
    """
    if home := environ.get("PAPERTUI_HOME"):
        try:
            return paths_under(Path(home).expanduser())
        except RuntimeError as error:
            raise SettingsError(
                f"PAPERTUI_HOME is “{home}”, but there is no such home folder. Set it to the full path of a folder."
            ) from error
    return platform_paths()


def load_settings(places: Paths) -> Settings:
    """The settings; the defaults if there is no file.

    Raises:
        SettingsError: the file cannot be read or is not valid.
    """
    if not os.path.lexists(places.settings):
        return Settings()
    from papertui.settings.toml_file import load  # noqa: PLC0415 - brings TOML, not needed without settings

    return load(places.settings)


def clock(environ: Mapping[str, str]) -> Clock:
    """The clock: the real time, or always the time in ``PAPERTUI_NOW``.

    Raises:
        SettingsError: ``PAPERTUI_NOW`` is not a timestamp.
    """
    text = environ.get("PAPERTUI_NOW", "").strip()
    if not text:
        return lambda: datetime.now(UTC)
    try:
        moment = moment_from(text)
    except OverflowError:  # the first or last year with a zone that leads out of it
        moment = None
    if moment is None:
        raise SettingsError("PAPERTUI_NOW is not a valid ISO 8601 timestamp. Example: 2026-04-30T18:00:00Z.")
    return lambda: moment


def build(environ: Mapping[str, str], chosen: Settings, closing: ExitStack | None = None) -> Services:
    """Build the desk without reading files or using the network.

    Args:
        environ: the environment variables.
        chosen: the settings.
        closing: gets the callbacks that close resources.

    Raises:
        SettingsError: an environment variable is not valid.
    """
    where = find_paths(environ)
    now = clock(environ)
    archive = Archive(where.archive, now=now)
    if closing is not None:
        closing.callback(archive.close)

    def open_library() -> Library:
        from papertui.library.bookmarks import Library  # noqa: PLC0415 - not needed by all commands

        return Library(where.bookmarks, where.backups, now=now)

    def open_index() -> SearchIndexProtocol:
        from papertui.search.disk import IndexUpdates, SearchIndex  # noqa: PLC0415 - brings numpy and rapidfuzz

        return SearchIndex(where.index_folder, IndexUpdates(archive.database), archive.papers)

    library = Once(open_library)
    source = services(environ, where.cache)
    following = FollowService(chosen, Written(where.settings), source)
    papers = PaperService(archive, library, source, open_page, now)
    # A hook that calls papertui must not run hooks again: that would never end.
    commands = Commands() if environ.get("PAPERTUI_HOOK_EVENT") else chosen.hooks
    hooks = Hooks(commands, run_bounded, archive, library, now)
    if closing is not None:  # pushed after the archive, so closed before it
        closing.push(lambda kind, *_: hooks.finish(at_once=kind is KeyboardInterrupt))
    feeds = FeedService(archive, library, source, starter, now, following.follows, hooks)
    keeper = LibraryService(library, now, archive.better_ids, archive.papers, hooks=hooks)

    pdf_folder = _pdf_folder(chosen, where)

    def open_back_room() -> BackRoom:
        from papertui.wiring.backroom import Parts, put_together  # noqa: PLC0415 - costs half as much as all the rest

        return put_together(
            Parts(environ, chosen, where, now, archive, library, feeds, following, keeper, papers, pdf_folder)
        )

    return Services(
        feeds=feeds,
        follows=following,
        papers=papers,
        library=keeper,
        read_state=ReadState(archive, now, hooks),
        search=SearchService(archive, library, source, searcher, Once(open_index), plain_words, now),
        health=HealthService(archive, library, source, following),
        prefetcher=Prefetcher(archive, library, papers, source, ThumbnailFolder(where.cache / "thumbnails")),
        hooks=hooks,
        open_back_room=Once(open_back_room),
    )


def _pdf_folder(chosen: Settings, where: Paths) -> Path:
    if not chosen.pdf_folder:
        return where.pdfs
    try:
        return Path(chosen.pdf_folder).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"pdf_folder in {where.settings} is “{chosen.pdf_folder}”, but there is no such home folder. Set it to "
            "the full path of a folder."
        ) from error
