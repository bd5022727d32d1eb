"""The feeds a user follows: saved searches, authors, categories and external feeds, each with a tab."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from papertui.core.feed import FeedName, Kind, parse_feed_name
from papertui.errors import UsageError

#: The built-in feeds in the order of their tabs. Followed feeds come before the library.
BUILT_IN = (
    FeedName("trending"),
    FeedName("daily"),
    FeedName("weekly"),
    FeedName("monthly"),
    FeedName("rising"),
    FeedName("library"),
    FeedName("archive"),
)
_AT_THE_END = ("library", "archive")
_KEY = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 40
#: Parts of addresses that do not identify a feed.
_NO_NAMES = frozenset({"http", "https", "www", "com", "org", "net", "feed", "feeds", "rss", "atom", "xml", "index"})


class Follow(NamedTuple):
    """One feed from the settings."""

    key: str  # its name in the settings and on the command line: ``nlp``
    title: str  # the text of its tab
    name: FeedName
    every: timedelta | None = None  # how often it is fetched; ``None`` for the default
    hidden: bool = False  # has no tab, but `papertui refresh` fetches it


def titled(name: FeedName) -> str:
    """Return the default title of a feed."""
    if name.kind == "url":
        return name.detail.split("://", 1)[-1].partition("/")[0].removeprefix("www.")
    return name.detail.replace("+", " + ") if name.kind == "arxiv" else name.detail


def key_for(name: FeedName, title: str, taken: Iterable[str]) -> str:
    """Return a key for the settings that is not in `taken`, derived from the title or from the feed."""
    words = [word for word in _KEY.split((title or titled(name)).lower()) if word and word not in _NO_NAMES]
    base = "-".join(words)[:_LONGEST_KEY].strip("-") or "feed"
    kinds = {view.kind for view in BUILT_IN}
    used = {*taken, *kinds}
    number = 2
    key = base
    while key in used:
        key, number = f"{base}-{number}", number + 1
    return key


def named(text: str, follows: Iterable[Follow]) -> FeedName:
    """Return the feed that `text` names: a followed feed by its key, or any other feed.

    Raises:
        UsageError: there is no such feed.
    """
    wanted = text.strip()
    for follow in follows:
        if follow.key == wanted:
            return follow.name
    return parse_feed_name(wanted)


def tabs(follows: Iterable[Follow], order: Iterable[str] = ()) -> tuple[FeedName, ...]:
    """Return the feeds that have a tab, in order.

    Args:
        follows: the followed feeds.
        order: names of built-in feeds and keys of followed feeds. These come first, in this order; built-in feeds that
            are not listed are hidden. If it is empty, all feeds are shown, the followed feeds before the library.

    Raises:
        UsageError: `order` names an unknown feed.
    """
    own = {follow.key: follow.name for follow in follows if not follow.hidden}
    hidden = {follow.key for follow in follows if follow.hidden}
    built_in = {view.kind: view for view in BUILT_IN}
    chosen: list[FeedName] = []
    for key in order:
        if key in hidden:
            continue
        if key not in own and key not in built_in:
            raise UsageError(f"there is no feed “{key}”")
        chosen.append(own.get(key) or built_in[_kind(key)])
    rest = [name for name in own.values() if name not in chosen]
    if not chosen:
        first = [view for view in BUILT_IN if view.kind not in _AT_THE_END]
        return (*first, *rest, *(view for view in BUILT_IN if view.kind in _AT_THE_END))
    last = next((place for place, name in enumerate(chosen) if name.kind in _AT_THE_END), len(chosen))
    return (*chosen[:last], *rest, *chosen[last:])


def _kind(key: str) -> Kind:
    return next(view.kind for view in BUILT_IN if view.kind == key)
