"""Commands that look after things: ``refresh``, ``config show``."""

from __future__ import annotations

import asyncio
import os
import sys

from papertui.cli.errand import Errand
from papertui.core.feed import FeedName, parse_feed_name
from papertui.core.wording import plural
from papertui.errors import SourceError, UsageError
from papertui.printing.streams import is_terminal, say, write

_USUAL = ("trending", "daily")


def refresh(errand: Errand) -> int:
    """Fetches feeds, each whatever happens to the others. Says nothing of success where nobody watches."""
    names = [parse_feed_name(text) for text in errand.asked.feeds or _USUAL]
    talks = errand.asked.verbose or is_terminal(sys.stderr)
    return asyncio.run(_refresh_all(errand, list(dict.fromkeys(names)), talks=talks))


async def _refresh_all(errand: Errand, names: list[FeedName], *, talks: bool) -> int:
    worst = 0
    for name in names:
        try:
            feed = await errand.desk.feeds.refresh(name)
        except (SourceError, UsageError) as problem:
            say(f"{name}: {problem}")
            worst = max(worst, problem.exit_code)
            continue
        if talks:
            say(f"{feed.name}: {plural(len(feed.papers), 'paper')}")
            for notice in feed.notices:
                say(f"{feed.name}: {notice}")
    return worst


def show_settings(errand: Errand) -> int:
    """Prints the settings in force as TOML, ready to be a settings file."""
    from papertui.settings.toml_file import as_toml  # noqa: PLC0415 - brings tomllib with it

    file = errand.places.settings
    there = "" if os.path.lexists(file) else " (there is none yet; these are the defaults)"
    write(f"# papertui's settings are read from {file}{there}\n\n{as_toml(errand.settings)}")
    return 0
