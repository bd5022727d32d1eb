"""A reader who comes back: the evening, the papers of the next day, and where everything was left."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.archive.visits import VisitLog
from papertui.model.feed import Feed, FeedName

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TRENDING, CATEGORY = FeedName("trending"), FeedName("arxiv", "cs.CL")
EVENING, MORNING = datetime(2026, 4, 29, 20, tzinfo=UTC), datetime(2026, 4, 30, 8, tzinfo=UTC)
SETTINGS = '[feeds.cl]\ntitle = "cs.CL"\narxiv = "cs.CL"\n'


def _store(home: Path, name: FeedName, numbers: range, at: datetime) -> None:
    papers = tuple(plain(number)._replace(title=f"Paper {number} of many") for number in numbers)
    archive = Archive(home / "archive.db")
    archive.keep_feed(Feed(name, papers, at, "huggingface"))
    archive.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return home


@pytest.fixture
def terminals() -> Iterator[list[Tmux]]:
    made: list[Tmux] = []
    yield made
    for one in made:
        one.end()


def _start(terminals: list[Tmux], home: Path, at: datetime) -> Tmux:
    env = {"HF_ENDPOINT": NO_NETWORK, "PAPERTUI_ARXIV_RSS_URL": NO_NETWORK, "PAPERTUI_NOW": at.isoformat()}
    terminals.append(Tmux(home, env, (130, 24)))
    return terminals[-1]


def _wait_for_first_lists(home: Path) -> None:
    """Wait until the app has recorded the first lists of the feeds."""
    archive = Archive(home / "archive.db")
    deadline = time.monotonic() + 60
    while not {TRENDING, CATEGORY} <= VisitLog(archive.database).known_feeds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    archive.close()


def _cursor_line(screen: str) -> int:
    return next(number for number, line in enumerate(screen.splitlines()) if line.startswith("▌"))


def test_a_morning(terminals: list[Tmux], home: Path) -> None:
    _store(home, TRENDING, range(1, 41), EVENING)
    _store(home, CATEGORY, range(101, 104), EVENING)
    evening = _start(terminals, home, EVENING)
    screen = evening.until("40 papers")
    assert "new" not in screen
    _wait_for_first_lists(home)
    evening.press("q")
    evening.until("ENDED=0")
    _store(home, TRENDING, range(-1, 41), MORNING)
    _store(home, CATEGORY, range(103, 107), MORNING)
    morning = _start(terminals, home, MORNING)
    morning.until("5 new since yesterday")
    screen = morning.until("Trending 2 new .*cs.CL 3 new")
    assert "seen before · last visit Wed 29 Apr" in screen
    morning.press("n")
    morning.until(r"▌.*Paper 0 of many")
    morning.press("n")
    morning.until(r"▌.*Paper 104 of many")
    morning.until(r"Trending  Daily .*cs\.CL 3 new")  # those of the other tab were on the screen
    morning.press("n")
    morning.until(r"▌.*Paper 105 of many")
    morning.press("1")
    morning.until(r"▌.*Paper 0 of many")
    for _ in range(20):
        morning.press("j")
    screen = morning.until(r"▌.*Paper 20 of many")
    line = _cursor_line(screen)
    morning.press("q")
    morning.until("ENDED=0")
    morning.start()
    screen = morning.until(r"▌.*Paper 20 of many")
    assert _cursor_line(screen) == line
    morning.press("Enter")
    morning.until("Esc back")
    os.kill(morning.child(), signal.SIGTERM)
    morning.until("ENDED=143")
    morning.start()
    morning.until("Esc back")
    morning.press("Escape")
    morning.until(r"▌.*Paper 20 of many")
