"""``refresh``: fetches feeds, for cron and timers; quiet when nothing is new."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from papertui.cli.errand import Errand
from papertui.core.feed import FeedName
from papertui.core.wording import plural
from papertui.desk.feeds import Update
from papertui.errors import PapertuiError
from papertui.printing.streams import is_terminal, printable, say, write

_USUAL = (FeedName("trending"), FeedName("daily"))


def refresh(errand: Errand) -> int:
    """Fetch feeds and print one line for each with new papers; one that fails does not stop the others."""
    following = errand.desk.following
    given = [following.named(text) for text in errand.asked.feeds]
    names = given or [*_USUAL, *(follow.name for follow in following.all)]
    talks = errand.asked.verbose or is_terminal(sys.stderr)
    return asyncio.run(_refresh_all(errand, list(dict.fromkeys(names)), talks=talks))


async def _refresh_all(errand: Errand, names: Sequence[FeedName], *, talks: bool) -> int:
    worst = 0
    fetched = []
    async for name, done in errand.desk.feeds.update_each(names):
        if isinstance(done, PapertuiError):
            say(f"{_called(errand, name)}: {done}")
            worst = max(worst, done.exit_code)
        else:
            fetched.append(done.feed)
            _tell(errand, done, talks=talks)
    async for brought in errand.desk.prefetcher.bring(errand.settings.prefetch, tuple(fetched)):
        if brought.number and talks:
            say(f"{plural(brought.number, brought.what)} prefetched")
        if brought.failure:
            say(brought.failure)
    return worst


def _tell(errand: Errand, done: Update, *, talks: bool) -> None:
    name = _called(errand, done.feed.name)
    if done.new:
        write(f"{name}: {plural(done.new, 'new paper')} of {done.feed.size:,}\n", now=True)
    elif talks:
        say(f"{name}: nothing new, {plural(done.feed.size, 'paper')}")
    for notice in done.feed.notices if talks else ():
        say(f"{name}: {notice}")


def _called(errand: Errand, name: FeedName) -> str:
    """Return the key of a followed feed, or its name."""
    key = next((follow.key for follow in errand.desk.following.all if follow.name == name), None)
    return key or printable(str(name))
