"""``[digest]``: the contents and the look of the digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from papertui.errors import UsageError
from papertui.model.feed import FeedName, Follow, named
from papertui.model.period import PERIODS
from papertui.settings import DigestSettings
from papertui.settings.bounds import MOST_PAPERS
from papertui.settings.feeds import Wrong

#: The greatest number of papers in a section.
MOST = MOST_PAPERS


class _DigestOption(NamedTuple):
    """One setting."""

    #: The allowed values, as the end of a sentence.
    allowed: str
    #: What it does, for the comments of `papertui config`.
    meaning: str
    fits: Callable[[object], bool]


def _are_names(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        return False
    return len(set(value)) == len(value)


_NAMES = 'a list of feeds, each once, for example ["trending", "arxiv:cs.CL", "rising", "library"]'
CHOICES: Mapping[str, _DigestOption] = {
    "period": _DigestOption(
        '"day" or "week"', 'the period of a digest: "day" or "week"', lambda value: value in PERIODS
    ),
    "top": _DigestOption(
        f"an integer from 1 to {MOST}",
        "the greatest number of papers in a section",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST,
    ),
    "feeds": _DigestOption(
        _NAMES,
        'its feeds, in this order ("library": bookmarks never opened); empty: followed and built-in feeds',
        _are_names,
    ),
    "pin": _DigestOption(_NAMES, "feeds whose papers come before all others", _are_names),
    "send_empty": _DigestOption(
        "true or false",
        "whether to mail a digest without papers, which says why there are none",
        lambda value: isinstance(value, bool),
    ),
    "templates": _DigestOption(
        "the path of a folder",
        "a folder with your templates; empty: the built-in templates",
        lambda value: isinstance(value, str) and value.isprintable(),
    ),
}


def read_digest(values: Mapping[str, Any], follows: tuple[Follow, ...], wrong: Wrong) -> DigestSettings:
    """Validate the table ``digest``.

    Args:
        values: the table.
        follows: the followed feeds, which the table may name.
        wrong: makes the error for an invalid value at a given path.

    Raises:
        Exception: the error made by `wrong` for the first invalid value.
    """
    for key, value in values.items():
        if key not in CHOICES:
            shown = "".join(c if c.isprintable() else "?" for c in key[:60])
            raise wrong(("digest", key), f"unknown setting “{shown}” in [digest]. Allowed: {', '.join(CHOICES)}")
        if not CHOICES[key].fits(value):
            raise wrong(("digest", key), f"“{key}” must be {CHOICES[key].allowed}")
    for key in ("feeds", "pin"):
        for name in values.get(key, ()):
            try:
                feed = named(name, follows)
            except UsageError as error:
                raise wrong(("digest", key), str(error).rstrip(".")) from error
            if fault := fault_of(feed):
                raise wrong(("digest", key), fault)
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return DigestSettings(**{**values, **lists})


def fault_of(name: FeedName) -> str:
    """Why a feed cannot be a section of a digest, as a sentence without its full stop; empty if it can."""
    if name.kind == "archive":
        return "“archive” is the whole archive and cannot be a section of a digest; name trending or a feed you follow"
    return ""
