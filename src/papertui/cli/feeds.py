"""``refresh`` fetches feeds; ``feeds`` lists, adds, removes, imports and exports those that the user follows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertui.cli.output import is_terminal, print_message, printable, write, write_records
from papertui.cli.parser import Commands, add_json, add_offline
from papertui.errors import PapertuiError, SourceError, StoreError, UsageError
from papertui.model.feed import MATCHED, FeedName, Follow
from papertui.model.feed_address import password_places
from papertui.model.format import age, grouped, plural

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.services.feeds import FeedUpdate
    from papertui.services.follows import FollowResult, ImportedOutline

_ALWAYS_REFRESHED = (FeedName("trending"), FeedName("daily"))


def add_commands(commands: Commands) -> None:
    refresh = commands.add(
        "refresh",
        "fetch feeds, for example from cron",
        """\
papertui refresh
  papertui refresh trending arxiv:cs.CL --verbose
  0 7 * * 1-5  papertui refresh          (a line for crontab)""",
        refresh_feeds,
    )
    refresh.add_argument(
        "feeds", nargs="*", metavar="FEED", help="feeds to fetch (default: trending, daily and all you follow)"
    )
    refresh.add_argument("--verbose", action="store_true", help="report every feed, also without a terminal")
    feeds = commands.add(
        "feeds",
        "follow categories, searches, authors and feeds",
        """\
papertui feeds add arxiv:cs.CL
  papertui feeds add keyword:"state space model"
  papertui feeds add https://journal.example/
  papertui feeds list""",
    ).add_commands("list|add|remove|import|export")
    listed = feeds.add(
        "list",
        "list the feeds you follow",
        """\
papertui feeds list
  papertui feeds list --jsonl | jq -r .key""",
        list_follows,
    )
    add_json(listed)
    listed.add_argument("--names", action="store_true", help="print only the names of all feeds and groups")
    add = feeds.add(
        "add",
        "follow feeds; each gets a tab",
        """\
papertui feeds add arxiv:cs.CL+cs.LG --title NLP
  papertui feeds add author:"Yoshua Bengio" arxiv-search:'abs:"sparse attention"' hf-search:diffusion
  papertui feeds add https://journal.example/    (the page links to its feed)
  papertui feeds add https://journal.example/feed.xml --group Journals --group Science/Physics
  papertui list group:Journals
  papertui feeds add https://ada@journal.example/private.xml    (a feed that asks for a password)

The password of a feed is looked for in PAPERTUI_FEED_LOGINS (https://ada:password@journal.example, several separated
by blanks), then with password_command under [feeds.NAME] in the settings, then in the keyring:
  keyring set papertui https://ada@journal.example
It is never written to the settings, and sent over https only, to this host only.""",
        follow_feeds,
    )
    add.add_argument("feeds", nargs="+", metavar="FEED", help="a FEED, or the URL of a feed or page")
    add.add_argument("--title", metavar="TEXT", help="title of its tab (default: the title of the feed)")
    add.add_argument(
        "--group",
        dest="groups",
        action="append",
        metavar="NAME",
        help="put it into this group, opened as group:NAME; repeatable",
    )
    add_offline(add)
    remove = feeds.add("remove", "unfollow feeds", "papertui feeds remove nlp", unfollow_feeds)
    remove.add_argument("feeds", nargs="+", metavar="FEED", help="a key from “papertui feeds list”")
    import_ = feeds.add(
        "import",
        "follow the feeds in an OPML file",
        """\
papertui feeds import feeds.opml
  cat feeds.opml | papertui feeds import -

