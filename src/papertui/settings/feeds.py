"""``[feeds.NAME]``: the followed feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from papertui.errors import UsageError
from papertui.model.feed import BUILT_IN, FeedName, Follow, Kind, parse_feed_name, titled

#: The keys that define a feed, of which each feed has exactly one, and the kinds of feed they stand for.
KINDS: Mapping[str, Kind] = {
    "arxiv": "arxiv",
    "arxiv_search": "arxiv-search",
    "hf_search": "hf-search",
    "author": "author",
    "keyword": "keyword",
    "url": "url",
}
ALLOWED = f"title, {', '.join(KINDS)}, every and hidden"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_EVERY = re.compile(r"(\d{1,4})\s*(min|m|h|d)", re.ASCII)
_UNITS = {"min": timedelta(minutes=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SHORTEST = timedelta(minutes=5)
#: Makes the error for an invalid value at a path; the sentence says what is allowed.
Wrong = Callable[[tuple[str, ...], str], Exception]


def read_feeds(tables: Mapping[str, Any], wrong: Wrong) -> tuple[Follow, ...]:
    """Validate the table ``feeds``.

    Raises:
        Exception: the error made by `wrong` for the first invalid value.
    """
    follows: list[Follow] = []
    for key, values in tables.items():
        where = ("feeds", key)
        if not isinstance(values, dict):
            raise wrong(where, f"“{_shown(key)}” must be a table that begins with a line [feeds.{_shown(key)}]")
        if not _NAME.fullmatch(key) or key in {view.kind for view in BUILT_IN} or key == "last":
            raise wrong(where, f"“{_shown(key)}” cannot be the name of a feed; use letters, digits and hyphens")
        follow = _follow(key, values, wrong)
        twin = next((other for other in follows if other.name == follow.name), None)
        if twin is not None:
            raise wrong(where, f"“{_shown(key)}” and “{_shown(twin.key)}” are the same feed; remove one of them")
        follows.append(follow)
    return tuple(follows)


def _follow(key: str, values: Mapping[str, Any], wrong: Wrong) -> Follow:
    for name, value in values.items():
        if name not in KINDS and name not in {"title", "every", "hidden"}:
            raise wrong(("feeds", key, name), f"unknown setting “{_shown(name)}” in a feed. Allowed: {ALLOWED}")
        if name == "hidden":
            if not isinstance(value, bool):
                raise wrong(("feeds", key, name), "“hidden” must be true or false")
        elif not isinstance(value, str) or not value.strip():
            raise wrong(("feeds", key, name), f"“{name}” must be a non-empty string")
    given = [name for name in KINDS if name in values]
    if len(given) != 1:
        raise wrong(("feeds", key), f"a feed needs exactly one of {', '.join(KINDS)}")
    feed = _name(key, given[0], values[given[0]], wrong)
    every = _every(values["every"]) if "every" in values else None
    if "every" in values and every is None:
        raise wrong(("feeds", key, "every"), '“every” must be at least five minutes: "30 min", "6 h" or "1 d"')
    title = " ".join(str(values.get("title", "")).split()) or titled(feed)
    return Follow(key, "".join(c if c.isprintable() else "?" for c in title), feed, every, values.get("hidden", False))


def _name(key: str, kind: str, value: str, wrong: Wrong) -> FeedName:
    try:
        name = parse_feed_name(value if kind == "url" else f"{KINDS[kind]}:{value}")
    except UsageError as error:
        raise wrong(("feeds", key, kind), str(error).rstrip(".")) from error
    if name.kind != KINDS[kind]:
        raise wrong(("feeds", key, kind), "“url” must be the address of a feed, as in https://example.org/feed.xml")
    return name


def _every(text: str) -> timedelta | None:
    found = _EVERY.fullmatch(text.strip())
    every = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    return every if every >= _SHORTEST else None


def every_text(every: timedelta) -> str:
    """An interval in the notation of the settings: ``30 min``, ``6 h``, ``1 d``."""
    minutes = int(every / timedelta(minutes=1))
    if minutes % 1440 == 0:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def setting_of(name: FeedName) -> tuple[str, str]:
    """The key and the value that define a feed.

    Raises:
        UsageError: it is a built-in view.
    """
    for key, kind in KINDS.items():
        if name.kind == kind:
            return key, name.detail
    raise UsageError(
        f"“{name}” is built in. Follow a category (arxiv:cs.CL), a search (keyword:WORDS), an author "
        "(author:NAME) or the address of a feed."
    )


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:60])
