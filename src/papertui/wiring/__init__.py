"""The composition root. Heavy modules are imported when they are first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from papertui.core.record import moment_from
from papertui.desk import Desk
from papertui.desk.checking import Checks
from papertui.desk.doors import Clock, Index
from papertui.desk.feeds import Feeds
from papertui.desk.finding import Finder
from papertui.desk.following import Following
from papertui.desk.hooking import Hooks
from papertui.desk.keeping import Keeper
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.prefetching import Prefetcher
from papertui.errors import SettingsError
from papertui.settings import Hooks as Commands
from papertui.settings import Places, Settings, places_under
from papertui.store import Bookmarks
from papertui.store.archive import Archive
from papertui.store.pictures import PictureFolder
from papertui.wiring.late import plain_words, searcher, starter
from papertui.wiring.network import services
from papertui.wiring.once import Once
from papertui.wiring.programs import open_page, run_bounded
from papertui.wiring.settings_file import Written


def places(environ: Mapping[str, str]) -> Places:
    """The folders: under ``PAPERTUI_HOME`` if it is set, else those of the platform.

    Raises:
        SettingsError: ``PAPERTUI_HOME`` begins with the home folder of an unknown user.
    """
    if home := environ.get("PAPERTUI_HOME"):
        try:
            return places_under(Path(home).expanduser())
        except RuntimeError as error:
            raise SettingsError(
                f"PAPERTUI_HOME is “{home}”, but there is no such home folder. Set it to the full path of a folder."
            ) from error
    from papertui.settings.folders import platform_places  # noqa: PLC0415 - brings platformdirs with it

    return platform_places()


def settings(places: Places) -> Settings:
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


def desk(environ: Mapping[str, str], chosen: Settings, closing: ExitStack | None = None) -> Desk:
    """Build the desk without reading files or using the network.

    Args:
        environ: the environment variables.
        chosen: the settings.
        closing: gets the callbacks that close resources.

    Raises:
        SettingsError: an environment variable is not valid.
    """
    where = places(environ)
    now = clock(environ)
    archive = Archive(where.archive, now=now)
    if closing is not None:
        closing.callback(archive.close)

    def open_library() -> Bookmarks:
        from papertui.store.library import Library  # noqa: PLC0415 - brings TinyDB with it

        return Library(where.bookmarks, where.backups, now=now)

    def open_index() -> Index:
        from papertui.store.index.intake import Intake  # noqa: PLC0415 - needed only for search
        from papertui.store.index.keeper import SearchIndex  # noqa: PLC0415 - brings numpy and rapidfuzz with it

        return SearchIndex(where.index_folder, Intake(archive.database), archive.papers)

    library = Once(open_library)
    source = services(environ, where.cache)
    following = Following(chosen, Written(where.settings), source)
    papers = Papers(archive, library, source, open_page, now)
    # A hook that calls papertui must not run hooks again: that would never end.
    commands = Commands() if environ.get("PAPERTUI_HOOK_EVENT") else chosen.hooks
    hooks = Hooks(commands, run_bounded, archive, library, now)
    if closing is not None:  # pushed after the archive, so closed before it
        closing.push(lambda kind, *_: hooks.finish(at_once=kind is KeyboardInterrupt))
    feeds = Feeds(archive, library, source, starter, now, following.follows, hooks)
    keeper = Keeper(library, now, archive.better_ids, archive.papers, hooks=hooks)

    pdf_folder = _pdf_folder(chosen, where)

    def open_back_room() -> object:
        from papertui.wiring.backroom import Parts, put_together  # noqa: PLC0415 - costs half as much as all the rest

        return put_together(
            Parts(environ, chosen, where, now, archive, library, feeds, following, keeper, papers, pdf_folder)
        )

    return Desk(
        feeds=feeds,
        following=following,
        papers=papers,
        library=keeper,
        marks=Marks(archive, now, hooks),
        finder=Finder(archive, library, source, searcher, Once(open_index), plain_words, now),
        checks=Checks(archive, library, source, following),
        prefetcher=Prefetcher(archive, library, papers, source, PictureFolder(where.cache / "thumbnails")),
        hooks=hooks,
        open_back_room=Once(open_back_room),
    )


def _pdf_folder(chosen: Settings, where: Places) -> Path:
    if not chosen.pdf_folder:
        return where.pdfs
    try:
        return Path(chosen.pdf_folder).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"pdf_folder in {where.settings} is “{chosen.pdf_folder}”, but there is no such home folder. Set it to "
            "the full path of a folder."
        ) from error
