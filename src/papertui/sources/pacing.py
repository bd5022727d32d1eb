"""How often a service is asked, over all windows and commands of a reader: the manners of a guest.

arXiv asks for one request in three seconds, over one connection, for all of a reader's programs together
(https://info.arxiv.org/help/api/tou.html). So its requests go one by one: who holds the lock of the lane may ask, and
leaves behind when it did. A service that asks to be left alone is left alone, by every window and command.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from papertui.folders import make_private
from papertui.sources.faults import Fault, span

#: Seconds between two looks whether the lane is free.
_LOOK = 0.05
#: No service may keep its readers away for longer than this by one answer, in seconds.
LONGEST_HOLD = 600.0
#: Seconds of the first hold where a service says "too many" and not how long; doubled by each that follows.
_FIRST_HOLD = 60.0
#: So long after a hold has ended, another one counts as the next in a row, in seconds.
_IN_A_ROW = 900.0


class Lane:
    """The way to one service, shared by all processes that use the same folder.

    Moments are those of the system's monotonic clock, which all processes share and nobody sets; after a start of the
    machine it begins anew, and what was left behind before counts as just now.
    """

    def __init__(
        self,
        service: str,
        path: Path | None,
        gap: float = 0.0,
        *,
        patience: float = 900.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Makes a lane.

        Args:
            service: its name, for messages.
            path: a file that all processes can write, in a folder that is made when there is none; ``None`` keeps the
                lane to this object.
            gap: seconds from the end of one request to the beginning of the next; 0 lets requests go side by side.
            patience: seconds to wait for one's turn at most.
            clock: tells the seconds.
            sleep: waits for some seconds.
        """
        self._service = service
        self._path = path
        self._gap = gap
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._own: dict[str, Any] = {}

    @asynccontextmanager
    async def turn(self, origin: str, unheard: tuple[type[Exception], ...] = ()) -> AsyncIterator[None]:
        """One request to `origin` (``https://export.arxiv.org``): begins when it may, ends for the others to go on.

        Args:
            origin: who is asked.
            unheard: what is raised when the request never left, so that nobody need wait because of it.

        Raises:
            Fault: the service asked to be left alone, or others are before us for too long.
        """
        if not self._gap:
            self._check_hold(origin)
            yield
            return
        async with self._turn:
            lock = await self._locked()
            try:
                self._check_hold(origin)
                await self._wait()
                self._note(asking=True)
                heard = True
                try:
                    yield
                except unheard:
                    heard = False
                    raise
                finally:
                    self._note(asking=False, **({"last": self._clock()} if heard else {}))
            finally:
                if lock is not None:
                    lock.release()

    def hold(self, origin: str, seconds: float | None) -> float:
        """Lets nobody ask `origin` for some time; returns for how many seconds.

        Args:
            origin: who is to be left alone.
            seconds: as the service asked; ``None`` when it did not say how long.
        """
        state, now = self._state(), self._clock()
        times = 0
        if seconds is None:
            held = state.get("holds", {}).get(origin)
            times = held[1] + 1 if held and now - held[0] < _IN_A_ROW else 0
            seconds = _FIRST_HOLD * 2**times
        seconds = min(seconds, LONGEST_HOLD)
        holds = {name: hold for name, hold in state.get("holds", {}).items() if hold[0] > now - _IN_A_ROW}
        self._note(holds={**holds, origin: [now + seconds, times]})
        return seconds

    def held(self, origin: str) -> float:
        """For how many seconds `origin` is to be left alone, 0 when it may be asked."""
        hold = self._state().get("holds", {}).get(origin)
        left = hold[0] - self._clock() if hold else 0.0
        # More than any hold: the clock began anew, and nobody knows what was left then.
        return left if 0 < left <= LONGEST_HOLD else 0.0

    def _check_hold(self, origin: str) -> None:
        left = self.held(origin)
        if left > 0:
            raise Fault(
                f"{self._service} asked to be left alone for a while; papertui asks it again in {span(left)} at the "
                "earliest."
            )

    async def _locked(self) -> FileLock | None:
        """The lock that one process holds at a time; ``None`` where no file can be locked."""
        if self._path is None:
            return None
        waited_from = self._clock()
        try:
            make_private(self._path.parent)
            lock = FileLock(f"{self._path}.lock", thread_local=False, mode=0o600)
            while True:
                try:
                    return lock.acquire(timeout=0).lock
                except Timeout:
                    if self._clock() - waited_from > self._patience:
                        raise Fault(
                            f"Other windows or commands of papertui keep asking {self._service}; try again in a moment."
                        ) from None
                    await self._sleep(_LOOK)
        except OSError:
            # A folder that cannot be written: the lane is paced in this process at least.
            return None

    async def _wait(self) -> None:
        state, now = self._state(), self._clock()
        last = state.get("last", 0.0)
        # Who asked last may have been killed while asking, and nobody knows when its request arrived.
        waiting = self._gap if state.get("asking") or last > now else self._gap - (now - last) if last else 0.0
        if waiting > 0:
            await self._sleep(waiting)

    def _state(self) -> dict[str, Any]:
        if self._path is not None:
            with suppress(OSError, ValueError):
                found = json.loads(self._path.read_text(encoding="utf-8"))
                if _is_state(found):
                    return {**found, "last": max(found.get("last") or 0.0, self._own.get("last") or 0.0)}
        return self._own

    def _note(self, **facts: Any) -> None:  # noqa: ANN401 - what is noted is made here
        self._own = {**self._state(), **facts}
        if self._path is None:
            return
        # Best effort: the lane is paced in this process in any case.
        with suppress(OSError):
            make_private(self._path.parent)
            temporary = self._path.with_name(f".{self._path.name}-{os.getpid()}")
            temporary.write_text(json.dumps(self._own), encoding="utf-8")
            temporary.replace(self._path)


def _is_state(found: object) -> bool:
    if not isinstance(found, dict) or not isinstance(found.get("last", 0), int | float):
        return False
    holds = found.get("holds", {})
    return isinstance(holds, dict) and all(
        isinstance(hold, list) and len(hold) == 2 and all(isinstance(part, int | float) for part in hold)  # noqa: PLR2004
        for hold in holds.values()
    )
