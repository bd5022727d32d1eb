"""``[digest]``: what is in the reader's digest and how it looks, as the settings tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from papertui.core.digest import PERIODS
from papertui.core.feed import FeedName
from papertui.core.follow import Follow, named
from papertui.errors import UsageError
from papertui.settings import DigestSettings
from papertui.settings.bounds import MOST_PAPERS
from papertui.settings.feeds import Wrong

#: How many papers a section has at most.
MOST = MOST_PAPERS


class _Choice(NamedTuple):
    """One setting.

    Attributes:
        allowed: what may stand there, as the end of a sentence.
        meaning: what it does, for the settings written out.
        fits: whether a value may stand there.
    """

    allowed: str
    meaning: str
    fits: Callable[[object], bool]


def _are_names(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        return False
    return len(set(value)) == len(value)


_NAMES = 'a list of feeds, each once, for example ["trending", "arxiv:cs.CL", "rising", "library"]'
CHOICES: Mapping[str, _Choice] = {
    "period": _Choice('"day" or "week"', 'what a digest is about: "day" or "week"', lambda value: value in PERIODS),
    "top": _Choice(
        f"a whole number from 1 to {MOST}",
        "how many papers a section has at most",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST,
    ),
    "feeds": _Choice(
        _NAMES,
        'what it is made of, in this order ("library": bookmarked, never opened); empty: what is followed and the rest',
        _are_names,
    ),
    "pin": _Choice(_NAMES, "feeds whose papers come before all others", _are_names),
    "send_empty": _Choice(
        "true or false",
        "whether a digest without papers, which says why, is mailed",
        lambda value: isinstance(value, bool),
    ),
    "templates": _Choice(
        "the path of a folder",
        "a folder with templates of your own; empty: those of papertui",
        lambda value: isinstance(value, str) and value.isprintable(),
    ),
}


def read_digest(values: Mapping[str, Any], follows: tuple[Follow, ...], wrong: Wrong) -> DigestSettings:
    """The choices in the table ``digest``.

    Args:
        values: the table.
        follows: the feeds of the reader's own.
        wrong: tells that what stands at a place is wrong.

    Raises:
        Exception: what `wrong` makes of the first thing that is not right.
    """
    for key, value in values.items():
        if key not in CHOICES:
            shown = "".join(c if c.isprintable() else "?" for c in key[:60])
            raise wrong(("digest", key), f"there is no “{shown}” in [digest]. Allowed are {', '.join(CHOICES)}")
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
    """Why a feed makes no section of a digest, as a sentence without its full stop; empty when it does."""
    if name.kind == "archive":
        return "“archive” is everything there is and makes no section of a digest; name trending or a feed of your own"
    return ""
