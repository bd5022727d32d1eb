"""The program in a terminal that changes its size all the time, and with a network that goes away."""

import random
import socket
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.recorded import hub

pytestmark = [pytest.mark.journey, pytest.mark.slow]
_RESIZES = 60


def test_a_storm_of_resizes_while_keys_are_pressed(tmp_path: Path) -> None:
    chance = random.Random(13)
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, (120, 40))
    try:
        tmux.until("105 papers")
        tmux.until(r"bundled\s+with\s+papertui")
        for _ in range(_RESIZES):
            tmux.resize(chance.randint(3, 300), chance.randint(2, 80))
            tmux.press(*chance.choices(["j", "k", "Tab", "P", "z", ")", "(", "G", "Escape"], k=3))
        for width, height in ((60, 18), (200, 60), (120, 40)):
            # Before the size changes: a letter right after Esc would be one with Alt.
            tmux.press("Escape", "Escape")
            tmux.resize(width, height)
            screen = tmux.until(rf"\A(?:.*\n){{{height - 1}}}.*\? help")
            assert max(map(len, screen.splitlines())) <= width
            tmux.until("105 papers")
        tmux.until(r"\A.*\n.*\n ?votes +Papers")
        assert tmux.until(r"(?m)^▌")
        tmux.press("q")
        tmux.until("ENDED=0")
    finally:
        tmux.end()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.mark.recorded
def test_the_network_goes_away_and_comes_back(tmp_path: Path) -> None:
    port = _free_port()
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": f"http://127.0.0.1:{port}"}, (120, 30))
    try:
        with hub(port=port):
            tmux.start()
            tmux.until("updated just now")
        tmux.press("R")
        assert "GLM-5V-Turbo" in tmux.until("no connection")  # the stored list stays
        tmux.until(r"cannot\s+be\s+reached")
        with hub(port=port):
            tmux.press("R")
            tmux.until(r"\A(?:(?!cannot\s+be\s+reached|no connection)[\s\S])*\Z")
            tmux.until(r"updated just now *$")
            tmux.press("q")
            tmux.until("ENDED=0")
    finally:
        tmux.end()