Folders and categories become groups (“papertui list group:NAME”). Every entry that is not added is listed with its
line and the reason.""",
        import_opml,
    )
    import_.add_argument("file", metavar="FILE", help="an OPML file; - reads stdin")
    feeds.add("export", "print the feeds as OPML", "papertui feeds export > feeds.opml", export_opml)


# --- refresh -----------------------------------------------------------------------------------------


def refresh_feeds(context: Context) -> int:
    """Fetch feeds and print one line for each with new papers; one that fails does not stop the others."""
    follows = context.services.follows
    names = [follows.named(text) for text in context.args.feeds]
    names = names or [
        *_ALWAYS_REFRESHED, *(follow.name for follow in follows.all if follow.name.kind not in MATCHED)
    ]  # fmt: skip
    verbose = context.args.verbose or is_terminal(sys.stderr)
    return asyncio.run(_refresh_each(context, list(dict.fromkeys(names)), verbose=verbose))


async def _refresh_each(context: Context, names: Sequence[FeedName], *, verbose: bool) -> int:
    worst = 0
    fetched = []
    failure: StoreError | None = None
    alerts = context.services.alerts
    before = frozenset(await asyncio.to_thread(alerts.new))
    async for name, result in context.services.feeds.update_each(names):
        if isinstance(result, PapertuiError):
            print_message(f"{_label(context, name)}: {result}")
            worst = max(worst, result.exit_code)
        else:
            fetched.append(result.feed)
            failure = result.not_stored or failure
            if result.failures:  # of feeds in a group
                worst = max(worst, SourceError.exit_code)
            _print_update(context, result, verbose=verbose)
    if sentence := alerts.sentence(alert for alert in await asyncio.to_thread(alerts.new) if alert not in before):
        print_message(sentence)
    if failure is not None:
        raise failure
    await _check_versions(context, verbose=verbose)
    async for brought in context.services.prefetcher.bring(context.settings.prefetch, tuple(fetched)):
        if brought.number and verbose:
            print_message(f"{plural(brought.number, brought.what)} prefetched")
        if brought.failure:
            print_message(brought.failure)
    return worst


async def _check_versions(context: Context, *, verbose: bool) -> None:
    """Ask arXiv once a day about the versions of kept papers, and print what is new; a failure fails nothing else."""
    if not context.has_library() or context.args.offline:
        return
    try:
        await context.services.versions.check()
    except SourceError as error:
        if verbose:
            print_message(f"versions of bookmarked papers: {error}")
    for one in context.services.versions.take_news():
        if one.kind != "published":  # which the bookmark says, and a notice
            write(f"{one.paper}: {one.sentence}\n", now=True)


def _print_update(context: Context, update: FeedUpdate, *, verbose: bool) -> None:
    label = _label(context, update.feed.name)
    parts = [f"{plural(update.new, 'new paper')} of {update.feed.size:,}"] if update.new else []
    parts += [f"{plural(update.joined, 'record')} joined"] if update.joined else []
    if parts:
        write(f"{label}: {', '.join(parts)}\n", now=True)
    elif verbose:
        print_message(f"{label}: nothing new, {plural(update.feed.size, 'paper')}")
    for notice in update.feed.notices if verbose or update.is_malformed else update.failures:
        print_message(f"{label}: {notice}")


def _label(context: Context, name: FeedName) -> str:
    """Return the key of a followed feed, or its name."""
    key = next((follow.key for follow in context.services.follows.all if follow.name == name), None)
    return key or printable(str(name))


# --- followed feeds ----------------------------------------------------------------------------------


def list_follows(context: Context) -> int:
    """Print the followed feeds: key, title, feed, number of unread papers and age of the stored list."""
    if context.args.names:
        write("".join(f"{name}\n" for name in context.services.follows.names))
        return 0
    follows = context.services.follows.all
    unread = context.services.feeds.unread([follow.name for follow in follows])
    records = [_follow_record(context, follow, unread[follow.name]) for follow in follows]
    if context.args.json or context.args.jsonl:
        write_records(records, lines=context.args.jsonl)
        return 0
    if not records:
        print_message("No feeds yet. “papertui feeds add arxiv:cs.CL” follows a category; see “papertui feeds --help”.")
    width = max((len(follow.key) for follow in follows), default=0)
    for follow, record in zip(follows, records, strict=True):
        facts = (
            [printable(follow.title), str(follow.name)] if follow.title != follow.name.detail else [str(follow.name)]
        )
        if follow.name.kind in MATCHED:
            facts.append(f"{plural(record['papers'], 'paper')} in Alerts")
        else:
            facts.append(f"{record['unread']} unread of {record['papers']}" if record["updated"] else "not fetched yet")
        facts += [f"updated {record['updated']}"] if record["updated"] else []
        facts += ["no tab"] if follow.hidden and not follow.groups else []
        facts += [f"group:{group}" for group in follow.groups]
        key = follow.key if context.style.ascii else f"{follow.key:<{width}}"
        write(f"{key}  {context.style.dot.join(facts)}\n")
    return 0


def _follow_record(context: Context, follow: Follow, unread: int) -> dict[str, Any]:
    feeds = context.services.feeds
    if (stored := feeds.stored(follow.name)) is not None:
        stored = feeds.with_muted(stored, spare_bookmarks=True)
    at = stored.fetched_at if stored else None
    return {
        "key": follow.key,
        "title": follow.title,
        "feed": str(follow.name),
        "hidden": follow.hidden,
        "groups": list(follow.groups),
        "papers": stored.size if stored else 0,
        "unread": unread,
        "updated": None if at is None else age(feeds.now() - at),
    }


def follow_feeds(context: Context) -> int:
    """Follow feeds; one that fails does not stop the others."""
    args = context.args
    if args.title and len(args.feeds) > 1:
        raise UsageError("--title sets the title of one feed. Add the other feeds separately.")
    return asyncio.run(_follow_each(context, args.feeds, args.title or ""))


async def _follow_each(context: Context, texts: Sequence[str], title: str) -> int:
    worst = 0
    for text in texts:
        try:
            result = await context.services.follows.follow(
                text, title, offline=context.args.offline, in_groups=tuple(context.args.groups or ())
            )
        except StoreError:
            raise  # the others could not be stored either
        except PapertuiError as error:
            print_message(str(error))
            worst = max(worst, error.exit_code)
            continue
        _print_follow(result)
    return worst


def _print_follow(result: FollowResult) -> None:
    follow = result.follow
    print_message(f"Following “{follow.title}” ({follow.name}). Its key is {follow.key}: papertui list {follow.key}")
    for other in result.others:
        print_message(f"The page offers another feed: {other}")
    if result.lost_password:
        print_message(_lost_password(result.lost_password))


def unfollow_feeds(context: Context) -> int:
    worst = 0
    for text in context.args.feeds:
        try:
            follow = context.services.follows.unfollow(text)
        except UsageError as error:
            print_message(str(error))
            worst = max(worst, error.exit_code)
            continue
        print_message(f"Unfollowed “{follow.title}”. Its papers stay in the archive.")
    return worst


def import_opml(context: Context) -> int:
    """Follow the feeds of an OPML file; list those that are not added, with the reason."""
    from papertui.sources.feeds.opml import read_opml  # noqa: PLC0415 - brings XML

    name = context.args.file
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}.") from error
    read = read_opml(body)
    if not read.outlines and not read.unread:
        raise UsageError(f"{name} lists no feeds; export the subscriptions of your feed reader again.")
    results = context.services.follows.import_outlines(read.outlines, context.progress("Importing"))
    sentences = [(entry.line, f"{_entry(entry.title)}: {entry.why}") for entry in read.unread]
    sentences += [
        (one.outline.line, f"{_entry(one.outline.title)}: {words}") for one in results if (words := _fate(one))
    ]
    for line, sentence in sorted(sentences):
        print_message(f"{name}, line {line}: {sentence}")
    for account in dict.fromkeys(one.lost_password for one in results if one.lost_password):
        print_message(_lost_password(account))
    added, known = sum(one.added for one in results), sum(_is_known(one) for one in results)
    left_out = len(read.unread) + sum(bool(one.why) for one in results)
    parts = [f"{plural(added, 'feed')} added"]
    parts += [f"{grouped(known)} already followed"] if known else []
    parts += [f"{grouped(left_out)} not added"] if left_out else []
    print_message(f"{', '.join(parts)}.")
    return 0 if added or known else UsageError.exit_code


def _entry(title: str) -> str:
    return f"“{title}”" if title else "an entry without a title"


def _is_known(result: ImportedOutline) -> bool:
    return result.follow is not None and not result.added and not result.first_line


def _fate(result: ImportedOutline) -> str:
    """Return the sentence about an entry that was not simply added; empty for the others."""
    if result.follow is None:
        return result.why
    if result.added:
        return ""
    names = " and ".join(f"group:{group}" for group in result.groups)
    then = f"; it is in {names} now." if names else "."
    if result.first_line:
        return f"the same feed as in line {result.first_line}{then}"
    return f"already followed, as {result.follow.key}{then}"


def _lost_password(account: str) -> str:
    return f"The password of {account} is not stored: there is no keyring for it here. {password_places(account)}"


def export_opml(context: Context) -> int:
    """Print the feeds that have a URL as OPML."""
    from papertui.sources.feeds.opml import Outline, write_opml  # noqa: PLC0415 - brings XML

    follows = context.services.follows.all
    outlines = [Outline(follow.title, url, follow.groups) for follow in follows if (url := _url(follow))]
    skipped = len(follows) - len(outlines)
    write(write_opml(outlines, "papertui"))
    if skipped:
        print_message(f"{plural(skipped, 'saved search', 'saved searches')} left out: other feed readers need a URL.")
    return 0


def _url(follow: Follow) -> str | None:
    if follow.name.kind == "url":
        return follow.name.detail
    return f"https://rss.arxiv.org/rss/{follow.name.detail}" if follow.name.kind == "arxiv" else None
