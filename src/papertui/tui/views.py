"""The views that have a tab, and what is written on it."""

from __future__ import annotations

from datetime import date

from papertui.core.feed import FeedName, parse_day, parse_month
from papertui.core.wording import day, grouped
from papertui.tui.signs import Signs
from papertui.tui.widgets.tabstrip import Tab

#: The views in the order of their tabs, the latest period of the calendar ones.
VIEWS = (
    FeedName("trending"),
    FeedName("daily"),
    FeedName("weekly"),
    FeedName("monthly"),
    FeedName("library"),
    FeedName("archive"),
)


def view_of(name: FeedName) -> int | None:
    """The place of the tab that shows `name`; ``None`` for a feed that has no tab."""
    return next((place for place, view in enumerate(VIEWS) if view.kind == name.kind), None)


def title(name: FeedName, today: date) -> str:
    """What a view is called, with its period where it has one: ``Daily 30 Apr``."""
    base = {"hf-search": "Search", "submitter": "From"}.get(name.kind, name.kind.capitalize())
    if not name.detail:
        return base
    if name.kind == "daily":
        return f"{base} {day(parse_day(name.detail), today)}"
    if name.kind == "weekly":
        return f"{base} {name.detail.replace('-W', ' week ')}"
    if name.kind == "monthly":
        return f"{base} {parse_month(name.detail):%b %Y}"
    return f"{base} {name.detail}"


def tabs(opened: FeedName, kept: int, signs: Signs, today: date) -> tuple[tuple[Tab, ...], int]:
    """The tabs, and which of them is open; a feed that has no tab gets one at the end."""
    made = []
    for view in VIEWS:
        name = opened if opened.kind == view.kind else view
        full = title(name, today)
        short = {"trending": "Trend", "daily": "Day", "weekly": "Week", "monthly": "Month"}.get(view.kind, full)
        if view.kind == "library":
            full = f"{signs.star} Library {grouped(kept)}" if kept else f"{signs.star} Library"
            short = f"{signs.star} {grouped(kept)}" if kept else signs.star
        elif view.kind == "archive":
            short = "All"
        made.append(Tab(full, short))
    place = view_of(opened)
    if place is None:
        made.append(Tab(title(opened, today), title(opened, today)))
        place = len(made) - 1
    return tuple(made), place
