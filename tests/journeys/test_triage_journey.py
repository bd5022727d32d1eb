"""Triage in a real terminal: a recorded day, with the keys counted."""

import sys
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.recorded import day, hub
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library

#: The largest recorded day.
_DAY = "2026-02-03"
pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.recorded]


def test_a_day_is_decided_in_few_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    papers = len(day(_DAY))
    keys = 0
    with hub() as endpoint:
        tmux = Tmux(tmp_path, {"HF_ENDPOINT": endpoint}, (80, 24))
        try:
            tmux.start("--feed", f"daily:{_DAY}")
            tmux.until(f"{papers} papers")
            # As fast as a terminal can send them: also those typed before the screen is there count.
            tmux.type("Zssst")
            tmux.until("Tags")
            tmux.type("agents")
            tmux.press("Enter")
            tmux.until(rf"5 of {papers}")
            keys += len("Zssst") + len("agents") + 1
            for burst in ("ss1sssslss", "ss1ssu1sss", "1sssslssss", "s"):
                tmux.type(burst)
                keys += len(burst)
            decided = 4 + 10 + 8 + 10 + 1
            tmux.until(rf"{decided + 1} of {papers}")
            tmux.press("q")
            tmux.until("s sort")
            tmux.press("q")
            tmux.until("ENDED=0")
            keys += 2
        finally:
            tmux.end()
    # The next morning, on a train: the rest, from where it was left.
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, (80, 24))
    try:
        tmux.start("--feed", f"daily:{_DAY}")
        tmux.until(f"{papers} papers")
        rest = "Z" + "s" * (papers - decided)
        tmux.type(rest)
        keys += len(rest)
        tmux.until("Inbox zero")
        tmux.until(rf"{papers} papers, 5 kept, 2 for later, {papers - 7} skipped")
        tmux.press("l")
        tmux.until("Queue 2")
        tmux.press("q")
        tmux.until("ENDED=0")
    finally:
        tmux.end()
    tags = sorted(mark.tags for mark in Library(tmp_path / "bookmarks.json", tmp_path / "backups").all())
    assert tags == [("agents",)] * 5 + [("later",)] * 2
    archive = Archive(tmp_path / "archive.db")
    assert len(archive.read_ids()) == papers - 7
    archive.close()
    with capsys.disabled():
        sys.stdout.write(f"[{keys} keys for {papers} papers, 5 kept and tagged]")
    assert keys <= 60 + papers - 40
