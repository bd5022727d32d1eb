"""The library in real terminals: two windows at once, and an external editor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[tuple[Tmux, Tmux]]:
    """Two terminals with one home."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "From the editor.\\n" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    # The clock must run: undo and history show times.
    env = {"HF_ENDPOINT": NO_NETWORK, "EDITOR": str(editor), "VISUAL": ""}
    made: list[Tmux] = []
    try:
        made.extend(Tmux(tmp_path / "home", env, (110, 30)) for _ in range(2))
        yield made[0], made[1]
    finally:
        for one in made:
            one.end()


def test_each_window_shows_the_changes_of_the_other(windows: tuple[Tmux, Tmux]) -> None:
    left, right = windows
    for window in windows:
        window.until("105 papers")
        window.until(r"bundled\s+with\s+papertui")  # a later warning would replace the notices below
    right.press("j")
    right.press("j")
    left.press("b")
    left.until(r"★ (Library )?1\b")
    right.until(r"★ (Library )?1\b")
    screen = right.until("▌")
    assert "▌" not in screen.splitlines()[3]  # the cursor of the other window did not move
    right.press("b")
    left.until(r"★ (Library )?2\b")
    left.press("t")
    left.until("Tags")
    left.type("todo")
    left.press("Enter")
    right.until("#todo")
    right.press("u")
    left.until(r"\+todo on 1 paper")
    right.until("Undone: tag")
    left.press("H")
    left.until("tag .todo")


def test_a_note_from_an_external_editor(windows: tuple[Tmux, Tmux]) -> None:
    left, right = windows
    for window in windows:
        window.until("105 papers")
    left.press("a")
    left.until("Ctrl.g.edit")
    left.type("Mine.")
    left.press("C-g")
    left.until("From the editor.")
    left.press("Escape")
    left.until("Note saved")
    right.until("Your note")
    right.until(r"Mine\.")
    left.press("q")
    left.until("ENDED=0")
