"""Additional facts about the papers of a feed: vote growth, reasons, and which papers are new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.trend import FEWEST_LOOKS, Growth
from papertui.core.wording import day

_YESTERDAY = 1


class Context(NamedTuple):
    """Facts by paper id; papers without such facts are left out."""

    growths: Mapping[str, Growth] = MappingProxyType({})
    speeds: Mapping[str, float] = MappingProxyType({})  # the score of `trend.Rise`
    reasons: Mapping[str, tuple[str, ...]] = MappingProxyType({})  # why the paper is in the feed
    new: frozenset[str] = frozenset()  # ids that were not in the feed at the last visit


def gained(growth: Growth) -> str:
    """Format the votes gained for a row: ``+21``; empty if no gain is known."""
    return f"+{growth.gain}" if growth.gain > 0 else ""


def since(growth: Growth, today: date) -> str:
    """Describe how the votes grew: ``+21 since yesterday``."""
    if growth.since is None:
        return "seen once so far"
    words = (
        f"{growth.gain:+} since {_when(growth.since, growth.at, today)}"
        if growth.gain
        else (f"unchanged since {_when(growth.since, growth.at, today)}")
    )
    return words if growth.looks >= FEWEST_LOOKS else f"{words} (2 data points)"


def _when(moment: datetime, last: datetime, today: date) -> str:
    if moment.date() == last.date():
        return f"{moment:%H:%M} UTC"
    return "yesterday" if (today - moment.date()).days == _YESTERDAY else day(moment.date(), today)


def spark(curve: tuple[int, ...], levels: str) -> str:
    """Draw a curve on one line, with one character of `levels` (lowest first) per point."""
    if not curve:
        return ""
    low, high = min(curve), max(curve)
    if low == high:
        return levels[0] * len(curve)
    return "".join(levels[(value - low) * (len(levels) - 1) // (high - low)] for value in curve)
