"""``doctor``: checks the stores, and with ``--network`` the way to each service."""

from __future__ import annotations

import asyncio

from papertui.cli.errand import Errand
from papertui.desk.checking import Finding
from papertui.errors import SourceError, StoreError
from papertui.printing.streams import printable, write


def examine(errand: Errand) -> int:
    """Prints a line for each part; the exit code is that of the first one that is not well."""
    stores = errand.desk.checks.stores()
    for finding in stores:
        _print(finding)
    fine = True
    if errand.asked.network:
        fine = asyncio.run(_network(errand))
    if not all(finding.fine for finding in stores):
        return StoreError.exit_code
    return 0 if fine else SourceError.exit_code


async def _network(errand: Errand) -> bool:
    if errand.asked.offline:
        _print(Finding("network", True, "not looked at, since papertui was told to stay offline"))  # noqa: FBT003
        return True
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        if value := errand.environ.get(name) or errand.environ.get(name.lower()):
            # An address of a proxy may hold a password.
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
