"""Rate limiting: requests one by one, with gaps, across processes; pauses when a service asks for them."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kit.recorded import hub
from kit.shell import command, environment, spawn
from kit.web import Web, as_json
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions, TransferLimits
from papertui.sources.http_errors import RequestFailedError
from papertui.sources.rate_limit import LONGEST_BACKOFF, RateLimiter

ORIGIN = "https://a.example"
#: Four requests in a process, with the size of a file as the clock of all processes: a byte is a tenth of a second.
_ASK = """
import asyncio, os, sys
from pathlib import Path
from papertui.sources.rate_limit import RateLimiter

lock_file, ticks = map(Path, sys.argv[1:])

def clock():
    return 1000 + ticks.stat().st_size / 10

def advance(seconds):
    with ticks.open("ab") as file:
        file.write(bytes(round(seconds * 10)))

async def sleep(seconds):
    if seconds < 0.1:  # waits for the lock
        await asyncio.sleep(0.001)
    else:
        advance(seconds)

async def ask(limiter):
    async with limiter.slot("o"):
        print("begins", clock(), flush=True)
        await asyncio.sleep(0.01)
        advance(0.5)

async def main():
    limiter = RateLimiter("S", lock_file, 3, clock=clock, sleep=sleep)
    await asyncio.gather(*(ask(limiter) for _ in range(4)))

asyncio.run(main())
"""


class Hands:
    """A clock that advances only when something sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def limiter(self, path: Path | None, gap: float = 3.0, patience: float = 900.0) -> RateLimiter:
        return RateLimiter("The service", path, gap, patience=patience, clock=self, sleep=self.sleep)


async def test_failed_connection_does_not_delay_the_next_request(tmp_path: Path) -> None:
    clock = Hands()
    limiter = clock.limiter(tmp_path / "limiter")
    for _ in range(3):
        with pytest.raises(ConnectionError):
            async with limiter.slot(ORIGIN, (ConnectionError,)):
                raise ConnectionError
    assert clock.now == 1000.0
    await _ask(limiter, clock, takes=0)
    with pytest.raises(ConnectionError):
        async with limiter.slot(ORIGIN, (ConnectionError,)):
            raise ConnectionError
    assert clock.now == 1003.0, "the last request that arrived still counts"
    with pytest.raises(TimeoutError):
        async with limiter.slot(ORIGIN, (ConnectionError,)):
            raise TimeoutError
    await _ask(clock.limiter(tmp_path / "limiter"), clock, takes=0)
    assert clock.now == 1006.0, "a request that may have arrived counts"


async def _ask(limiter: RateLimiter, clock: Hands, takes: float = 0.5) -> tuple[float, float]:
    async with limiter.slot(ORIGIN):
        began = clock.now
        clock.now += takes
    return began, clock.now


async def test_second_request_waits_for_the_gap(tmp_path: Path) -> None:
    clock = Hands()
    limiter = clock.limiter(tmp_path / "pace" / "s")
    assert (await _ask(limiter, clock))[0] == 1000.0
    assert (await _ask(limiter, clock))[0] == 1003.5
    clock.now += 60
    assert (await _ask(limiter, clock))[0] == 1064.0


async def test_limiters_on_the_same_file_share_the_gap(tmp_path: Path) -> None:
    clock = Hands()
    await _ask(clock.limiter(tmp_path / "s"), clock)
    assert (await _ask(clock.limiter(tmp_path / "s"), clock))[0] == 1003.5


async def test_a_limiter_without_a_file_keeps_the_gap() -> None:
    clock = Hands()
    limiter = clock.limiter(None)
    await _ask(limiter, clock)
    assert (await _ask(limiter, clock))[0] == 1003.5


async def test_interrupted_request_counts_as_just_now(tmp_path: Path) -> None:
    clock = Hands()
    (tmp_path / "s").write_text(json.dumps({"last": 400.0, "asking": True}))
    assert (await _ask(clock.limiter(tmp_path / "s"), clock))[0] == 1003.0


async def test_restarted_clock_counts_as_just_now(tmp_path: Path) -> None:
    clock = Hands()
    (tmp_path / "s").write_text(json.dumps({"last": 9e9}))
    assert (await _ask(clock.limiter(tmp_path / "s"), clock))[0] == 1003.0


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"last": "x"}', '{"holds": [1]}', '{"holds": {"o": 1}}'])
async def test_damaged_file_is_replaced(tmp_path: Path, content: str) -> None:
    clock = Hands()
    (tmp_path / "s").write_text(content)
    assert (await _ask(clock.limiter(tmp_path / "s"), clock))[0] == 1000.0
    assert json.loads((tmp_path / "s").read_text())["last"] == 1000.5


