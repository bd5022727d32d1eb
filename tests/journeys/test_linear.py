"""Linear mode in a real terminal."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Tmux]:
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, (80, 50))
    tmux.start_in_shell("--linear", "--offline")
    yield tmux
    tmux.end()


def test_start_move_search_bookmark_read_quit(shell: Tmux) -> None:
    shell.until("1 of 105: ")
    assert shell.modes() == (False, False), "neither the alternate screen nor the mouse"
    shell.press("j", "j")
    shell.until("3 of 105: ")
    shell.press("Down")
    shell.until("4 of 105: ")
    shell.press("/", "d", "i", "f", "f", "u", "Enter")  # all at once, before the question is there
    shell.until(r"\d+ matches for .diffu.")
    shell.press("/")
    shell.until("^Search: *$")
    shell.type("difusion langauge")
    shell.press("Enter")
    shell.until(r"\d+ matches for")
    shell.press("b")
    shell.until("Bookmarked")
    shell.press("Enter")
    shell.until("not stored")
    shell.press("q")
    shell.until("ENDED=0")
    shell.type("echo back")
    shell.press("Enter")
    shell.until("^back")


def test_signals_restore_the_terminal(shell: Tmux) -> None:
    shell.until("1 of 105: ")
    shell.press("C-z")
    shell.until("Stopped|Suspended")
    shell.type("fg")
    shell.press("Enter")
    shell.until("(?s)fg.*1 of 105: ")
    shell.press("j")
    shell.until("2 of 105: ")
    os.kill(shell.child(), signal.SIGTERM)
    shell.until(r"^> ?$")
    shell.type("echo CODE=$?")
    shell.press("Enter")
    shell.until(f"^CODE={128 + signal.SIGTERM}$")
    shell.type("stty -a | tr ' ' '\\n' | grep -cx -e icanon -e echo")
    shell.press("Enter")
    shell.until("^2$")
