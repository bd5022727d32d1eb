"""``feeds list``, ``add``, ``remove``, ``import`` and ``export``: the feeds that the reader follows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from papertui.cli.errand import Errand
from papertui.core.follow import Follow
from papertui.core.wording import age, plural
from papertui.desk.following import Followed
from papertui.errors import PapertuiError, UsageError
from papertui.printing.records import write_records
from papertui.printing.streams import printable, say, write


def list_feeds(errand: Errand) -> int:
    """Print the followed feeds: key, title, feed, number of unread papers and age of the stored list."""
    follows = errand.desk.following.all
    unread = errand.desk.feeds.unread([follow.name for follow in follows])
    records = [_record(errand, follow, unread[follow.name]) for follow in follows]
    if errand.asked.json or errand.asked.jsonl:
        write_records(records, lines=errand.asked.jsonl)
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
            if not errand.look.ascii
            else f"{follow.key}  {' - '.join(words)}\n"
        )
    return 0


def _record(errand: Errand, follow: Follow, unread: int) -> dict[str, Any]:
    stored = errand.desk.feeds.stored(follow.name)
    at = stored.fetched_at if stored else None
    return {
        "key": follow.key,
        "title": follow.title,
        "feed": str(follow.name),
        "hidden": follow.hidden,
        "papers": stored.size if stored else 0,
        "unread": unread,
        "updated": None if at is None else age(errand.desk.feeds.now() - at),
    }


def add(errand: Errand) -> int:
    """Follow feeds; one that fails does not stop the others."""
    args = errand.asked
    if args.title and len(args.feeds) > 1:
        raise UsageError("--title sets the title of one feed. Add the other feeds separately.")
    return asyncio.run(_add_each(errand, args.feeds, args.title or ""))


async def _add_each(errand: Errand, texts: list[str], title: str) -> int:
    worst = 0
    for text in texts:
        try:
            followed = await errand.desk.following.follow(text, title, offline=errand.asked.offline)
        except PapertuiError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
            continue
        _tell(followed)
    return worst


def _tell(followed: Followed) -> None:
    follow = followed.follow
    say(f"Following “{follow.title}” ({follow.name}). Its key is {follow.key}: papertui list {follow.key}")
    for other in followed.others:
        say(f"The page offers another feed: {other}")


def remove(errand: Errand) -> int:
    worst = 0
    for text in errand.asked.feeds:
        try:
            follow = errand.desk.following.unfollow(text)
        except UsageError as problem:
            say(str(problem))
            worst = max(worst, problem.exit_code)
            continue
        say(f"Unfollowed “{follow.title}”. Its papers stay in the archive.")
    return worst


def take_in(errand: Errand) -> int:
    """Follow the feeds of an OPML file; skip those already followed."""
    from papertui.sources.syndication.opml import read_opml  # noqa: PLC0415 - imports XML

    name = errand.asked.file
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}.") from error
    added = 0
    for outline in read_opml(body):
        try:
            # Not fetched: an import of hundreds of feeds must not wait for hundreds of services.
            asyncio.run(errand.desk.following.follow(outline.url, outline.title, offline=True))
            added += 1
        except UsageError as problem:
            say(str(problem))
    say(f"{plural(added, 'feed')} added.")
    return 0


def give_out(errand: Errand) -> int:
    """Print the feeds that have a URL as OPML."""
    from papertui.sources.syndication.opml import Outline, write_opml  # noqa: PLC0415 - imports XML

    outlines = [Outline(follow.title, address) for follow in errand.desk.following.all if (address := _address(follow))]
    left_out = len(errand.desk.following.all) - len(outlines)
    write(write_opml(outlines, "papertui"))
    if left_out:
        say(f"{plural(left_out, 'saved search', 'saved searches')} have no URL for other feed readers; left out.")
    return 0


def _address(follow: Follow) -> str | None:
    if follow.name.kind == "url":
        return follow.name.detail
    return f"https://rss.arxiv.org/rss/{follow.name.detail}" if follow.name.kind == "arxiv" else None