async def test_cancelled_request_releases_its_slot(tmp_path: Path) -> None:
    limiter = RateLimiter("S", tmp_path / "s", 0.01)

    asking = asyncio.Event()

    async def ask() -> None:
        async with limiter.slot(ORIGIN):
            asking.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(ask())
    await asking.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with limiter.slot(ORIGIN):
        pass


async def test_too_long_wait_for_a_slot_is_reported(tmp_path: Path) -> None:
    holder, clock = RateLimiter("S", tmp_path / "s", 0.01), Hands()
    async with holder.slot(ORIGIN):
        with pytest.raises(RequestFailedError, match="Other windows or commands"):
            await _ask(clock.limiter(tmp_path / "s", patience=5), clock)


@pytest.mark.slow
def test_processes_send_requests_one_by_one(tmp_path: Path) -> None:
    lock_file, ticks = tmp_path / "s", tmp_path / "ticks"
    ticks.touch()
    argv = [sys.executable, "-c", _ASK, str(lock_file), str(ticks)]
    asking = [subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment()) for _ in range(3)]
    lines = [line for process in asking for line in process.communicate()[0].decode().splitlines()]
    begun = sorted(float(line.removeprefix("begins ")) for line in lines)
    assert begun == [1000 + 3.5 * number for number in range(12)]


async def test_pause_applies_to_all_limiters_for_one_origin(tmp_path: Path) -> None:
    clock = Hands()
    limiter, other = clock.limiter(tmp_path / "s", 0), clock.limiter(tmp_path / "s", 0)
    assert limiter.backoff(ORIGIN, 30) == 30
    with pytest.raises(RequestFailedError, match=r"The service asked papertui to pause.* 30 seconds"):
        await _ask(other, clock)
    async with other.slot("https://mirror.example"):
        pass
    clock.now += 31
    await _ask(other, clock)


def test_pauses_without_a_time_grow_up_to_a_limit(tmp_path: Path) -> None:
    clock = Hands()
    limiter = clock.limiter(tmp_path / "s", 0)
    held = []
    for _ in range(5):
        held.append(limiter.backoff(ORIGIN, None))
        clock.now += held[-1] + 1
    assert held == [60, 120, 240, 480, LONGEST_BACKOFF]
    assert limiter.backoff(ORIGIN, 10**9) == LONGEST_BACKOFF
    clock.now += 10_000
    assert limiter.backoff(ORIGIN, None) == 60


async def test_status_429_pauses_the_service(tmp_path: Path) -> None:
    web = Web(as_json([], 429))
    limiter = RateLimiter("S", tmp_path / "s", 0)
    async with web.client(TransferLimits(retries=0)) as client:
        with pytest.raises(SourceError, match="no more requests"):
            await client.get(f"{ORIGIN}/x", RequestOptions("S", limiter=limiter))
        with pytest.raises(SourceError, match="asked papertui to pause"):
            await client.get(f"{ORIGIN}/x", RequestOptions("S", limiter=limiter))
    assert len(web.requests) == 1


async def test_last_request_of_a_window_pauses_the_service(tmp_path: Path) -> None:
    web = Web(as_json([1], RateLimit='"api";r=0;t=100'))
    limiter = RateLimiter("S", tmp_path / "s", 0)
    async with web.client() as client:
        assert (await client.get(f"{ORIGIN}/x", RequestOptions("S", limiter=limiter))).body == b"[1]"
    assert 90 < limiter.paused(ORIGIN) <= 100


@pytest.mark.slow
async def test_waiting_for_a_slot_does_not_count_towards_the_timeout(tmp_path: Path) -> None:
    web = Web(as_json([1]))
    limiter = RateLimiter("S", tmp_path / "s", 2.1)
    async with HttpClient(limits=TransferLimits(total=2), transport=web.client()._transport) as client:
        for _ in range(2):
            assert (await client.get(f"{ORIGIN}/x", RequestOptions("S", limiter=limiter))).body == b"[1]"


@pytest.mark.slow
@pytest.mark.recorded
def test_two_commands_at_once_do_not_exceed_the_rate_of_arxiv(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with hub(journal=journal, strict_pace=True) as address:
        changes = {
            "HF_ENDPOINT": address,
            "PAPERTUI_HOME": str(tmp_path / "home"),
            "PAPERTUI_NOW": "2026-04-30T18:00:00Z",
            "PAPERTUI_ARXIV_API_URL": f"{address}/arxiv",
            "PAPERTUI_ARXIV_RSS_URL": f"{address}/arxiv",
        }
        other = subprocess.Popen(command("refresh", "arxiv:cs.CL"), env=environment(**changes))
        ran = spawn("refresh", "author:Wen Wang", "keyword:diffusion", **changes)
        assert other.wait() == ran.code == 0
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    # The service refuses, with 429, what comes within three seconds after another request.
    assert [line["status"] for line in lines if line["path"].startswith("/arxiv")] == [200] * 3
