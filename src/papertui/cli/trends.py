"""``trends``: topics that rise and fall among the stored papers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, add_json, add_limit, positive_integer
from papertui.model.format import plural
from papertui.model.topic_trends import FEWEST_WEEKS, MOST_WEEKS, WEEKS, TopicTrend

if TYPE_CHECKING:
    from papertui.cli.context import Context


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "trends",
        "print the topics that rise and fall",
        """\
papertui trends
  papertui trends --weeks 4
  papertui trends --json | jq -r '.[] | select(.score > 0) | .name'

Keywords and arXiv categories of the stored papers: their share of the last seven days with papers, against their
share of the weeks before. score says by how many standard deviations the two differ; it is negative for what falls.
The command makes no requests; the key W of the app shows the same.""",
        print_trends,
    )
    parser.add_argument("--weeks", type=_weeks, default=WEEKS, metavar="N", help=f"weeks to compare (default: {WEEKS})")
    add_limit(parser, 12, "topics that rise, and as many that fall")
    add_json(parser)


def _weeks(text: str) -> int:
    weeks = positive_integer(text)
    if not FEWEST_WEEKS <= weeks <= MOST_WEEKS:
        raise argparse.ArgumentTypeError(f"must be from {FEWEST_WEEKS} to {MOST_WEEKS}, not “{weeks}”")
    return weeks


def print_trends(context: Context) -> int:
    args = context.args
    topics = context.services.trends.report(args.weeks).topics
    rising = () if topics is None else topics.rising[: args.limit]
    falling = () if topics is None else topics.falling[: args.limit]
    if args.json or args.jsonl:
        write_records([_record(trend) for trend in (*rising, *falling)], lines=args.jsonl)
    else:
        width = max((len(printable(trend.name)) for trend in (*rising, *falling)), default=0)
        _write_topics("Rising", rising, width)
        _write_topics("Falling", falling, width)
    if topics is None:
        print_message(f"No papers of the last {plural(args.weeks, 'week')} are stored.")
    elif not topics.is_comparable:
        stored = topics.papers + topics.papers_before
        print_message(f"Trends need papers of several weeks; {plural(stored, 'paper')} of these weeks are stored.")
    else:
        print_message(
            f"Compared {plural(topics.papers, 'paper')} of the 7 days to {topics.last} with "
            f"{plural(topics.papers_before, 'paper')} of the {plural(topics.weeks - 1, 'week')} before."
        )
    return 0


def _write_topics(title: str, trends: Sequence[TopicTrend], width: int) -> None:
    if trends:
        write(f"{title}\n")
    for trend in trends:
        share, before = (f"{100 * value:5.1f} %" for value in (trend.share, trend.before))
        write(f"  {printable(trend.name):<{width}}  {share}  was {before}  {plural(trend.papers, 'paper')}\n")


def _record(trend: TopicTrend) -> dict[str, Any]:
    return {
        "kind": trend.kind,
        "name": trend.name,
        "papers": trend.papers,
        "share": round(trend.share, 4),
        "before": round(trend.before, 4),
        "score": round(trend.score, 2),
        "history": [round(share, 4) for share in trend.history],
    }
