"""``follow``, ``unfollow`` and ``follows``: what the reader is alerted to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, add_json, add_offline
from papertui.model.alerts import cut_title, followed_sentence
from papertui.model.feed import ALERTING, Follow
from papertui.model.format import plural
from papertui.model.paper import paper_id
from papertui.services.follows import followed_text

if TYPE_CHECKING:
    from papertui.cli.context import Context

_KINDS = "author, org, keyword, search or like"


def add_commands(commands: Commands) -> None:
    follow = commands.add(
        "follow",
        "follow an author, organisation, keyword, search or paper",
        """\
papertui follow author Yoshua Bengio
  papertui follow org "Example Lab"
  papertui follow keyword "kv cache"
  papertui follow search "diffusion language votes:>20"
  papertui follow like 2604.26951                (papers like this one)
  papertui list alerts
  papertui unfollow author Yoshua Bengio

Papers that match appear in the view Alerts, with the reason, as they arrive; at first those of the last four weeks.
An author or a keyword is also asked for at the services, and has a tab. Other feeds: see “papertui feeds add”.""",
        follow_one,
    )
    follow.add_argument("words", nargs="+", metavar="KIND VALUE", help=f"{_KINDS}, and which one; or a FEED")
    follow.add_argument("--title", metavar="TEXT", default="", help="what to call it (default: the value)")
    add_offline(follow)
    unfollow = commands.add(
        "unfollow",
        "stop following",
        """\
papertui unfollow author Yoshua Bengio
  papertui unfollow kv-cache                     (a key from “papertui follows”)""",
        unfollow_one,
    )
    unfollow.add_argument("words", nargs="+", metavar="KIND VALUE", help="what is followed, or its key")
    follows = commands.add(
        "follows",
        "list what you follow, with the numbers of new papers",
        """\
papertui follows
  papertui follows --json | jq -r '.[] | select(.new > 0) | .title'
  papertui follows --seen""",
        list_follows,
    )
    follows.add_argument("--seen", action="store_true", help="afterwards, nothing in Alerts counts as new any more")
    add_json(follows)


def follow_one(context: Context) -> int:
    """Follow one thing, and print how many stored papers match."""
    follows, alerts = context.services.follows, context.services.alerts
    text, title = followed_text(context.args.words), context.args.title
    kind, _, detail = text.partition(":")
    if kind == "like" and not title:
        title = cut_title(asyncio.run(context.services.papers.find(paper_id(detail))).title)
    result = asyncio.run(follows.follow(text, title, offline=context.args.offline))
    follow = result.follow
    print_message(f"Following “{printable(follow.title)}” ({printable(str(follow.name))}). Its key is {follow.key}.")
    for count in alerts.counts():
        if count.follow == follow:
            print_message(f"In Alerts: {followed_sentence(count)}")
    return 0


def unfollow_one(context: Context) -> int:
    follow = context.services.follows.unfollow(followed_text(context.args.words))
    print_message(f"Unfollowed “{printable(follow.title)}”. Its papers stay in the archive.")
    return 0


def list_follows(context: Context) -> int:
    """Print what is followed: key, title, kind, papers and new ones."""
    records = _records(context)
    if context.args.json or context.args.jsonl:
        write_records(records, lines=context.args.jsonl)
    else:
        _print(context, records)
    if context.args.seen:
        alerts = context.services.alerts
        alerts.look(alert.id for alert in alerts.new())
    return 0


def _print(context: Context, records: list[dict[str, Any]]) -> None:
    if not records:
        print_message("You follow nothing yet. “papertui follow author NAME” follows an author; see “follow --help”.")
    width = 0 if context.style.ascii else max((len(record["key"]) for record in records), default=0)
    for record in records:
        facts = [record["kind"]] if record["title"] == record["value"] else [record["feed"]]
        facts.append(plural(record["papers"], "paper"))
        facts += [f"{record['new']} new"] if record["new"] else []
        words = context.style.dot.join(map(printable, (record["title"], *facts)))
        write(f"{record['key']:<{width}}  {words}\n")


def _records(context: Context) -> list[dict[str, Any]]:
    """The follows in the order of the settings, as JSON values."""
    services = context.services
    counts = {count.follow.name: (count.papers, count.new) for count in services.alerts.counts()}
    others = [follow.name for follow in services.follows.all if follow.name.kind not in ALERTING]
    new = services.visits.in_feeds(others)
    for name in others:
        stored = services.feeds.stored(name)
        counts[name] = (0 if stored is None else stored.size, len(new[name]))
    return [_record(follow, *counts[follow.name]) for follow in services.follows.all]


def _record(follow: Follow, papers: int, new: int) -> dict[str, Any]:
    return {
        "key": follow.key,
        "kind": follow.name.kind,
        "value": follow.name.detail,
        "title": follow.title,
        "feed": str(follow.name),
        "papers": papers,
        "new": new,
    }
