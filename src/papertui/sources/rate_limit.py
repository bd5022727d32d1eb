"""Rate limiting per service, shared by all windows and commands of a user.

arXiv asks for one request every three seconds, over one connection, for all programs of a user together
(https://info.arxiv.org/help/api/tou.html). So its requests run one by one: the process that holds the lock may send
one, and records when it did. If a service asks for a pause, every window and command observes it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from papertui.files import make_private, write_atomic
from papertui.locks import ProcessLock
from papertui.sources.http_errors import RequestFailedError, span

#: Seconds between two attempts to take the lock.
_LOOK = 0.05
#: The longest pause in seconds that one response can impose.
LONGEST_BACKOFF = 600.0
#: Seconds of the first pause if a service says "too many" and not how long; doubled by each one that follows.
_FIRST_PAUSE = 60.0
#: Within this many seconds after a pause has ended, another one counts as following it.
_IN_A_ROW = 900.0


class RateLimiter:
    """The rate limiter of one service, shared by all processes that use the same folder.

    Times are those of the system's monotonic clock, which all processes share and nobody can set. It restarts at boot;
    a time recorded before the boot then counts as just now.
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
        """Create a rate limiter.

        Args:
            service: its name, for messages.
            path: a file that all processes can write, its folder is created if necessary; ``None`` limits only the
                requests through this object.
            gap: seconds from the end of one request to the start of the next; 0 allows concurrent requests.
            patience: the longest wait in seconds for a slot.
            clock: returns the current time in seconds.
            sleep: waits for some seconds.
        """
        self._service = service
        self._path = path
        self._gap = gap
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._own: dict[str, Any] = {}

    @asynccontextmanager
    async def slot(self, origin: str, unsent: tuple[type[Exception], ...] = ()) -> AsyncIterator[None]:
        """Hold a slot for one request to `origin` (``https://export.arxiv.org``).

        Args:
            origin: the origin of the request.
            unsent: the errors raised before the request was sent; then the next request need not wait.

        Raises:
            RequestFailedError: the service asked for a pause, or other processes keep it busy for too long.
        """
        if not self._gap:
            self._check_pause(origin)
            yield
            return
        async with self._one_at_a_time:
            lock = await self._locked()
            try:
                self._check_pause(origin)
                await self._wait()
                self._note(asking=True)
                sent = True
                try:
                    yield
                except unsent:
                    sent = False
                    raise
                finally:
                    self._note(asking=False, **({"last": self._clock()} if sent else {}))
            finally:
                if lock is not None:
                    lock.release()

    def backoff(self, origin: str, seconds: float | None) -> float:
        """Pause requests to `origin`, and return for how many seconds.

        Args:
            origin: the origin to pause.
            seconds: what the service asked for; ``None`` if it did not say how long.
        """
        state, now = self._state(), self._clock()
        times = 0
        if seconds is None:
            previous = state.get("holds", {}).get(origin)
            times = previous[1] + 1 if previous and now - previous[0] < _IN_A_ROW else 0
            seconds = _FIRST_PAUSE * 2**times
        seconds = min(seconds, LONGEST_BACKOFF)
        holds = {name: pause for name, pause in state.get("holds", {}).items() if pause[0] > now - _IN_A_ROW}
        self._note(holds={**holds, origin: [now + seconds, times]})
        return seconds

    def paused(self, origin: str) -> float:
        """Return for how many seconds `origin` is still paused, 0 if requests are allowed."""
        pause = self._state().get("holds", {}).get(origin)
        left = pause[0] - self._clock() if pause else 0.0
        # More than any pause: the machine was restarted, and the remaining time is unknown.
        return left if 0 < left <= LONGEST_BACKOFF else 0.0

    def _check_pause(self, origin: str) -> None:
        left = self.paused(origin)
        if left > 0:
            raise RequestFailedError(
                f"{self._service} asked papertui to pause; papertui sends the next request in {span(left)} at the "
                "earliest."
            )

    async def _locked(self) -> ProcessLock | None:
        """Return the lock that one process holds at a time; ``None`` if no file can be locked."""
        if self._path is None:
            return None
        waited_from = self._clock()
        try:
            lock = ProcessLock(self._path.with_name(f"{self._path.name}.lock"))
            while not lock.acquire():
                if self._clock() - waited_from > self._patience:
                    raise RequestFailedError(
                        f"Other windows or commands of papertui keep {self._service} busy; try again in a moment."
                    )
                await self._sleep(_LOOK)
        except OSError:
            # The folder is not writable: still limit the requests of this process.
            return None
        return lock

    async def _wait(self) -> None:
        state, now = self._state(), self._clock()
        last = state.get("last", 0.0)
        # The last process may have been killed during its request, so the time of that request is unknown.
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

    def _note(self, **facts: Any) -> None:  # noqa: ANN401 - the values come from this class
        self._own = {**self._state(), **facts}
        if self._path is None:
            return
        # Best effort: the requests of this process are limited in any case.
        with suppress(OSError):
            make_private(self._path.parent)
            write_atomic(self._path, json.dumps(self._own).encode(), durable=False)


def _is_state(found: object) -> bool:
    if not isinstance(found, dict) or not isinstance(found.get("last", 0), int | float):
        return False
    holds = found.get("holds", {})
    return isinstance(holds, dict) and all(
        isinstance(pause, list) and len(pause) == 2 and all(isinstance(part, int | float) for part in pause)  # noqa: PLR2004
        for pause in holds.values()
    )
