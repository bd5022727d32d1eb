"""Followed feeds: added, removed and reordered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import UsageError
from papertui.model.feed import CATEGORIES, FeedName, Follow, key_for, named, parse_feed_name, tabs, titled
from papertui.model.safe_text import excerpt
from papertui.services.types import OpenSource
from papertui.settings import Settings

if TYPE_CHECKING:
    from papertui.settings.edit import SettingsFile

#: Addresses of arXiv's listings, which papertui fetches as categories, not as generic feeds.
_ARXIV = re.compile(
    r"https?://(?:(?:www\.|export\.|rss\.)?arxiv\.org)/(?:rss|atom|list)/([A-Za-z.+-]+?)(?:/(?:new|recent|current))?/?",
    re.IGNORECASE,
)
_SHORT_ADDRESS = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/\S*)?")


class FollowResult(NamedTuple):
    """The result of following a feed."""

    follow: Follow
    others: tuple[str, ...] = ()  # Addresses of other feeds on the same page


class FollowService:
    """The followed feeds, as stored in the settings."""

    def __init__(self, settings: Settings, file: Path, source: OpenSource) -> None:
        self._settings = settings
        self._path = file
        self._source = source

    @property
    def all(self) -> tuple[Follow, ...]:
        return self._settings.follows

    def tabs(self) -> tuple[FeedName, ...]:
        """The feeds that have a tab, in tab order."""
        return tabs(self._settings.follows, self._settings.tabs)

    def named(self, text: str) -> FeedName:
        """The feed that `text` names: a followed one or any other.

        Raises:
            UsageError: there is no such feed.
        """
        return named(text, self._settings.follows)

    def title(self, name: FeedName) -> str:
        """The title of a feed that is not built in."""
        return next((follow.title for follow in self._settings.follows if follow.name == name), titled(name))

    async def follow(self, text: str, title: str = "", *, offline: bool = False) -> FollowResult:
        """Follow a feed; the address of a web page stands for the feed it links to.

        Args:
            text: ``arxiv:cs.CL``, ``author:NAME``, ``keyword:WORDS``, or an address with or without ``https://``.
            title: the title of its tab; by default the feed's own title.
            offline: use an address as it is, without fetching it.

        Raises:
            UsageError: it cannot be followed, or is followed already.
            SourceError: there is no feed at the address.
            StoreError: the settings cannot be written.
        """
        name = _meant(text)
        others: tuple[str, ...] = ()
        if name.kind == "url" and not offline:
            async with self._source() as source:
                looked = await source.look(name.detail)
            name, others = parse_feed_name(looked.url), looked.others
            title = title or looked.title
        if name in (follow.name for follow in self._settings.follows):
            raise UsageError(f"“{self.title(name)}” is already followed.")
        title = " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split()) or titled(name)
        key = key_for(name, title, (follow.key for follow in self._settings.follows))
        follow = Follow(key, title, name)
        self._settings = self._file().follow(follow)
        return FollowResult(follow, others)

    def unfollow(self, text: str) -> Follow:
        """Stop following a feed; its papers stay in the archive.

        Raises:
            UsageError: it is not followed.
            StoreError: the settings cannot be written.
        """
        follow = self._known(text)
        self._settings = self._file().unfollow(follow.key)
        return follow

    def hide(self, text: str, *, hidden: bool) -> Follow:
        """Hide or show the tab of a feed.

        Raises:
            UsageError: it is not followed.
            StoreError: the settings cannot be written.
        """
        follow = self._known(text)
        self._settings = self._file().hide(follow.key, hidden=hidden)
        return follow._replace(hidden=hidden)

    def move(self, name: FeedName, by: int) -> bool:
        """Move a tab by some places; returns whether it could be moved.

        Raises:
            StoreError: the settings cannot be written.
        """
        order = list(self.tabs())
        view = next((tab for tab in order if tab == name or (tab.kind == name.kind and not tab.detail)), None)
        if view is None:
            return False
        place = order.index(view)
        to = place + by
        if not 0 <= to < len(order):
            return False
        order.insert(to, order.pop(place))
        keys = {follow.name: follow.key for follow in self._settings.follows}
        self._settings = self._file().order(tuple(keys.get(tab, tab.kind) for tab in order))
        return True

    def _file(self) -> SettingsFile:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)

    def _known(self, text: str) -> Follow:
        wanted = text.strip()
        for follow in self._settings.follows:
            if wanted in {follow.key, str(follow.name), follow.title}:
                return follow
        keys = ", ".join(follow.key for follow in self._settings.follows)
        hint = f"Followed feeds: {keys}." if keys else "No feed is followed yet."
        raise UsageError(f"“{excerpt(wanted)}” is not followed. {hint}")


def _meant(text: str) -> FeedName:
    """The feed that a text stands for.

    Raises:
        UsageError: there is no such feed.
    """
    wanted = text.strip()
    if found := _ARXIV.fullmatch(wanted):
        return parse_feed_name(f"arxiv:{found[1]}")
    if ":" not in wanted and _SHORT_ADDRESS.fullmatch(wanted):
        category = wanted.count(".") == 1 and "/" not in wanted and _is_category(wanted)
        wanted = f"arxiv:{wanted}" if category else f"https://{wanted}"
    return parse_feed_name(wanted)


def _is_category(text: str) -> bool:
    return text.lower() in {category.lower() for category in CATEGORIES}
