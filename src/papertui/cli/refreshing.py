"""``refresh``: fetches feeds, for cron and timers; quiet when nothing is new."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from papertui.cli.errand import Context
from papertui.cli.output import is_terminal, printable, say, write
from papertui.errors import PapertuiError
from papertui.model.feed import FeedName
from papertui.model.format import plural
from papertui.services.feeds import FeedUpdate

_USUAL = (FeedName("trending"), FeedName("daily"))


def refresh(context: Context) -> int:
    """Fetch feeds and print one line for each with new papers; one that fails does not stop the others."""
    following = context.services.follows
    given = [following.named(text) for text in context.asked.feeds]
    names = given or [*_USUAL, *(follow.name for follow in following.all)]
    talks = context.asked.verbose or is_terminal(sys.stderr)
    return asyncio.run(_refresh_all(context, list(dict.fromkeys(names)), talks=talks))


async def _refresh_all(context: Context, names: Sequence[FeedName], *, talks: bool) -> int:
    worst = 0
    fetched = []
    async for name, done in context.services.feeds.update_each(names):
        if isinstance(done, PapertuiError):
            say(f"{_called(context, name)}: {done}")
            worst = max(worst, done.exit_code)
        else:
            fetched.append(done.feed)
            _tell(context, done, talks=talks)
    async for brought in context.services.prefetcher.bring(context.settings.prefetch, tuple(fetched)):
        if brought.number and talks:
            say(f"{plural(brought.number, brought.what)} prefetched")
        if brought.failure:
            say(brought.failure)
    return worst


def _tell(context: Context, done: FeedUpdate, *, talks: bool) -> None:
    name = _called(context, done.feed.name)
    if done.new:
        write(f"{name}: {plural(done.new, 'new paper')} of {done.feed.size:,}\n", now=True)
    elif talks:
        say(f"{name}: nothing new, {plural(done.feed.size, 'paper')}")
    for notice in done.feed.notices if talks else ():
        say(f"{name}: {notice}")


def _called(context: Context, name: FeedName) -> str:
    """Return the key of a followed feed, or its name."""
    key = next((follow.key for follow in context.services.follows.all if follow.name == name), None)
    return key or printable(str(name))
