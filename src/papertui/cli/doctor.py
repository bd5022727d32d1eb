"""``doctor``: checks the stored files, and with ``--network`` the connection to each service."""

from __future__ import annotations

import asyncio

from papertui.cli.errand import Errand
from papertui.core.wording import plural
from papertui.desk.checking import Finding
from papertui.errors import SourceError, StoreError
from papertui.printing.streams import printable, say, write


def examine(errand: Errand) -> int:
    """Repair or restore as requested, then check each part and print one line for it.

    The exit code is that of the first check that fails.
    """
    if errand.asked.restore is not None:
        _restore(errand, errand.asked.restore)
    if errand.asked.repair:
        done = errand.desk.library.repair()
        for sentence in done or ("Nothing to repair.",):
            say(sentence)
    stores = errand.desk.checks.stores()
    for finding in stores:
        _print(finding)
    fine = True
    if errand.asked.network:
        fine = asyncio.run(_network(errand))
    if not all(finding.fine for finding in stores):
        return StoreError.exit_code
    return 0 if fine else SourceError.exit_code


def _restore(errand: Errand, name: str) -> None:
    step = errand.desk.library.restore(name)
    if step is None:
        say(f"The library already matches the backup {name}.")
        return
    changed = plural(len(step.changes), "bookmark")
    say(f"Restored the library from the backup {name}: {changed} changed. “papertui undo” reverts this.")


async def _network(errand: Errand) -> bool:
    if errand.asked.offline:
        _print(Finding("network", True, "skipped (--offline)"))  # noqa: FBT003
        return True
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        if value := errand.environ.get(name) or errand.environ.get(name.lower()):
            # A proxy URL may contain a password.
            _print(Finding(name, True, "set" if "@" in value else f"set to {value}"))  # noqa: FBT003 - a fact
    fine = True
    async for finding in errand.desk.checks.network():
        _print(finding)
        fine = fine and finding.fine
    return fine


def _print(finding: Finding) -> None:
    write(
        f"{'ok' if finding.fine else 'FAILS':<6}{printable(finding.name):<20}  {printable(finding.words)}\n", now=True
    )
