"""The titles of the tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from papertui.model.feed import FeedName, parse_day, parse_month
from papertui.model.format import count, day, grouped
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.tab_strip import Tab

_SHORT = {"trending": "Trend", "daily": "Day", "weekly": "Week", "monthly": "Month", "rising": "Rise", "archive": "All"}
#: Maximum length of a title on a tab, in full and short form.
_LONGEST, _SHORTEST = 24, 10
#: The built-in feeds; the tab of one shows all its periods.
_BUILT_IN = frozenset({"trending", "daily", "weekly", "monthly", "rising", "library", "archive"})


def tab_of(name: FeedName, views: Sequence[FeedName]) -> int | None:
    """Return the index of the tab that shows `name`; ``None`` for a feed without a tab."""
    return next((place for place, view in enumerate(views) if is_shown_by(view, name)), None)


def is_shown_by(view: FeedName, name: FeedName) -> bool:
    """Whether the tab of `view` shows `name`: the same feed, or another period of the same built-in feed."""
    return view == name or (view.kind == name.kind and view.kind in _BUILT_IN)


def feed_title(name: FeedName, today: date, title_of: Callable[[FeedName], str] = str) -> str:
    """Return the title of a feed with its period: ``Daily 30 Apr``; `title_of` returns the title of a followed feed."""
    base = name.kind.capitalize()
    if name.kind not in _BUILT_IN:
        return title_of(name)
    if not name.detail:
        return base
    if name.kind == "daily":
        return f"{base} {day(parse_day(name.detail), today)}"
    if name.kind == "weekly":
        return f"{base} {name.detail.replace('-W', ' week ')}"
    return f"{base} {parse_month(name.detail):%b %Y}"


class TabTitles:
    """Makes the tabs.

    Args:
        glyphs: the symbols to draw with.
        today: the current day.
        title_of: returns the title of a followed feed.
    """

    def __init__(self, glyphs: Glyphs, today: date, title_of: Callable[[FeedName], str]) -> None:
        self._glyphs = glyphs
        self._today = today
        self._title_of = title_of

    def tabs(
        self, views: Sequence[FeedName], open_name: FeedName, bookmarked: int, unread: Mapping[FeedName, int]
    ) -> tuple[tuple[Tab, ...], int]:
        """Return the tabs and the index of the open one. An open feed without a tab is added at the end.

        Args:
            views: the feeds with a tab.
            open_name: the open feed.
            bookmarked: number of papers in the library.
            unread: number of unread papers by followed feed.
        """
        place = tab_of(open_name, views)
        shown = [open_name if place == number else view for number, view in enumerate(views)]
        if place is None:
            place = len(shown)
            shown.append(open_name)
        return tuple(self._tab(name, bookmarked, unread.get(name, 0)) for name in shown), place

    def _tab(self, name: FeedName, bookmarked: int, unread: int) -> Tab:
        star = self._glyphs.star
        if name.kind == "library":
            number = grouped(bookmarked) if bookmarked else ""
            return Tab(f"{star} Library {number}".strip(), f"{star} {number}".strip())
        full = feed_title(name, self._today, self._title_of)
        if name.kind in _BUILT_IN:
            return Tab(full, _SHORT.get(name.kind, full))
        number = f" {count(unread)}" if unread else ""
        return Tab(f"{self._cut(full, _LONGEST)}{number}", f"{self._cut(full, _SHORTEST)}{number}")

    def _cut(self, text: str, width: int) -> str:
        return text if len(text) <= width else text[: width - 1].rstrip() + self._glyphs.ellipsis
