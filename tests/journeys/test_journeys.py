"""End-to-end tests in a real terminal: tmux runs the program, keys are sent, the screen is read."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kit.recorded import hub
from papertui.library.bookmarks import Library

pytestmark = [pytest.mark.journey, pytest.mark.slow]
#: Nothing listens on the discard port, as on a machine without a network.
NO_NETWORK = "http://127.0.0.1:9"
KILLS = int(os.environ.get("PAPERTUI_KILLS", "8"))
_PATIENCE = 120.0


class Tmux:
    """A terminal on a separate tmux server."""

    def __init__(self, home: Path, env: Mapping[str, str], size: tuple[int, int] = (100, 30)) -> None:
        self._socket = f"papertui-test-{os.getpid()}-{time.monotonic_ns()}"
        self._env = {"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": "2026-04-30T18:00:00Z", **env}
        # No delay after Esc, in which tmux would wait for the rest of a sequence.
        self._run(
            "-f",
            os.devnull,
            "start-server",
            ";",
            "set-option",
            "-s",
            "escape-time",
            "0",
            ";",
            "new-session",
            "-d",
            "-x",
            str(size[0]),
            "-y",
            str(size[1]),
            "sh",
        )
        self.start()

    def _run(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def start(self, *arguments: str) -> None:
        """Start papertui, replacing the previous process."""
        # A new pane each time, because a killed program does not restore its terminal.
        self._run("respawn-pane", "-k", f"{self._command(*arguments)}; echo ENDED=$?; exec sleep 600")

    def start_in_shell(self, *arguments: str) -> None:
        """Start papertui as a job of an interactive shell."""
        self._run("respawn-pane", "-k", "env PS1='> ' ENV= bash --norc --noprofile -i")
        self.type(f"clear; {self._command(*arguments)}; echo ENDED=$?")
        self.press("Enter")

    def _command(self, *arguments: str) -> str:
        settings = " ".join(f"{name}='{value}'" for name, value in self._env.items())
        command = " ".join([sys.executable, "-m", "papertui", *arguments])
        return f"env -u COLUMNS -u LINES {settings} {command}"

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text."""
        self._run("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste text, as a terminal with bracketed paste does."""
        self._run("set-buffer", "-b", "pasted", text)
        self._run("paste-buffer", "-p", "-b", "pasted")

    def screen(self, *, styled: bool = False) -> str:
        """Return the text of the screen, if asked with the sequences that style it."""
        return self._run("capture-pane", "-pe" if styled else "-p")

    def until(self, pattern: str, *, styled: bool = False) -> str:
        """Wait until `pattern` is on the screen; return the screen."""
        deadline = time.monotonic() + _PATIENCE
        while not re.search(pattern, screen := self.screen(styled=styled), re.MULTILINE):
            assert time.monotonic() < deadline, f"no {pattern!r} on\n{screen}"
            time.sleep(0.02)
        return screen

    def buffer(self) -> str:
        """Return the last copied text."""
        return self._run("show-buffer")

    def resize(self, width: int, height: int) -> None:
        """Resize the terminal."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def modes(self) -> tuple[bool, bool]:
        """Return whether the alternate screen and the mouse are in use."""
        alternate, mouse = self._run("display-message", "-p", "#{alternate_on} #{mouse_any_flag}").split()
        return alternate == "1", mouse == "1"

    def child(self) -> int:
        """Return the process id of papertui, the only child of the shell."""
        shell = self._run("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True).stdout.split()
        return int(found[0])

    def end(self) -> None:
        """End this server and the processes in it."""
        self._run("kill-server")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Tmux]:
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK})
    yield tmux
    tmux.end()


def test_the_first_start_without_network(terminal: Tmux) -> None:
    terminal.until("starter feed")
    screen = terminal.until(r"Showing\s+papers\s+bundled\s+with\s+papertui")
    assert "105 papers" in screen
    terminal.press("/")
    terminal.type("difusion langauge")
    terminal.until(r"\d+ of 105")
    terminal.press("Enter")
    terminal.press("b")
    terminal.until(r"★ (Library )?1\b")
    terminal.press("q")
    terminal.until("ENDED=0")
    terminal.start("--feed", "library")
    terminal.until(r"★ .*(LLaDA|TIDE)")


def test_resizing_the_terminal(terminal: Tmux) -> None:
    terminal.until("starter feed")
    for width, height in ((60, 18), (80, 24), (120, 40), (200, 60)):
        terminal.resize(width, height)
        screen = terminal.until(rf"\A(?:.*\n){{{height - 1}}}.*\? help")
        assert max(map(len, screen.splitlines())) <= width
        terminal.press("j")
        terminal.until("▌")


def test_a_link_is_copied_inside_tmux(terminal: Tmux) -> None:
    terminal.until("starter feed")
    terminal.press("y")
    terminal.until("Copied https://arxiv.org/abs/")
    assert re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{5}", terminal.buffer().strip())


def test_a_bookmark_survives_a_kill_right_after_the_star(tmp_path: Path) -> None:
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, (90, 24))
    try:
        for number in range(1, KILLS + 1):
            tmux.until("105 papers")
            if number > 1:
                tmux.until(rf"★ (Library )?{number - 1}\b")
            for _ in range(number - 1):
                tmux.press("j")
            tmux.press("b")
            tmux.until(rf"★ (Library )?{number}\b")
            os.kill(tmux.child(), 9)
            tmux.until("ENDED=137")
            kept = Library(tmp_path / "bookmarks.json", tmp_path / "backups").ids()
            assert len(kept) == number
            tmux.start()
    finally:
        tmux.end()


@pytest.mark.recorded
def test_a_morning_with_the_recorded_services(tmp_path: Path) -> None:
    with hub() as endpoint:
        tmux = Tmux(tmp_path, {"HF_ENDPOINT": endpoint}, (120, 40))
        try:
            tmux.until("updated just now")
            tmux.until("GLM-5V-Turbo")
            tmux.press("2")
            tmux.until("Daily 30 Apr")
            tmux.press("[")
            tmux.until("Daily 29 Apr")
            tmux.until("19 papers")
            tmux.press("G")
            tmux.press("Enter")
            tmux.until("Esc back")
            tmux.press("Escape")
            tmux.until("s sort")
            tmux.press("/")
            tmux.until("type to search")
            tmux.type("recusrive agent")
            tmux.until(r"[▌▏].*Recursive Multi-Agent Systems")
            tmux.press("Enter")
            tmux.press("b")
            tmux.until("★ Library 1")
            tmux.press("q")
            tmux.until("ENDED=0")
        finally:
            tmux.end()
    # Without the services, the stored papers are still there, on the last feed.
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, (120, 40))
    try:
        tmux.until(r"\d+ papers")
        tmux.press("6")
        tmux.until("★ Recursive Multi-Agent Systems")
    finally:
        tmux.end()


def _drafts(home: Path) -> list[str]:
    return [json.loads(path.read_text(encoding="utf-8"))["text"] for path in (home / "drafts").glob("*.json")]


def test_a_note_being_typed_survives_kill_9(terminal: Tmux, tmp_path: Path) -> None:
    terminal.until("starter feed")
    terminal.press("b")
    terminal.until(r"★ (Library )?1\b")
    for kill, text in enumerate(("half a", " thought", " at a time")):
        terminal.press("a")
        terminal.until("save and close")
        if kill:
            terminal.until("This is your unsaved draft")
        terminal.type(text)
        whole = "half a thought at a time"[: len("half a") + (kill > 0) * len(" thought") + (kill > 1) * 99]
        deadline = time.monotonic() + _PATIENCE
        while _drafts(tmp_path) != [whole]:
            assert time.monotonic() < deadline, f"{_drafts(tmp_path)} on\n{terminal.screen()}"
            time.sleep(0.02)
        os.kill(terminal.child(), signal.SIGKILL)
        terminal.until("ENDED=137")
        terminal.start("--feed", "library")
        terminal.until(r"The note on “[^”]+”\s+was\s+not\s+saved")
    terminal.press("a")
    terminal.until("half a thought at a time")
    terminal.press("Escape")
    terminal.until("Note saved")
    assert _drafts(tmp_path) == []
    assert [mark.note for mark in Library(tmp_path / "bookmarks.json", tmp_path / "backups").all()] == [
        "half a thought at a time"
    ]


def test_several_lines_are_pasted_as_one(terminal: Tmux) -> None:
    terminal.until("starter feed")
    terminal.press("/")
    terminal.until("search titles")
    terminal.paste("diffusion\nlanguage\r\n\n  models")
    terminal.until("/ diffusion language models ")


def test_the_welcome_of_the_first_start(terminal: Tmux) -> None:
    terminal.until(r"^ Welcome\.")
    terminal.until("105 papers")
    terminal.press("F1")
    terminal.until("What to follow  2 of 3")
    terminal.press("Space")
    terminal.until("✓ cs.CL")
    terminal.press("Enter")
    terminal.until("3 of 3")
    terminal.press("Enter")
    terminal.until(r"Archive.* cs\.CL|cs\.CL.*Archive|Following cs\.CL")
    terminal.press("q")
    terminal.until("ENDED=0")
    terminal.start()
    screen = terminal.until("105 papers")
    assert "Welcome" not in screen
    screen = terminal.until(r"bundled\s+with\s+papertui")
    assert "cs.CL" in screen
    assert "Welcome" not in screen
