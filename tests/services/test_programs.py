"""The user's programs, as real processes: limited in time, given data on stdin, stopped with all they started."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic, sleep

import pytest

from kit.shell import environment
from papertui.services.programs import Viewer, pipe_text, run_program

NEVER = threading.Event()
#: Seconds; long enough on a busy machine.
AMPLE = 120.0


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def run(command: list[str], sent: bytes = b"", seconds: float = AMPLE, **variables: str) -> str:
    return run_program(command, sent, variables, seconds, NEVER)


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def comes(path: Path) -> str:
    """Wait for the text that a process writes into a file."""
    until = monotonic() + AMPLE
    while monotonic() < until:
        if path.exists() and (text := path.read_text(encoding="utf-8")).endswith("\n"):
            return text.strip()
        sleep(0.01)
    raise AssertionError(f"{path.name} was not written")


def goes(number: int) -> bool:
    until = monotonic() + AMPLE
    while monotonic() < until and is_alive(number):
        sleep(0.01)
    return not is_alive(number)


def test_a_program_gets_its_data_only_through_stdin_and_variables(tmp_path: Path) -> None:
    code = (
        "import sys, os; sent = (sys.stdin.buffer.read(), os.environ['PAPERTUI_HOOK_EVENT'], sys.argv[2:]);"
        "open(sys.argv[1], 'w').write(repr(sent) + '\\n')"
    )
    sent = "{“$(reboot)”}".encode() * 100_000  # more than a pipe holds
    assert run(python(code, str(tmp_path / "sent"), "a;b"), sent, PAPERTUI_HOOK_EVENT="read") == ""
    assert comes(tmp_path / "sent") == repr((sent, "read", ["a;b"]))


def test_commands_do_not_run_in_a_shell(tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert "could not be started: No such file or directory" in run([f"touch {shlex.quote(str(made))}"])
    assert run([sys.executable, "-c", "pass", f"$(touch {made})", f"; touch {made}"]) == ""
    assert not made.exists()


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("", ""),
        ("import sys; sys.exit(3)", "ended with status 3"),
        ("import sys; sys.exit('first\\nlast\\n\\n')", "ended with status 1: last"),
        ("import sys; sys.stdin.close(); print('to nowhere')", ""),
        ("import os; os.close(0); os.close(1); os.close(2)", ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "was killed by SIGTERM"),
        (
            "import sys; sys.stderr.buffer.write(b'\\xff\\n'); sys.exit(1)",
            "ended with status 1: \N{REPLACEMENT CHARACTER}",
        ),
        (
            "import sys\nfor _ in range(3000): sys.stderr.write('much ' * 200 + '\\n')\nsys.exit('the end')",
            "status 1: the end",
        ),
    ],
)
def test_the_exit_status_is_reported(code: str, sent: str) -> None:
    assert run(python(code), b"x" * 300_000).endswith(sent)
    assert bool(run(python(code))) is bool(sent)


@pytest.mark.parametrize("command", [["/no/such/program"], ["/"], [__file__]])
def test_a_command_that_cannot_be_started_is_reported(command: list[str]) -> None:
    assert run(command).startswith("could not be started: ")


@pytest.mark.slow
@pytest.mark.parametrize("stubborn", [False, True])
def test_stopping_a_program_stops_all_that_it_started(tmp_path: Path, stubborn: bool) -> None:
    ignores = "signal.signal(signal.SIGTERM, signal.SIG_IGN);" if stubborn else ""
    child = f"{ignores} open(sys.argv[1], 'w').write(str(os.getpid()) + chr(10)); time.sleep(99)"
    child = f"import os, signal, sys, time; {child}"
    code = (
        f"import signal, subprocess, sys, time; {ignores}"
        "subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2]]); time.sleep(99)"
    )
    stop = threading.Event()
    said: list[str] = []
    command = python(code, child, str(tmp_path / "child"))
    thread = threading.Thread(target=lambda: said.append(run_program(command, b"", {}, AMPLE, stop)))
    thread.start()
    number = int(comes(tmp_path / "child"))
    assert is_alive(number)
    stop.set()
    thread.join(AMPLE)
    assert said == ["was stopped before it finished"]
    assert goes(number)


@pytest.mark.slow
def test_exceeding_the_limit_is_reported() -> None:
    assert run(python("import time; time.sleep(99)"), seconds=0.3) == "took longer than 0.3 seconds and was stopped"
    assert run(python("import time\nwhile True: pass"), seconds=0.3).startswith("took longer")
    flood = "import sys\nwhile True: sys.stderr.write('x' * 65536)"
    assert run(python(flood), seconds=0.3).startswith("took longer")


def test_a_background_process_survives_and_is_not_waited_for(tmp_path: Path) -> None:
    child = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid()) + chr(10)); time.sleep(99)"
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2]])"
    assert run(python(code, child, str(tmp_path / "child"))) == ""
    number = int(comes(tmp_path / "child"))
    try:
        assert is_alive(number)
    finally:
        os.kill(number, signal.SIGKILL)


@pytest.mark.slow
def test_no_zombie_and_no_open_file_remains() -> None:
    program = (
        "import os, sys, threading; from pathlib import Path; from papertui.services.programs import run_program\n"
        "before = len(list(Path('/proc/self/fd').iterdir()))\n"
        "for code in ('', 'import sys; sys.exit(1)', 'import time; time.sleep(99)'):\n"
        "    run_program([sys.executable, '-c', code], b'', {}, 0.5, threading.Event())\n"
        "assert len(list(Path('/proc/self/fd').iterdir())) == before\n"
        "try: os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)\n"
        "except ChildProcessError: sys.exit(0)\n"
        "sys.exit('a child remains')\n"
    )
    # In a process without other children and other threads that open files.
    done = subprocess.run(python(program), env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _viewer(folder: Path, body: str) -> Path:
    program = folder / "viewer"
    program.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n")
    program.chmod(0o755)
    return program


def test_a_shell_command_gets_the_text_on_its_input(tmp_path: Path) -> None:
    written = tmp_path / "written"
    assert pipe_text(f"tr a-z A-Z > {shlex.quote(str(written))}", "größer words\n", {"SHELL": "/bin/sh"}) == ""
    assert written.read_text(encoding="utf-8").endswith("ER WORDS\n")
    assert pipe_text("exit 3", "words", {}) == "“exit 3” ended with status 3."


def test_a_viewer_gets_the_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _viewer(tmp_path, f"open({str(tmp_path / 'given')!r}, 'w').write(repr(sys.argv[1:]) + '\\n')")
    file = tmp_path / "-rf $(x) é.pdf"
    monkeypatch.chdir(tmp_path)
    assert Viewer([str(program), "--page=1", "{file}", "x"]).show(Path(file.name))
    assert comes(tmp_path / "given") == repr(["--page=1", str(file), "x"])
    (tmp_path / "given").unlink()
    assert Viewer([str(program)]).show(file)
    assert comes(tmp_path / "given") == repr([str(file)])


def test_a_viewer_that_fails_is_reported(tmp_path: Path) -> None:
    assert not Viewer([str(_viewer(tmp_path, "sys.exit(3)"))]).show(tmp_path / "a.pdf")
    assert not Viewer(["/no/such/viewer"]).show(tmp_path / "a.pdf")


@pytest.mark.slow
def test_a_viewer_keeps_running_and_leaves_no_zombie(tmp_path: Path) -> None:
    body = (
        f"import os\nopen({str(tmp_path / 'number')!r}, 'w').write(str(os.getpid()) + '\\n')\n"
        f"while not os.path.exists({str(tmp_path / 'end')!r}): time.sleep(0.01)"
    )
    assert Viewer([str(_viewer(tmp_path, body))]).show(tmp_path / "a.pdf")
    number = int(comes(tmp_path / "number"))
    assert is_alive(number)
    assert os.getsid(number) == number  # not in the session of this terminal
    (tmp_path / "end").touch()
    until = monotonic() + AMPLE
    while Path(f"/proc/{number}").exists() and monotonic() < until:
        sleep(0.01)
    assert not Path(f"/proc/{number}").exists()


def test_the_platform_viewer_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _viewer(tmp_path, f"open({str(tmp_path / 'given')!r}, 'w').write(repr(sys.argv[1:]) + '\\n')")
    program.rename(tmp_path / ("open" if sys.platform == "darwin" else "xdg-open"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Viewer().show(tmp_path / "a.pdf")
    assert comes(tmp_path / "given") == repr([str(tmp_path / "a.pdf")])
