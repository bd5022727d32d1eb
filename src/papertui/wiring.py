"""The one place that names concrete parts. What is heavy is imported late, when it is first needed."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import Feed, FeedName
from papertui.core.follow import Follow
from papertui.core.paper import Paper
from papertui.core.record import moment_from
from papertui.core.search import Marks as ReaderMarks
from papertui.core.search import Searcher
from papertui.desk import Desk
from papertui.desk.checking import Checks
from papertui.desk.doors import Clock, Composer, Index, OpenSource
from papertui.desk.feeds import Feeds
from papertui.desk.finding import Finder
from papertui.desk.following import Following, Writing
from papertui.desk.importing import Importer
from papertui.desk.keeping import Keeper
from papertui.desk.letterbox import DigestWriting, Letterbox
from papertui.desk.mailing import Mailing
from papertui.desk.mailroom import MailOffice
from papertui.desk.marking import Marks
from papertui.desk.papers import Papers
from papertui.desk.prefetching import Prefetcher
from papertui.desk.scheduling import Schedule
from papertui.errors import SettingsError
from papertui.settings import DigestSettings, MailSettings, Places, Settings, places_under
from papertui.sources import Source
from papertui.sources.files import Batch
from papertui.store import Bookmarks, MailLedger
from papertui.store.archive import Archive
from papertui.store.pictures import PictureFolder

T = TypeVar("T")
_HUB, _API, _RSS, _SITE = _ADDRESSES = (
    "HF_ENDPOINT",
    "PAPERTUI_ARXIV_API_URL",
    "PAPERTUI_ARXIV_RSS_URL",
    "PAPERTUI_ARXIV_SITE_URL",
)


def places(environ: Mapping[str, str]) -> Places:
    """Where things are: all under ``PAPERTUI_HOME``, else in the platform's own folders.

    Raises:
        SettingsError: ``PAPERTUI_HOME`` begins with the home folder of somebody unknown.
    """
    if home := environ.get("PAPERTUI_HOME"):
        try:
            return places_under(Path(home).expanduser())
        except RuntimeError as error:
            raise SettingsError(
                f"PAPERTUI_HOME is “{home}”, and there is no such home folder. Give it the full path of a folder."
            ) from error
    from papertui.settings.folders import platform_places  # noqa: PLC0415 - platformdirs costs more than our own list

    return platform_places()


def settings(places: Places) -> Settings:
    """The reader's choices; the defaults where there is no file.

    Raises:
        SettingsError: the file cannot be read or is wrong somewhere.
    """
    if not os.path.lexists(places.settings):
        return Settings()
    from papertui.settings.toml_file import load  # noqa: PLC0415 - most readers have no settings, and need no TOML

    return load(places.settings)


def templates(places: Places, chosen: Settings) -> Path | None:
    """The folder of the reader's own templates; a relative one lies beside the settings. ``None`` for no such folder.

    Raises:
        SettingsError: it begins with the home folder of somebody unknown.
    """
    told = chosen.digest.templates.strip()
    if not told:
        return None
    try:
        return places.settings.parent / Path(told).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"“templates” in [digest] is “{told}”, and there is no such home folder. Give it the full path of a folder."
        ) from error


def clock(environ: Mapping[str, str]) -> Clock:
    """Tells the time: the real one, or the moment in ``PAPERTUI_NOW`` for ever.

    Raises:
        SettingsError: ``PAPERTUI_NOW`` is no moment.
    """
    text = environ.get("PAPERTUI_NOW", "").strip()
    if not text:
        return lambda: datetime.now(UTC)
    try:
        moment = moment_from(text)
    except OverflowError:  # the first or the last year, and a zone that leads out of it
        moment = None
    if moment is None:
        raise SettingsError(
            "PAPERTUI_NOW is no moment in ISO 8601. Write it like 2026-04-30T18:00:00Z, or leave it unset."
        )
    return lambda: moment


def desk(environ: Mapping[str, str], chosen: Settings, closing: ExitStack | None = None) -> Desk:
    """Everything a reader can ask for. Nothing is read, made or asked yet.

    Args:
        environ: the environment variables.
        chosen: the reader's choices.
        closing: takes what has to be closed at the end.

    Raises:
        SettingsError: one of the variables is wrong.
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
        from papertui.store.index.intake import Intake  # noqa: PLC0415 - needed for the search alone
        from papertui.store.index.keeper import SearchIndex  # noqa: PLC0415 - brings numpy and rapidfuzz with it

        return SearchIndex(where.index_folder, Intake(archive.database), archive.papers)

    library = _Once(open_library)
    source = _source(environ, where.cache)
    written = _Written(where.settings)
    following = Following(chosen, written, source)
    papers = Papers(archive, library, source, _open_page, now)
    feeds = Feeds(archive, library, source, _starter, now, following.follows)
    keeper = Keeper(library, now, archive.better_ids)

    def open_digests() -> Composer:
        from papertui.desk.digesting import Digests  # noqa: PLC0415 - a reader of feeds needs none

        return Digests(feeds, archive, library, keeper, following.follows, chosen.digest)

    digests = _Digests(chosen.digest, _Once(open_digests))

    def open_office() -> MailOffice:
        from papertui.mail.office import Office  # noqa: PLC0415 - brings Jinja, email and smtplib with it

        return Office(environ, templates(where, chosen), sys.executable)

    def open_ledger() -> MailLedger:
        from papertui.store.ledger import Ledger  # noqa: PLC0415 - brings filelock with it

        return Ledger(where.ledger)

    def mail_settings() -> MailSettings:
        from papertui.settings.mail import with_variables  # noqa: PLC0415 - reads addresses

        return with_variables(chosen.mail, environ)

    office = _Once(open_office)
    mailing = Mailing(digests, _Once(open_ledger), office, _Once(mail_settings), now)
    schedule = Schedule(office, now)
    return Desk(
        feeds=feeds,
        following=following,
        papers=papers,
        library=keeper,
        marks=Marks(archive, now),
        finder=Finder(archive, library, source, _searcher, _Once(open_index), _plain_words, now),
        importer=Importer(archive, _read_file, now),
        checks=Checks(archive, library, source, following),
        prefetcher=Prefetcher(archive, library, papers, source, PictureFolder(where.cache / "thumbnails")),
        digests=digests,
        mailing=mailing,
        schedule=schedule,
        letterbox=Letterbox(digests, mailing, schedule, following, written, chosen.mail),
    )


