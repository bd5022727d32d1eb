"""``doctor``: checks the stored files, and with ``--network`` the connection to each service."""

from __future__ import annotations

import asyncio

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write
from papertui.errors import SourceError, StoreError
from papertui.model.format import plural
from papertui.services.health import CheckResult


def examine(context: Context) -> int:
    """Repair or restore as requested, then check each part and print one line for it.

    The exit code is that of the first check that fails.
    """
    if context.asked.restore is not None:
        _restore(context, context.asked.restore)
    if context.asked.repair:
        done = context.services.library.repair()
        for sentence in done or ("Nothing to repair.",):
            say(sentence)
    stores = context.services.health.stores()
    for finding in stores:
        _print(finding)
    fine = True
    if context.asked.network:
        fine = asyncio.run(_network(context))
    if not all(finding.fine for finding in stores):
        return StoreError.exit_code
    return 0 if fine else SourceError.exit_code


def _restore(context: Context, name: str) -> None:
    step = context.services.library.restore(name)
    if step is None:
        say(f"The library already matches the backup {name}.")
        return
    changed = plural(len(step.changes), "bookmark")
    say(f"Restored the library from the backup {name}: {changed} changed. “papertui undo” reverts this.")


async def _network(context: Context) -> bool:
    if context.asked.offline:
        _print(CheckResult("network", True, "skipped (--offline)"))  # noqa: FBT003
        return True
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        if value := context.environ.get(name) or context.environ.get(name.lower()):
            # A proxy URL may contain a password.
            _print(CheckResult(name, True, "set" if "@" in value else f"set to {value}"))  # noqa: FBT003 - a fact
    fine = True
    async for finding in context.services.health.network():
        _print(finding)
        fine = fine and finding.fine
    return fine


def _print(finding: CheckResult) -> None:
    write(
        f"{'ok' if finding.fine else 'FAILS':<6}{printable(finding.name):<20}  {printable(finding.words)}\n", now=True
    )
