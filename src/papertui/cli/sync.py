"""``sync``, ``sync setup`` and ``sync status``: the library on several machines."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

from papertui.cli.output import print_message, printable, write, write_records
from papertui.cli.parser import Commands, Parser, add_json
from papertui.errors import UsageError
from papertui.model.format import age, plural
from papertui.model.record import iso

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.sync.exchange import SyncResult
    from papertui.sync.service import SyncStatus


def add_commands(commands: Commands) -> None:
    sync = commands.add(
        "sync",
        "sync the library between machines, over git",
        """\
papertui sync setup /media/stick/papers.git
  papertui sync
  papertui sync status
  */30 * * * *  papertui sync --quiet          (a line for crontab)""",
        sync_library,
        auto_sync=False,
    )
    _add_quiet(sync, default=False)
    sync.add_argument("--background", action="store_true", help="run without output; keep messages for the next sync")
    below = sync.add_commands("[setup|status]", required=False)
    setup = below.add(
        "setup",
        "set the git repository to sync with, and sync",
        """\
papertui sync setup git@example.org:me/papers.git
  papertui sync setup https://forge.example/me/papers.git --auto
  papertui sync setup /media/stick/papers.git    (created if it does not exist)""",
        set_up_sync,
        auto_sync=False,
    )
    setup.add_argument("remote", metavar="REMOTE", help="a folder, or the URL of a git repository you can push to")
    setup.add_argument(
        "--auto",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="sync after each change, and when the app opens and closes",
    )
    _add_quiet(setup, default=argparse.SUPPRESS)
    status = below.add(
        "status",
        "show pending changes and the last sync",
        """\
papertui sync status
  papertui sync status --json""",
        print_status,
        auto_sync=False,
    )
    add_json(status)


def _add_quiet(parser: Parser, default: object) -> None:
    parser.add_argument("--quiet", action="store_true", default=default, help="print errors only")


def sync_library(context: Context) -> int:
    _refuse_offline(context)
    _print_result(context, asyncio.run(context.services.sync.sync(background=context.args.background)))
    return 0


def _refuse_offline(context: Context) -> None:
    if context.args.offline:
        raise UsageError("A sync needs the network; leave out --offline. Your changes wait until the next sync.")


def set_up_sync(context: Context) -> int:
    _refuse_offline(context)
    setup = asyncio.run(context.services.sync.setup(context.args.remote, auto=context.args.auto))
    if not context.args.quiet:
        created = f"Created a repository in {setup.shown}. " if setup.made else ""
        print_message(f"{created}This machine now syncs with {setup.shown}: “papertui sync”.")
    _print_result(context, setup.done)
    return 0


def print_status(context: Context) -> int:
    status = asyncio.run(context.services.sync.status())
    if context.args.json or context.args.jsonl:
        write_records([_record(status)], lines=context.args.jsonl)
        return 0
    for name, words in _lines(status):
        write(f"{name:<10}{printable(words)}\n")
    return 0


def _print_result(context: Context, result: SyncResult) -> None:
    for sentence in result.sentences:
        print_message(sentence)
    if not context.args.quiet:
        print_message(result.summary)


def _record(status: SyncStatus) -> dict[str, Any]:
    state = status.state
    return {
        "remote": status.remote,
        "auto": status.auto,
        "synced": None if state.synced is None else iso(state.synced),
        "tried": None if state.tried is None else iso(state.tried),
        "failure": state.failure or None,
        "waiting": state.waiting,
        "ahead": state.ahead,
        "behind": state.behind,
        "news": list(state.news),
    }


def _lines(status: SyncStatus) -> list[tuple[str, str]]:
    state, now = status.state, status.state.at
    if status.remote is None:
        return [("remote", "none; “papertui sync setup REMOTE” sets one")]
    waiting = state.waiting + state.ahead
    lines = [
        ("remote", status.remote),
        ("synced", age(now - state.synced) if state.synced else "never"),
        ("waiting", plural(waiting, "change") if waiting else "nothing"),
    ]
    lines += [("behind", plural(state.behind, "change"))] if state.behind else []
    lines += [("automatic", "after each change, and when the app opens and closes")] if status.auto else []
    if state.failure:
        when = f"{age(now - state.tried)}: " if state.tried else ""
        lines.append(("failed", f"{when}{state.failure}"))
    lines += [("news", sentence) for sentence in state.news]
    return lines