class _Choices(Writing, DigestWriting, Protocol):
    """All of the settings that is ever changed."""


class _Written:
    """The settings file, the means to change which are loaded when it is changed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def follow(self, follow: Follow) -> Settings:
        return self._file().follow(follow)

    def unfollow(self, key: str) -> Settings:
        return self._file().unfollow(key)

    def hide(self, key: str, *, hidden: bool) -> Settings:
        return self._file().hide(key, hidden=hidden)

    def order(self, tabs: tuple[str, ...]) -> Settings:
        return self._file().order(tabs)

    def digest(self, chosen: DigestSettings) -> Settings:
        return self._file().digest(chosen)

    @property
    def path(self) -> str:
        return str(self._path)

    def _file(self) -> _Choices:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)


class _Digests:
    """Composes digests, the means for which are loaded when the first one is wanted."""

    def __init__(self, chosen: DigestSettings, composer: Callable[[], Composer]) -> None:
        self.chosen = chosen
        self._composer = composer

    def choose(self, chosen: DigestSettings) -> None:
        self.chosen = chosen
        self._composer().choose(chosen)

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, Mailed] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        return await self._composer().compose(period, feeds=feeds, top=top, mailed=mailed, offline=offline)


class _Once(Generic[T]):
    """Makes a thing at the first call, in whatever thread, and gives the same one from then on."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = threading.Lock()

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


def _source(environ: Mapping[str, str], cache: Path) -> OpenSource:
    """Opens the services, or what stands in for them, with the token for Hugging Face in ``HF_TOKEN``."""
    told = {name: text for name in _ADDRESSES if (text := environ.get(name, "").strip())}
    token = environ.get("HF_TOKEN", "").strip()
    if told or token:
        # A wrong address is told before anything is done, not in the middle of it.
        from papertui.sources.address import clean_token, endpoint_address  # noqa: PLC0415 - mostly there is neither

        for name, text in told.items():
            endpoint_address(text, name)
        clean_token(token, "HF_TOKEN")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        # httpx takes a while to load, in which a key must be answered: off the loop.
        client, source = await asyncio.to_thread(_connected, told, token, cache)
        async with client:
            yield source

    return opened


def _connected(told: Mapping[str, str], token: str, cache: Path) -> tuple[AbstractAsyncContextManager[object], Source]:
    from papertui.sources.arxiv.service import API, GAP, RSS, SITE, ArXiv  # noqa: PLC0415 - brings httpx with it
    from papertui.sources.http import Client  # noqa: PLC0415 - as above
    from papertui.sources.huggingface import ENDPOINT, HuggingFace  # noqa: PLC0415 - as above
    from papertui.sources.pacing import Lane  # noqa: PLC0415 - as above
    from papertui.sources.services import Services  # noqa: PLC0415 - as above
    from papertui.sources.syndication.service import Syndication  # noqa: PLC0415 - as above
    from papertui.sources.validators import Answers  # noqa: PLC0415 - as above

    client = Client(answers=Answers(cache / "answers"))
    hub_lane = Lane("Hugging Face", cache / "pace" / "huggingface")
    hub = HuggingFace(client, told.get(_HUB, ENDPOINT), token or None, hub_lane)
    arxiv = ArXiv(
        client,
        api=told.get(_API, API),
        rss=told.get(_RSS, RSS),
        site=told.get(_SITE, SITE),
        lane=Lane("arXiv", cache / "pace" / "arxiv", GAP),
    )
    return client, Services(hub, arxiv, Syndication(client))


def _searcher(papers: Sequence[Paper], marks: ReaderMarks) -> Searcher:
    from papertui.core.search.index import index_over  # noqa: PLC0415 - brings numpy and rapidfuzz with it

    return index_over(papers, marks)


def _read_file(path: Path, place: int, number: int) -> Iterator[Batch]:
    from papertui.sources.files.reading import read_file  # noqa: PLC0415 - needed for an import alone

    return read_file(path, place=place, number=number)


def _plain_words(query: str) -> str:
    from papertui.core.search.query import parse  # noqa: PLC0415 - takes words apart, which needs large patterns

    return parse(query).plain


def _open_page(url: str) -> bool:
    import webbrowser  # noqa: PLC0415 - looks for browsers when it is loaded

    return webbrowser.open(url)


def _starter() -> Feed:
    from papertui.sources.starter import starter_feed  # noqa: PLC0415 - needed once in a reader's life

    return starter_feed()
