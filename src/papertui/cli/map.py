"""``map``: clusters of the stored or of the kept papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, add_json
from papertui.model.format import fitting, plural

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.services.paper_map import Cluster, PaperMap

#: Cells that a name keeps in a narrow terminal.
_LEAST_NAME = 16


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "map",
        "print clusters of the stored or the kept papers",
        """\
papertui map
  papertui map --kept
  papertui list "cluster:robot" --limit 20
  papertui map --json | jq -r '.[] | "\\(.papers) \\(.name)"'

Clusters of papers that are about the same, each named by the words that set it apart: papers, those of the last seven
days, the change of their share against the weeks before, and how many of them you kept. The clusters stay the same
until a quarter of the papers is new. A word of its name is enough to list a cluster; clusters of your library are
called cluster:kept/NAME. The command makes no requests; the key M of the app shows the same.""",
        print_map,
    )
    parser.add_argument("--kept", action="store_true", help="of the papers in your library")
    parser.add_argument("--again", action="store_true", help="find the clusters again, though few papers are new")
    add_json(parser)


def print_map(context: Context) -> int:
    args = context.args
    found = context.services.paper_map.report(kept=args.kept, again=args.again)
    if args.json or args.jsonl:
        write_records([_record(cluster, found) for cluster in found.clusters], lines=args.jsonl)
    else:
        rows = [(printable(cluster.name), "  ".join(_words(cluster, found))) for cluster in found.clusters]
        width = max((len(name) for name, _ in rows), default=0)
        if (screen := context.style.width) is not None:
            width = min(width, max(_LEAST_NAME, screen - 2 - max((len(words) for _, words in rows), default=0)))
        for name, words in rows:
            shown = name if len(name) <= width else name[: fitting(name, width - 1)] + "…"
            write(f"{shown:<{width}}  {words}\n")
    if found.clusters:
        print_message(f"{plural(found.placed, 'paper')} in {plural(len(found.clusters), 'cluster')}.")
    else:
        from papertui.services.paper_map import FEWEST  # noqa: PLC0415 - the help needs no services

        where = "in your library" if args.kept else "stored"
        verb = "is" if found.papers == 1 else "are"
        print_message(f"A map needs {FEWEST} papers; {plural(found.papers, 'paper')} {verb} {where}.")
    return 0


def _words(cluster: Cluster, found: PaperMap) -> list[str]:
    words = [f"{plural(cluster.papers, 'paper'):>12}", f"{cluster.history[-1]:>4} in 7 days"]
    if not found.is_kept:
        change = "" if cluster.change is None else f"{round(100 * cluster.change):+} %"
        words += [f"{change:>7}", f"{cluster.kept} kept"]
    return words


def _record(cluster: Cluster, found: PaperMap) -> dict[str, Any]:
    return {
        "name": cluster.name,
        "feed": str(cluster.feed),
        "papers": cluster.papers,
        "kept": cluster.kept,
        "share_kept": round(cluster.kept / cluster.papers, 4),
        "history": list(cluster.history),
        "shares": [round(share, 4) for share in cluster.shares(found.weeks)],
        "change": None if cluster.change is None else round(cluster.change, 4),
    }
