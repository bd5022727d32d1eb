"""Hooks from the command line: waited for, limited in time, and without effect on the exit code."""

import json
import re
import sys
from pathlib import Path

import pytest

from kit.fictional_service import FictionalService
from kit.shell import Run

WRITES = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read() + b'\\n')"


def settings(home: Path, **hooks: object) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in hooks.items()]
    (home / "settings.toml").write_text("\n".join(["[hooks]", *lines, ""]))


def happened(home: Path) -> list[tuple[str, str, list[str]]]:
    path = home / "events"
    events = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [(event["event"], event["action"], sorted(paper["id"] for paper in event["papers"])) for event in events]


@pytest.fixture
def writing(home: Path) -> list[str]:
    return [sys.executable, "-c", WRITES, str(home / "events")]


@pytest.mark.slow
def test_each_command_fires_its_event(run: Run, home: Path, writing: list[str], service: FictionalService) -> None:
    settings(home, bookmark=writing, read=writing, refresh=writing)
    service.texts["2604.00001"] = "# A title\n\nWords."
    assert run("refresh", "trending").code == 0
    assert run("bookmark", "add", "2604.00001", "2604.00002").code == 0
    assert run("bookmark", "add", "2604.00001").code == 0  # nothing new
    assert run("read", "2604.00001").code == 0
    assert run("bookmark", "remove", "2604.00002").code == 0
    assert run("refresh", "trending").code == 0  # nothing new
    assert happened(home) == [
        ("refresh", "new", ["2604.00001", "2604.00002", "2604.00003", "2604.00004"]),
        ("bookmark", "kept", ["2604.00001", "2604.00002"]),
        ("read", "read", ["2604.00001"]),
        ("bookmark", "released", ["2604.00002"]),
    ]


def test_all_ids_from_stdin_are_reported(run: Run, home: Path, writing: list[str]) -> None:
    settings(home, bookmark=writing)
    assert run("bookmark", "add", "--stdin", stdin="2604.00001\n2604.00002\n2604.00009\n").code == 0
    reported = [id_ for _, _, ids in happened(home) for id_ in ids]
    assert reported == ["2604.00001", "2604.00002", "2604.00009"]


def test_a_failing_hook_is_reported_and_changes_nothing(run: Run, home: Path) -> None:
    settings(home, bookmark=[sys.executable, "-c", "import sys; print('to stdout'); sys.exit('no room')"])
    ran = run("bookmark", "add", "2604.00001")
    assert (ran.code, ran.out) == (0, "2604.00001\n")
    program = f"{Path(sys.executable).name} in [hooks] of the settings"
    assert ran.err == f"The hook “bookmark” ({program}) ended with status 1: no room.\n"


def test_a_hook_that_hangs_is_killed(run: Run, home: Path) -> None:
    settings(home, bookmark=[sys.executable, "-c", "import time; time.sleep(99)"], timeout=0.5)
    ran = run("bookmark", "add", "2604.00001")
    assert (ran.code, ran.out) == (0, "2604.00001\n")
    # On a busy machine, the end of the command can come before that of the hook.
    assert re.search(r"took longer than 0\.5 seconds and was stopped|was stopped before it finished", ran.err)


def test_papertui_in_a_hook_runs_no_hooks(
    run: Run, home: Path, writing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(home, bookmark=writing)
    monkeypatch.setenv("PAPERTUI_HOOK_EVENT", "bookmark")
    assert run("bookmark", "add", "2604.00001").code == 0
    assert happened(home) == []


def test_invalid_hook_settings_are_rejected(run: Run, home: Path) -> None:
    settings(home, bookmark="notify-send papertui")
    ran = run("list")
    assert ran.code == 2
    assert "settings.toml, line 2: “bookmark” must be a program and its arguments" in ran.err


def test_config_show_includes_hooks(run: Run, home: Path) -> None:
    settings(home, bookmark=["notify-send", "papertui"])
    out = run("config", "show").out
    assert 'bookmark = ["notify-send", "papertui"]' in out
    assert "timeout = 10.0" in out
    assert "pdf_viewer = []" in out
