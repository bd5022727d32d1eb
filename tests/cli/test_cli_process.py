"""What only a separate process shows: streams, signals, and loaded modules."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.fictional_service import NOW, FictionalService, entry, serve_fictional_papers
from kit.shell import Run, command, environment, next_line, spawn

pytestmark = pytest.mark.slow

HEAVY = ("textual", "rich", "httpx", "numpy", "rapidfuzz", "tinydb", "filelock", "pylatexenc", "shtab", "platformdirs")


@pytest.fixture
def stored(run: Run, service: FictionalService) -> None:
    service.trending = [entry(number) for number in range(1, 100)]
    assert run("list").code == 0


def _loaded(*argv: str) -> set[str]:
    script = (
        "import sys\n"
        "from papertui.cli import main\n"
        f"code = main({argv!r})\n"
        f"print('LOADED', *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(PAPERTUI_NOW=NOW), check=True
    )
    return set(done.stderr.split("LOADED")[1].split())


@pytest.mark.usefixtures("stored")
def test_heavy_modules_are_loaded_only_by_the_commands_that_need_them(run: Run) -> None:
    assert _loaded("list", "--offline") == set()
    assert _loaded("show", "2604.00001", "--offline") == set()
    assert _loaded("--version") == set()
    assert _loaded("search", "graph") == {"numpy", "rapidfuzz", "filelock"}
    run("bookmark", "add", "2604.00001")
    assert _loaded("list", "--offline") == set()
    assert _loaded("--completion", "bash") == {"shtab"}
    # (httpx imports rich where click is installed.)
    assert not _loaded("refresh", "trending") & {"textual", "numpy", "rapidfuzz"}


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["list", "--offline"], 3),
        (["list", "nonsense"], 2),
        (["bookmark", "list", "--json"], 0),
        (["show", "nonsense"], 2),
        (["--version"], 0),
    ],
)
def test_exit_codes_reach_the_shell(argv: list[str], code: int) -> None:
    ran = spawn(*argv)
    assert ran.code == code
    assert "Traceback" not in ran.err


def test_a_bug_exits_with_1_and_a_traceback() -> None:
    script = (
        "import io, sys\n"
        "class Broken(io.StringIO):\n"
        "    def write(self, text): return 1 // 0\n"
        "sys.stdout = Broken()\n"
        "from papertui.cli import main\n"
        "sys.exit(main(['config', 'path']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_utf8_in_every_locale(service: FictionalService, run: Run) -> None:
    service.trending = [entry(1, title="Étale Cohomology, λ and 你好")]
    run("refresh", "trending")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PAPERTUI_NOW": NOW}
    assert "Étale Cohomology, λ and 你好" in spawn("list", "--offline", **plain).out
    assert spawn("list", "--offline", "--json", **plain).rows[0]["title"] == "Étale Cohomology, λ and 你好"
    ran = spawn("search", "--stdin", stdin="étale", **plain)
    assert ran.lines[0]["query"] == "étale"
    assert ran.lines[0]["results"]


@pytest.mark.parametrize(
    "argv", [["list", "--offline"], ["list", "--offline", "--jsonl"], ["list", "archive", "--json"]]
)
@pytest.mark.usefixtures("stored")
def test_a_closed_pipe_exits_with_141_without_a_message(argv: list[str]) -> None:
    with subprocess.Popen(command(*argv), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read().decode()
    assert process.returncode == 141
    assert "Error" not in stderr
    assert "Traceback" not in stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.usefixtures("stored")
def test_unwritable_output_exits_with_4() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("list", "--offline"), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 4
    assert done.stderr.decode().splitlines()[-1] == "The output could not be written: No space left on device."


@pytest.mark.usefixtures("stored")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_unwritable_stderr_does_not_lose_data() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("list", "--offline", "--json"), stdout=subprocess.PIPE, stderr=full, env=environment(), check=False
        )
    assert done.returncode == 0
    assert len(json.loads(done.stdout)) == 99


@pytest.fixture
def talking() -> Iterator["subprocess.Popen[str]"]:
    """`bookmark add --stdin`, waiting for the first line."""
    with subprocess.Popen(
        command("bookmark", "add", "--stdin"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(PAPERTUI_NOW=NOW),
    ) as process:
        yield process
        process.kill()


@pytest.mark.usefixtures("stored")
def test_an_acknowledged_bookmark_survives_a_kill(talking: "subprocess.Popen[str]", home: Path) -> None:
    assert talking.stdin is not None
    for number in (3, 1, 2):
        talking.stdin.write(f"2604.{number:05}\n")
        talking.stdin.flush()
        # The answer arrives before the input ends.
        assert next_line(talking) == f"2604.{number:05}\n"
    talking.send_signal(signal.SIGKILL)
    talking.wait()
    tables = json.loads((home / "bookmarks.json").read_text())
    assert {row["id"] for row in tables["bookmarks"].values()} == {"2604.00001", "2604.00002", "2604.00003"}


@pytest.mark.usefixtures("stored")
def test_an_interruption_exits_with_130_without_a_traceback(talking: "subprocess.Popen[str]") -> None:
    assert talking.stdin is not None
    assert talking.stderr is not None
    talking.stdin.write("2604.00001\n")
    talking.stdin.flush()
    next_line(talking)
    talking.send_signal(signal.SIGINT)
    assert talking.wait() == 130
    assert talking.stderr.read() == ""


@pytest.mark.usefixtures("stored")
def test_search_answers_before_the_input_ends() -> None:
    with subprocess.Popen(
        command("search", "--stdin", "--limit", "1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        for query in ("graph", "etymolgy"):
            process.stdin.write(query + "\n")
            process.stdin.flush()
            assert json.loads(next_line(process))["query"] == query
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.usefixtures("stored")
def test_closed_streams_are_not_an_error() -> None:
    for closed in ("0<&-", "1>&-", "2>&-"):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *command("list", "--offline")],
            capture_output=True,
            env=environment(),
            check=False,
        )
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


def test_folders_and_files_are_private(service: FictionalService, tmp_path: Path) -> None:
    home = tmp_path / "new"
    old = os.umask(0o022)
    try:
        ran = spawn("bookmark", "add", "2604.00001", PAPERTUI_HOME=str(home), HF_ENDPOINT=service.address)
    finally:
        os.umask(old)
    assert ran.code == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (home, *home.iterdir())}
    assert all(mode in {0o700, 0o600} for mode in modes.values()), modes


def test_all_folders_are_private(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    with serve_fictional_papers() as service:
        changes = {**service.variables, "PAPERTUI_HOME": str(home), "PAPERTUI_NOW": NOW}
        for argv in (
            ["refresh", "daily", "arxiv:cs.CL"], ["bookmark", "add", "2604.00001"], ["bookmark", "add", "2604.00002"],
            ["feeds", "add", "arxiv:cs.CL"], ["search", "a"],
        ):  # fmt: skip
            assert spawn(*argv, **changes).code == 0
    folders = [path for path in home.rglob("*") if path.is_dir()]
    assert {"index", "backups", "pace"} <= {path.name for path in folders}
    for path in (home.parent, home, *folders, *home.glob("*.*")):
        assert path.stat().st_mode & 0o077 == 0, path
