"""``feeds list``, ``add``, ``remove``, ``import`` and ``export``: the feeds that the reader follows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write, write_records
from papertui.errors import PapertuiError, UsageError
from papertui.model.feed import Follow
from papertui.model.format import age, plural
from papertui.services.follows import FollowResult


def list_feeds(context: Context) -> int:
    """Print the followed feeds: key, title, feed, number of unread papers and age of the stored list."""
    follows = context.services.follows.all
    unread = context.services.feeds.unread([follow.name for follow in follows])
    records = [_record(context, follow, unread[follow.name]) for follow in follows]
    if context.asked.json or context.asked.jsonl:
        write_records(records, lines=context.asked.jsonl)
        return 0
    if not records:
        say("No feeds yet. “papertui feeds add arxiv:cs.CL” follows a category; see “papertui feeds --help”.")
    width = max((len(follow.key) for follow in follows), default=0)
    for follow, record in zip(follows, records, strict=True):
        words = (
            [printable(follow.title), str(follow.name)] if follow.title != follow.name.detail else [str(follow.name)]
        )
        words.append(f"{record['unread']} unread of {record['papers']}" if record["updated"] else "not fetched yet")
        words += [f"updated {record['updated']}"] if record["updated"] else []
        words += ["no tab"] if follow.hidden else []
        write(
            f"{follow.key:<{width}}  {' · '.join(words)}\n"
            if not context.look.ascii
            else f"{follow.key}  {' - '.join(words)}\n"
        )
    return 0


def _record(context: Context, follow: Follow, unread: int) -> dict[str, Any]:
    stored = context.services.feeds.stored(follow.name)
    at = stored.fetched_at if stored else None
    return {
        "key": follow.key,
        "title": follow.title,
        "feed": str(follow.name),
        "hidden": follow.hidden,
        "papers": stored.size if stored else 0,
        "unread": unread,
        "updated": None if at is None else age(context.services.feeds.now() - at),
    }


def add(context: Context) -> int:
    """Follow feeds; one that fails does not stop the others."""
    args = context.asked
    if args.title and len(args.feeds) > 1:
        raise UsageError("--title sets the title of one feed. Add the other feeds separately.")
    return asyncio.run(_add_each(context, args.feeds, args.title or ""))


async def _add_each(context: Context, texts: list[str], title: str) -> int:
    worst = 0
    for text in texts:
        try:
            followed = await context.services.follows.follow(text, title, offline=context.asked.offline)
        except PapertuiError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
            continue
        _tell(followed)
    return worst


def _tell(followed: FollowResult) -> None:
    follow = followed.follow
    say(f"Following “{follow.title}” ({follow.name}). Its key is {follow.key}: papertui list {follow.key}")
    for other in followed.others:
        say(f"The page offers another feed: {other}")


def remove(context: Context) -> int:
    worst = 0
    for text in context.asked.feeds:
        try:
            follow = context.services.follows.unfollow(text)
        except UsageError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
            continue
        say(f"Unfollowed “{follow.title}”. Its papers stay in the archive.")
    return worst


def take_in(context: Context) -> int:
    """Follow the feeds of an OPML file; skip those already followed."""
    from papertui.sources.feeds.opml import read_opml  # noqa: PLC0415 - imports XML

    name = context.asked.file
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}.") from error
    added = 0
    for outline in read_opml(body):
        try:
            # Not fetched: an import of hundreds of feeds must not wait for hundreds of services.
            asyncio.run(context.services.follows.follow(outline.url, outline.title, offline=True))
            added += 1
        except UsageError as problem:
            say(str(problem))
    say(f"{plural(added, 'feed')} added.")
    return 0


def give_out(context: Context) -> int:
    """Print the feeds that have a URL as OPML."""
    from papertui.sources.feeds.opml import Outline, write_opml  # noqa: PLC0415 - imports XML

    outlines = [
        Outline(follow.title, address) for follow in context.services.follows.all if (address := _address(follow))
    ]
    left_out = len(context.services.follows.all) - len(outlines)
    write(write_opml(outlines, "papertui"))
    if left_out:
        say(f"{plural(left_out, 'saved search', 'saved searches')} have no URL for other feed readers; left out.")
    return 0


def _address(follow: Follow) -> str | None:
    if follow.name.kind == "url":
        return follow.name.detail
    return f"https://rss.arxiv.org/rss/{follow.name.detail}" if follow.name.kind == "arxiv" else None
