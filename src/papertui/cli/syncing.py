"""``sync``, ``sync setup`` and ``sync status``: the library on several machines."""

from __future__ import annotations

import asyncio
from typing import Any

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write, write_records
from papertui.errors import UsageError
from papertui.model.format import age, plural
from papertui.model.record import iso
from papertui.sync.exchange import SyncResult
from papertui.sync.service import SyncStatus


def sync(context: Context) -> int:
    _refuse_offline(context)
    _tell(context, asyncio.run(context.services.sync.sync(background=context.asked.background)))
    return 0


def _refuse_offline(context: Context) -> None:
    if context.asked.offline:
        raise UsageError("A sync needs the network; leave out --offline. Your changes wait until the next sync.")


def set_up(context: Context) -> int:
    _refuse_offline(context)
    found = asyncio.run(context.services.sync.setup(context.asked.remote, auto=context.asked.auto))
    if not context.asked.quiet:
        made = f"Created a repository in {found.shown}. " if found.made else ""
        say(f"{made}This machine now syncs with {found.shown}: “papertui sync”.")
    _tell(context, found.done)
    return 0


def status(context: Context) -> int:
    found = asyncio.run(context.services.sync.status())
    if context.asked.json or context.asked.jsonl:
        write_records([_record(found)], lines=context.asked.jsonl)
        return 0
    for name, words in _lines(found):
        write(f"{name:<10}{printable(words)}\n")
    return 0


def _tell(context: Context, done: SyncResult) -> None:
    for sentence in done.sentences:
        say(sentence)
    if not context.asked.quiet:
        sent = f"{plural(done.sent, 'change')} sent" if done.sent else "nothing to send"
        received = f"{plural(done.received, 'bookmark')} changed here" if done.received else "nothing received"
        say(f"Synced: {sent}, {received}, {plural(done.kept, 'bookmark')} in total.")


def _record(found: SyncStatus) -> dict[str, Any]:
    standing = found.state
    return {
        "remote": found.remote,
        "auto": found.auto,
        "synced": None if standing.synced is None else iso(standing.synced),
        "tried": None if standing.tried is None else iso(standing.tried),
        "failure": standing.failure or None,
        "waiting": standing.waiting,
        "ahead": standing.ahead,
        "behind": standing.behind,
        "news": list(standing.news),
    }


def _lines(found: SyncStatus) -> list[tuple[str, str]]:
    standing, now = found.state, found.state.at
    if found.remote is None:
        return [("remote", "none; “papertui sync setup REMOTE” sets one")]
    lines = [
        ("remote", found.remote),
        ("synced", age(now - standing.synced) if standing.synced else "never"),
        (
            "waiting",
            plural(standing.waiting + standing.ahead, "change") if standing.waiting + standing.ahead else "nothing",
        ),
    ]
    lines += [("behind", plural(standing.behind, "change"))] if standing.behind else []
    lines += [("automatic", "after each change, and when the app opens and closes")] if found.auto else []
    if standing.failure:
        when = f"{age(now - standing.tried)}: " if standing.tried else ""
        lines.append(("failed", f"{when}{standing.failure}"))
    lines += [("news", sentence) for sentence in standing.news]
    return lines
