"""The titles of the tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from papertui.model.feed import FeedName, parse_day, parse_month
from papertui.model.format import count, day, grouped
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.tabstrip import Tab

_SHORT = {"trending": "Trend", "daily": "Day", "weekly": "Week", "monthly": "Month", "rising": "Rise", "archive": "All"}
#: Maximum length of a title on a tab, in full and short form.
_LONGEST, _SHORTEST = 24, 10
#: The built-in feeds; the tab of one shows all its periods.
_BUILT_IN = frozenset({"trending", "daily", "weekly", "monthly", "rising", "library", "archive"})


def view_of(name: FeedName, views: Sequence[FeedName]) -> int | None:
    """Return the index of the tab that shows `name`; ``None`` for a feed without a tab."""
    return next((place for place, view in enumerate(views) if is_of(view, name)), None)


def is_of(view: FeedName, name: FeedName) -> bool:
    """Whether the tab of `view` shows `name`: the same feed, or another period of the same built-in feed."""
    return view == name or (view.kind == name.kind and view.kind in _BUILT_IN)


def title(name: FeedName, today: date, own: Callable[[FeedName], str] = str) -> str:
    """Return the title of a feed with its period: ``Daily 30 Apr``; `own` returns the title of a followed feed."""
    base = name.kind.capitalize()
    if name.kind not in _BUILT_IN:
        return own(name)
    if not name.detail:
        return base
    if name.kind == "daily":
        return f"{base} {day(parse_day(name.detail), today)}"
    if name.kind == "weekly":
        return f"{base} {name.detail.replace('-W', ' week ')}"
    return f"{base} {parse_month(name.detail):%b %Y}"


class Tabs:
    """Creates the tabs.

    Args:
        signs: the symbols to draw with.
        today: the current day.
        own: returns the title of a followed feed.
    """

    def __init__(self, signs: Glyphs, today: date, own: Callable[[FeedName], str]) -> None:
        self._signs = signs
        self._today = today
        self._own = own

    def made(
        self, views: Sequence[FeedName], opened: FeedName, kept: int, unread: Mapping[FeedName, int]
    ) -> tuple[tuple[Tab, ...], int]:
        """Return the tabs and the index of the open one. An open feed without a tab is added at the end.

        Args:
            views: the feeds with a tab.
            opened: the open feed.
            kept: number of papers in the library.
            unread: number of unread papers by followed feed.
        """
        place = view_of(opened, views)
        shown = [opened if place == number else view for number, view in enumerate(views)]
        if place is None:
            place = len(shown)
            shown.append(opened)
        return tuple(self._tab(name, kept, unread.get(name, 0)) for name in shown), place

    def _tab(self, name: FeedName, kept: int, unread: int) -> Tab:
        star = self._signs.star
        if name.kind == "library":
            number = grouped(kept) if kept else ""
            return Tab(f"{star} Library {number}".strip(), f"{star} {number}".strip())
        full = title(name, self._today, self._own)
        if name.kind in _BUILT_IN:
            return Tab(full, _SHORT.get(name.kind, full))
        number = f" {count(unread)}" if unread else ""
        return Tab(f"{self._cut(full, _LONGEST)}{number}", f"{self._cut(full, _SHORTEST)}{number}")

    def _cut(self, text: str, width: int) -> str:
        return text if len(text) <= width else text[: width - 1].rstrip() + self._signs.ellipsis
