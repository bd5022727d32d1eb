"""Measure how long a key waits while a service misbehaves: every fault of the tests, from a real server on loopback.

    python benchmarks/waiting.py

While each response is fetched and parsed, a task checks every 5 milliseconds whether the event loop is free; the
longest delay is how long a key would have waited. The limits are those of the program, except for time.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from faults.test_faults import name_of, services
from kit.faults import FAULTS
from kit.web import loopback
from papertui.errors import SourceError

_TICK = 0.005


async def _longest_wait(stop: asyncio.Event) -> float:
    longest = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(_TICK)
        longest = max(longest, time.perf_counter() - began - _TICK)
    return longest


async def _all() -> list[tuple[float, str]]:
    waits = []
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as home:
            async with loopback(fault.talk) as address:
                made = services(Path(home), address)
                stop = asyncio.Event()
                watching = asyncio.create_task(_longest_wait(stop))
                with suppress(SourceError):
                    await made.feeds.refresh(name_of(fault, address))
                stop.set()
                waits.append((await watching, fault.name))
                made.archive.close()
    return sorted(waits, reverse=True)


def main() -> None:
    """Print the longest waits."""
    waits = asyncio.run(_all())
    times = [wait for wait, _ in waits]
    print(f"{len(waits)} faults: longest wait of a key p50 {times[len(times) // 2] * 1e3:.1f} ms, "
          f"p95 {times[len(times) // 20] * 1e3:.1f} ms, max {times[0] * 1e3:.1f} ms")  # fmt: skip
    for wait, name in waits[:8]:
        print(f"  {wait * 1e3:6.1f} ms  {name}")


if __name__ == "__main__":
    main()
