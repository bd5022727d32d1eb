"""What there is to say of the papers of a view beyond what they are: how they grow, why they are here, what is new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.trend import FEWEST_LOOKS, Growth
from papertui.core.wording import day

_YESTERDAY = 1


class Context(NamedTuple):
    """Told of papers by id; a paper of which there is nothing to tell is left out.

    Attributes:
        growths: how votes grew.
        speeds: how fast papers rise, the higher, the faster.
        reasons: why each stands here.
        new: papers that were not here when the reader looked last.
    """

    growths: Mapping[str, Growth] = MappingProxyType({})
    speeds: Mapping[str, float] = MappingProxyType({})
    reasons: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    new: frozenset[str] = frozenset()


def gained(growth: Growth) -> str:
    """Votes gained, for a row: ``+21``; nothing where nothing was gained, or is known."""
    return f"+{growth.gain}" if growth.gain > 0 else ""


def since(growth: Growth, today: date) -> str:
    """How votes grew, in words: ``+21 since yesterday``; what is not known is said."""
    if growth.since is None:
        return "seen once so far"
    words = (
        f"{growth.gain:+} since {_when(growth.since, growth.at, today)}"
        if growth.gain
        else (f"unchanged since {_when(growth.since, growth.at, today)}")
    )
    return words if growth.looks >= FEWEST_LOOKS else f"{words} (two looks)"


def _when(moment: datetime, last: datetime, today: date) -> str:
    if moment.date() == last.date():
        return f"{moment:%H:%M} UTC"
    return "yesterday" if (today - moment.date()).days == _YESTERDAY else day(moment.date(), today)


def spark(curve: tuple[int, ...], levels: str) -> str:
    """A curve in one line, a sign of `levels` (the lowest first) for each of its points; nothing for no curve."""
    if not curve:
        return ""
    low, high = min(curve), max(curve)
    if low == high:
        return levels[0] * len(curve)
    return "".join(levels[(value - low) * (len(levels) - 1) // (high - low)] for value in curve)
