"""What a reader follows: saved searches, authors, categories and feeds of others, each with a tab of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from papertui.core.feed import FeedName, Kind, parse_feed_name
from papertui.errors import UsageError

#: The views that are there for everybody, in the order of their tabs; what is followed stands before the library.
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
#: Words that begin an address and name nobody.
_NO_NAMES = frozenset({"http", "https", "www", "com", "org", "net", "feed", "feeds", "rss", "atom", "xml", "index"})


class Follow(NamedTuple):
    """One feed of the reader's own.

    Attributes:
        key: its name in the settings, by which commands call it: ``nlp``.
        title: what its tab says.
        name: what is asked for.
        every: how old what is stored may grow before it is asked for again; ``None`` for the usual time.
        hidden: whether it has no tab; it is still fetched by `papertui refresh`.
    """

    key: str
    title: str
    name: FeedName
    every: timedelta | None = None
    hidden: bool = False


def titled(name: FeedName) -> str:
    """What a tab says of a feed whose reader gave it no title."""
    if name.kind == "url":
        return name.detail.split("://", 1)[-1].partition("/")[0].removeprefix("www.")
    return name.detail.replace("+", " + ") if name.kind == "arxiv" else name.detail


def key_for(name: FeedName, title: str, taken: Iterable[str]) -> str:
    """A name for the settings that is not `taken` yet, made of the title or of what is followed."""
    words = [word for word in _KEY.split((title or titled(name)).lower()) if word and word not in _NO_NAMES]
    base = "-".join(words)[:_LONGEST_KEY].strip("-") or "feed"
    kinds = {view.kind for view in BUILT_IN}
    there = {*taken, *kinds}
    number = 2
    key = base
    while key in there:
        key, number = f"{base}-{number}", number + 1
    return key


def named(text: str, follows: Iterable[Follow]) -> FeedName:
    """The feed that `text` names: one of the reader's own by its key, else any other.

    Raises:
        UsageError: there is no such feed.
    """
    wanted = text.strip()
    for follow in follows:
        if follow.key == wanted:
            return follow.name
    return parse_feed_name(wanted)


def tabs(follows: Iterable[Follow], order: Iterable[str] = ()) -> tuple[FeedName, ...]:
    """The feeds that have a tab, in their order.

    Args:
        follows: the reader's own.
        order: names of built-in views and keys of the reader's own: these come first, in this order, and of the
            built-in views only these are shown. Without it all are shown, the reader's own before the library.

    Raises:
        UsageError: `order` names a feed that is neither.
    """
    own = {follow.key: follow.name for follow in follows if not follow.hidden}
    hidden = {follow.key for follow in follows if follow.hidden}
    built_in = {view.kind: view for view in BUILT_IN}
    chosen: list[FeedName] = []
    for key in order:
        if key in hidden:
            continue
        if key not in own and key not in built_in:
            raise UsageError(f"there is no feed “{key}” to make a tab of")
        chosen.append(own.get(key) or built_in[_kind(key)])
    rest = [name for name in own.values() if name not in chosen]
    if not chosen:
        first = [view for view in BUILT_IN if view.kind not in _AT_THE_END]
        return (*first, *rest, *(view for view in BUILT_IN if view.kind in _AT_THE_END))
    last = next((place for place, name in enumerate(chosen) if name.kind in _AT_THE_END), len(chosen))
    return (*chosen[:last], *rest, *chosen[last:])


def _kind(key: str) -> Kind:
    return next(view.kind for view in BUILT_IN if view.kind == key)
