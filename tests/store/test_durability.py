"""Bookmarks survive being killed and several programs at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB

import papertui

HARNESS = Path(__file__).with_name("kill_harness.py")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(papertui.__file__).parents[1])}
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from papertui.core.paper import Paper
from papertui.store.library import Library

home, name = Path(sys.argv[1]), sys.argv[2]
marks = Library(home / "bookmarks.json", home / "backups")
for number in range(50):
    marks.add([Paper(f"{name}.{number}", "A paper", abstract="x" * 500)], datetime(2026, 4, 30, tzinfo=UTC))
    if number % 5 == 4:
        marks.remove([f"{name}.{number}"])
"""


@pytest.mark.parametrize("task", [["--kills", "40"], ["--steps"]], ids=["at random moments", "at each step"])
def test_nothing_acknowledged_is_lost_when_killed(task: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, *task], env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost" in done.stdout
    assert int(done.stdout.split("\n")[1].split()[0]) >= 40


def test_four_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    names = ["ada", "bo", "cy", "di"]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, name], env=ENVIRONMENT, stderr=subprocess.PIPE)
        for name in names
    ]
    for writer in writers:
        _, complaints = writer.communicate(timeout=120)
        assert writer.returncode == 0, complaints.decode()
    with TinyDB(tmp_path / "bookmarks.json") as database:
        rows = database.table("bookmarks").all()
    assert len(rows) == 4 * 40
    assert {row["id"] for row in rows} == {f"{name}.{n}" for name in names for n in range(50) if n % 5 != 4}
