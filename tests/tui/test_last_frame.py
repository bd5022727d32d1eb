"""The last frame of a visit is shown at once at the next start: in a pseudo terminal, and the file it is kept in."""

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.pseudo_terminal import PseudoTerminal
from kit.shell import command, environment
from papertui import instant
from papertui.archive.archive import Archive
from papertui.model.paper import Paper

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
SEEN = "last seen 30 Apr"
SIZE = (100, 30)
_ECHO = termios.ECHO | termios.ICANON

Open = Callable[..., PseudoTerminal]


def _variables(home: Path, **changes: str) -> dict[str, str]:
    ours = {"PATH", "PYTHONPATH", "PYTHONWARNINGS", "LANG"}
    variables = {name: value for name, value in environment().items() if name in ours}
    variables |= {"HOME": str(home), "PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW.isoformat()}
    return variables | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | changes


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was left with the cursor on the first of some papers."""
    home = tmp_path_factory.mktemp("visited")
    archive = Archive(home / "archive.db")
    papers = [
        Paper(f"2604.{n:05}", f"Paper {n:02} about graphs", abstract=f"Abstract {n:02}.", published=NOW)
        for n in range(40)
    ]
    archive.remember(papers, NOW)
    archive.close()
    terminal = PseudoTerminal(command("--feed", "archive", "--offline"), _variables(home), SIZE)
    terminal.until_text("Abstract")
    terminal.press(b"q")
    assert terminal.wait() == 0
    return home


@pytest.fixture
def home(visited: Path) -> Path:
    return visited


@pytest.fixture
def open_app(home: Path) -> Iterator[Open]:
    opened: list[PseudoTerminal] = []

    def start(
        *argv: str, size: tuple[int, int] = SIZE, program: list[str] | None = None, **changes: str
    ) -> PseudoTerminal:
        opened.append(PseudoTerminal(program or command("--offline", *argv), _variables(home, **changes), size))
        return opened[-1]

    saved = (home / "cache" / instant.FILE).read_bytes()
    yield start
    for terminal in opened:
        terminal.end()
    for name in ("settings.toml", "cache/last-frame"):
        (home / name).unlink(missing_ok=True)
    (home / "cache" / instant.FILE).write_bytes(saved)
    (home / "cache" / instant.FILE).chmod(0o600)


def _is_live(screen: str) -> bool:
    return SEEN not in screen and "offline" in screen


# --- what is shown ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_last_frame_comes_first_and_the_live_screen_replaces_it_without_a_flash(open_app: Open) -> None:
    terminal = open_app()
    terminal.until(lambda screen: SEEN in screen and "Abstract 39." in screen and "? help" in screen)
    drawn = len(terminal.history) - 1
    final = terminal.until(_is_live)
    assert terminal.screen.clears == 1, "the alternate screen was entered once"
    papers = [screen.splitlines()[2:] for screen in terminal.history[drawn:]]
    assert papers == [final.splitlines()[2:]] * len(papers)
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert terminal.attributes() == terminal.before
    assert not terminal.screen.modes & {"?1049", "?1000", "?1003", "?1006", "?2004"}


@pytest.mark.slow
def test_nothing_heavy_is_loaded_before_the_frame(open_app: Open) -> None:
    script = (
        "import os, sys\n"
        "from papertui import instant\n"
        "shown = instant.show([], os.environ)\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules} - set(sys.argv[1:])))\n"
        "shown.end()\n"
    )
    standard = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    terminal = open_app(program=[sys.executable, "-c", script, *standard])
    assert terminal.wait() == 0
    loaded = terminal.output.split(b"LOADED")[1].split(b"\x1b")[0].decode().split()
    assert set(loaded) <= {"papertui", "termios", "binascii", "signal", "_signal", "enum", "__future__", "operator",
                           "_operator", "functools", "_functools", "collections", "_collections", "types", "reprlib",
                           "keyword", "itertools", "heapq", "_heapq", "warnings", "_warnings"}  # fmt: skip


@pytest.mark.slow
def test_keys_typed_over_the_frame_are_not_echoed_and_acted_on_in_order(open_app: Open) -> None:
    terminal = open_app()
    terminal.until_text(SEEN)
    assert not terminal.attributes()[3] & _ECHO  # type: ignore[operator]
    terminal.press(b"jjj" + b"k" + b"\r")  # the third paper, opened: Enter is not changed to a line feed
    final = terminal.until(lambda screen: "Abstract 37." in screen and "Paper 39" not in screen)
    assert "jjj" not in "".join(terminal.history)
    assert SEEN not in final


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argv", "changes", "size"),
    [
        ((), {"PAPERTUI_INSTANT": "0"}, SIZE),
        ((), {"COLORTERM": "24bit"}, SIZE),
        ((), {"NO_COLOR": "1"}, SIZE),
        ((), {}, (101, 30)),
        (("--demo",), {}, SIZE),
    ],
)
def test_another_start_shows_no_last_frame(
    open_app: Open, argv: tuple[str, ...], changes: dict[str, str], size: tuple[int, int]
) -> None:
    terminal = open_app(*argv, size=size, **changes)
    terminal.until(lambda screen: "offline" in screen)
    assert SEEN not in "".join(terminal.history)


# --- the file ------------------------------------------------------------------------------------------------


def test_the_file_is_private_and_small(home: Path) -> None:
    status = (home / "cache" / instant.FILE).stat()
    assert status.st_mode & 0o777 == 0o600
    assert status.st_size < 60_000


def _read(home: Path, **changes: str) -> bytes | None:
    return instant.read(str(home / "cache" / instant.FILE), _variables(home, **changes), *SIZE)


@pytest.mark.usefixtures("open_app")
def test_a_frame_belongs_to_size_terminal_home_and_settings(home: Path) -> None:
    assert _read(home)
    assert instant.read(str(home / "cache" / instant.FILE), _variables(home), 100, 31) is None
    for name in ("TERM", "COLORTERM", "NO_COLOR", "PAPERTUI_HOME", "HOME"):
        assert _read(home, **{name: "another"}) is None, name
    (home / "settings.toml").write_text('[app]\ntheme = "paper"\n', encoding="utf-8")
    assert _read(home) is None


def _damaged(data: bytes, how: str) -> bytes:
    half = len(data) // 2
    return {
        "empty": b"",
        "cut": data[:-1],
        "escape": data[:half] + b"\x1b]0;title\x07" + data[half:],
        "letter": data.replace(b"Paper 39", b"Paper 38"),
        "large": data + bytes(instant.LARGEST),
        "lines": b"\n",
    }[how]


@pytest.mark.usefixtures("open_app")
@pytest.mark.parametrize("how", ["empty", "cut", "escape", "letter", "large", "lines"])
def test_a_damaged_file_is_ignored(home: Path, how: str) -> None:
    file = home / "cache" / instant.FILE
    file.write_bytes(_damaged(file.read_bytes(), how))
    assert _read(home) is None


@pytest.mark.usefixtures("open_app")
def test_a_file_that_others_may_write_or_that_is_elsewhere_is_ignored(home: Path, tmp_path: Path) -> None:
    file = home / "cache" / instant.FILE
    file.chmod(0o660)
    assert _read(home) is None
    file.chmod(0o600)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert _read(home) is None
    file.unlink()
    assert _read(home) is None
    os.mkfifo(file, 0o600)
    assert _read(home) is None
    file.unlink()


@pytest.mark.parametrize(
    "variables",
    [
        {"PAPERTUI_HOME": "/some/home"},
        {"PAPERTUI_HOME": "~/papers"},
        {"XDG_CACHE_HOME": "/caches"},
        {"XDG_CACHE_HOME": " "},
        {},
    ],
)
def test_the_folder_is_the_cache_of_the_app(variables: dict[str, str]) -> None:
    script = (
        "import os\nfrom papertui import instant\nfrom papertui.app import find_paths\n"
        "print(instant.cache_folder(os.environ))\nprint(find_paths(os.environ).cache)\n"
    )
    plain = {name: value for name, value in environment().items() if name not in {"PAPERTUI_HOME", "XDG_CACHE_HOME"}}
    done = subprocess.run(
        [sys.executable, "-c", script], env={**plain, **variables}, capture_output=True, text=True, check=True
    )
    ours, theirs = done.stdout.splitlines()
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("keys", [b"/graph", b" ", b"\r"], ids=["search", "selection", "reading"])
def test_what_the_next_start_does_not_show_is_not_kept(open_app: Open, home: Path, keys: bytes) -> None:
    terminal = open_app()
    before = terminal.until(_is_live)
    terminal.press(keys)
    terminal.until(lambda screen: screen != before and ("/" not in keys.decode() or "/ graph" in screen))
    terminal.press(b"\x03")
    assert terminal.wait() == 0
    assert not (home / "cache" / instant.FILE).exists()


@pytest.mark.slow
def test_the_setting_turns_it_off(open_app: Open, home: Path) -> None:
    (home / "settings.toml").write_text("[app]\ninstant = false\n", encoding="utf-8")
    terminal = open_app()
    terminal.until(_is_live)
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert not (home / "cache" / instant.FILE).exists()


# --- when the start fails --------------------------------------------------------------------------------

#: Shows the frame, then does not get any further until a signal comes.
_STUCK = (
    "import os, sys, time\n"
    "from papertui import instant\n"
    "from papertui.cli import main\n"
    "class Stuck:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name == 'papertui.cli.dispatch':\n"
    "            os.write(1, b'STUCK')\n"
    "            {what}\n"
    "sys.meta_path.insert(0, Stuck())\n"
    "sys.argv = ['papertui']\n"
    "sys.exit(main())\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=["TERM", "HUP", "INT"]
)
def test_a_signal_during_the_start_restores_the_terminal(open_app: Open, number: signal.Signals, code: int) -> None:
    terminal = open_app(program=[sys.executable, "-c", _STUCK.format(what="time.sleep(60)")])
    terminal.until_output(b"STUCK")
    assert "?1049" in terminal.screen.modes
    terminal.kill(number)
    assert terminal.wait() == code
    assert terminal.screen.modes == {"?7", "?25"}
    assert terminal.attributes() == terminal.before


@pytest.mark.slow
def test_a_failed_start_restores_the_terminal(open_app: Open) -> None:
    terminal = open_app(program=[sys.executable, "-c", _STUCK.format(what="raise ImportError('broken')")])
    assert terminal.wait() == 1
    assert SEEN.encode() in terminal.output
    assert terminal.screen.modes == {"?7", "?25"}
    assert "ImportError: broken" in terminal.screen.text
    assert terminal.attributes() == terminal.before


@pytest.mark.slow
def test_ctrl_c_typed_over_the_frame_ends_the_start(open_app: Open) -> None:
    terminal = open_app(program=[sys.executable, "-c", _STUCK.format(what="time.sleep(60)")])
    terminal.until_output(b"STUCK")
    terminal.press(b"\x03")
    assert terminal.wait() == 130
    assert terminal.attributes() == terminal.before


def test_no_frame_is_shown_where_there_is_no_terminal(home: Path) -> None:
    script = "import os\nfrom papertui import instant\nprint(instant.show([], os.environ))\n"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=_variables(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "None\n"
    assert done.stderr == ""
