"""From a search that matches nothing here to a paper in the library, in a real terminal."""

from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library
from tui.conftest import NOW

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize("size", [(120, 40), (60, 18)])
def test_search_to_keep(tmp_path: Path, size: tuple[int, int]) -> None:
    archive = Archive(tmp_path / "archive.db")
    archive.remember([plain(101)._replace(title="Xylophones of the zebrafish", abstract="We listen to fish.")], NOW)
    archive.close()
    tmux = Tmux(tmp_path, {"HF_ENDPOINT": NO_NETWORK}, size)
    try:
        tmux.start("--offline")  # no refresh that Esc would cancel first
        tmux.until("105 papers")
        tmux.press("/")
        tmux.until("to search")
        tmux.type("xylophon")
        tmux.until("No matches in Trending")
        tmux.until(r"1 in everything stored\s+Enter")
        tmux.press("Enter")  # widen
        tmux.until(r"in everything ×")
        tmux.until("Xylophones of the zebrafish")
        tmux.press("Enter")  # read
        tmux.until("We listen to fish")
        tmux.press("b")  # keep
        tmux.until("★ (Library )?1|★ 1")
        tmux.press("Escape")  # back to the list
        tmux.until("Enter read")
        tmux.press("Escape")  # takes off the search
        tmux.until(r"105 papers.*in everything ×")
        tmux.press("Escape")  # and the scope
        tmux.until(r"105 papers\s*$")
        tmux.press("q")
        tmux.until("ENDED=0")
        assert Library(tmp_path / "bookmarks.json", tmp_path / "backups").ids() == {"2604.00101"}
    finally:
        tmux.end()
