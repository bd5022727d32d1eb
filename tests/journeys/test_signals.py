"""Signals in a real terminal: papertui leaves it as it found it, and draws itself again when it comes back."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.pseudo_terminal import PseudoTerminal
from kit.shell import command

_BARS = re.compile(r" +[▁▂▃▄▅▆▇█]?$", re.MULTILINE)
pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Tmux]:
    """A terminal with an interactive shell, which runs papertui as a job."""
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK})
    tmux.start_in_shell()
    yield tmux
    tmux.end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_papertui_restores_the_terminal(shell: Tmux, number: signal.Signals) -> None:
    shell.until("starter feed")
    assert shell.modes() == (True, True), "the alternate screen, and the mouse"
    os.kill(shell.child(), number)
    shell.until(f"^ENDED={128 + number}$")
    assert shell.modes() == (False, False)
    assert "starter feed" not in shell.screen()


@pytest.mark.parametrize("way", ["key", "signal"])
def test_suspending_restores_the_terminal_and_resuming_draws_everything(shell: Tmux, way: str) -> None:
    shell.until("no connection")  # nothing changes any more
    before = shell.until(r"bundled\s+with\s+papertui")
    if way == "key":
        shell.press("C-z")
    else:
        os.kill(shell.child(), signal.SIGTSTP)
    shell.until("Stopped|Suspended")
    assert shell.modes() == (False, False)
    shell.type("clear; fg")
    shell.press("Enter")
    shell.until(re.escape(before.splitlines()[-1]))
    shell.until(r"bundled\s+with\s+papertui")
    assert shell.modes() == (True, True)
    # The bars show how long the text is, which may be known better by now.
    assert _without_bars(shell.screen())[2:] == _without_bars(before)[2:]
    shell.press("q")
    shell.until("^> ?$")
    assert shell.modes() == (False, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_papertui_when_its_terminal_reads_nothing(tmp_path: Path, number: signal.Signals) -> None:
    variables = {"PAPERTUI_HOME": str(tmp_path), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    terminal = PseudoTerminal(command("--demo"), variables, (120, 40))
    try:
        terminal.until_text("105 papers")
        for _ in range(60):  # one by one, since keys that come together share a frame
            terminal.press(b"\x06\x02")
            terminal.pass_time()
        terminal.kill(number)
        assert terminal.wait(reads=False) == 128 + number
    finally:
        terminal.end()


def _without_bars(screen: str) -> list[str]:
    return _BARS.sub("", screen).splitlines()
