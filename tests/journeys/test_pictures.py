"""Pictures in a terminal with Kitty's protocol, also inside of tmux: drawn in their cells, and nothing is left."""

import shutil
import signal
import subprocess
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.kitty_terminal import KittyTerminal
from kit.papers import plain
from kit.pngs import a_png
from kit.shell import command, environment
from kit.sixel_terminal import SixelTerminal
from papertui.archive.archive import Archive
from papertui.archive.picture_folder import PictureFolder
from papertui.model.document import Document, DocumentPart, Picture, as_json
from papertui.model.feed import Feed, FeedName
from papertui.services.figures import file_name

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
#: The cells of both figures in the text.
BOTH = 48 * 12, 38 * 19
pytestmark = [pytest.mark.journey, pytest.mark.slow]


class Room(NamedTuple):
    home: Path
    first: bytes
    second: bytes

    def variables(self, **others: str) -> dict[str, str]:
        ours = {"HOME": str(self.home), "PAPERTUI_HOME": str(self.home), "PAPERTUI_NOW": "2026-04-30T18:00:00Z"}
        unset = ("TMUX", "TERM_PROGRAM", "COLUMNS", "LINES", "NO_COLOR")
        variables = environment(COLORTERM="truecolor", **ours, **others)
        return {name: value for name, value in variables.items() if name not in unset}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A stored paper with two figures, both stored."""
    paper = plain(1)._replace(title="A paper with figures", abstract="Short.")
    room = Room(tmp_path, a_png(400, 200, noise=100_000), a_png(300, 300))
    parts = [DocumentPart("heading", "Introduction", 1, "1")]
    for number, src in enumerate(("v1/x1.png", "v1/x2.png"), 1):
        parts.append(DocumentPart("text", f"Words before figure {number}. " * 12))
        size = (400, 200) if number == 1 else (300, 300)
        parts.append(
            DocumentPart("figure", f"Figure {number}: A caption.", role="caption", picture=Picture(src, *size))
        )
    parts += [DocumentPart("text", f"Paragraph {number}. " * 30) for number in range(20)]
    archive = Archive(tmp_path / "archive.db")
    archive.keep_feed(Feed(FeedName("trending"), (paper,), NOW, "huggingface"))
    archive.keep_text(
        paper.id, "arxiv", NOW, zlib.compress(as_json(Document("", tuple(parts), source="html")).encode())
    )
    archive.close()
    folder = PictureFolder(tmp_path / "cache" / "figures")
    for src, content in (("v1/x1.png", room.first), ("v1/x2.png", room.second)):
        folder.keep(file_name(paper.id, src), content)
    (tmp_path / "settings.toml").write_text("[app]\ninstant = false\n", encoding="utf-8")
    return room


@pytest.fixture
def terminal(room: Room) -> Iterator[KittyTerminal]:
    terminal = KittyTerminal(command("--offline"), room.variables(), (100, 66))
    yield terminal
    terminal.end()


def opened(terminal: KittyTerminal) -> None:
    """Read the paper, and go to its figures."""
    terminal.until_text("A paper with figures")
    terminal.until(lambda _: len(terminal.graphics.commands) > 0)
    terminal.press(b"\x1b")
    terminal.until_text("bookmark")
    terminal.press(b"\r")
    terminal.until_text("Introduction")


@pytest.mark.parametrize("end", ["key", "signal"])
def test_figures_are_drawn_and_nothing_is_left_of_them(terminal: KittyTerminal, room: Room, end: str) -> None:
    opened(terminal)
    terminal.until_drawn(*BOTH)
    assert [image.png for image in terminal.graphics.seen] == [room.first, room.second], "as they came"
    assert "31;OK" not in terminal.screen.text, "the answer is no text"
    terminal.press(b"i")
    terminal.until_text("1 of 2")
    terminal.until_drawn(100 * 25)
    terminal.resize(70, 30)
    terminal.until_text("1 of 2")
    terminal.until_drawn(70 * 18)
    terminal.press(b"\x1b")
    terminal.until_text("Words before")
    if end == "key":
        terminal.press(b"q")
        assert terminal.wait() == 0
    else:
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert terminal.graphics.images == {}
    assert terminal.graphics.drawn() == {}


@pytest.mark.parametrize("end", ["key", "signal"])
def test_a_figure_in_sixels_leaves_no_pixels(room: Room, end: str) -> None:
    terminal = SixelTerminal(command("--offline"), room.variables(), (100, 40))
    try:
        opened(terminal)
        assert "62;4" not in terminal.screen.text, "the answer is no text"
        assert terminal.graphics.drawings == [], "in the text there are half blocks"
        terminal.press(b"i")
        terminal.until_text("1 of 2")
        terminal.until_only(100, 25)
        first = terminal.graphics.drawings[-1]
        assert {pixel for line in first.lines for pixel in line} == {(199, 199, 199)}
        terminal.press(b"n")
        terminal.until_text("2 of 2")
        terminal.until_only(74, 37)
        terminal.resize(70, 30)
        terminal.until_text("2 of 2")
        terminal.until_only(54, 27)
        if end == "signal":
            terminal.kill(signal.SIGTERM)
            assert terminal.wait() == 128 + signal.SIGTERM
        else:
            terminal.press(b"\x1b")
            terminal.until_text("Paragraph 0")
            terminal.until(lambda _: not terminal.graphics.left())
            terminal.press(b"q")
            assert terminal.wait() == 0
        assert terminal.graphics.left() == {}
    finally:
        terminal.end()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
@pytest.mark.parametrize("passes", [True, False])
def test_in_tmux_figures_need_passthrough(room: Room, *, passes: bool) -> None:
    config = room.home / "tmux.conf"
    config.write_text(
        f"set -g allow-passthrough {'on' if passes else 'off'}\nset -g status off\nset -g escape-time 10\n"
        "set -g default-terminal tmux-256color\nset -as terminal-features ',xterm-kitty:RGB'\n",
        encoding="utf-8",
    )
    variables = room.variables(TMUX_TMPDIR=str(room.home))
    argv = ["tmux", "-L", "pictures", "-f", str(config), "new-session", *command("--offline")]
    terminal = KittyTerminal(argv, variables, (100, 66))
    try:
        terminal.until_text("A paper with figures")
        if passes:
            opened(terminal)
            terminal.until_drawn(*BOTH)
            assert [image.png for image in terminal.graphics.seen] == [room.first, room.second]
        else:
            terminal.press(b"\x1b")
            terminal.until_text("bookmark")
            terminal.press(b"\r")
            terminal.until_text("Introduction")
            terminal.until_text("Figure 2:")
            assert terminal.graphics.commands == [], "nothing is sent that would not arrive"
        assert "31;OK" not in terminal.screen.text
        terminal.press(b"q")
        terminal.wait()
        assert terminal.graphics.images == {}
    finally:
        subprocess.run(["tmux", "-L", "pictures", "kill-server"], env=variables, check=False, capture_output=True)
        terminal.end()
