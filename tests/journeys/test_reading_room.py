"""Reading without a network, in a real terminal of any size: finding, citations, a highlight, and back at the place."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from journeys.test_journeys import NO_NETWORK, Tmux
from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.model.document import Document, DocumentPart, as_json
from papertui.model.feed import Feed, FeedName
from tui.conftest import NOW

pytestmark = [pytest.mark.journey, pytest.mark.slow]

_TITLES = ("Sparse Attention at Scale", "Diffusion Language Models", "A Survey of Agents")
_LOSS = DocumentPart("formula", "L = (a+b)/c", mark="(1)", tex=r"L=\frac{a+b}{c}")


def _text(number: int) -> Document:
    """Return the text of a paper, which cites the next one."""
    filler = "Large models need much memory, and they are trained on many chips for weeks. " * 4
    parts = [DocumentPart("heading", "Introduction", 2, "1")]
    parts += [DocumentPart("text", f"Paragraph {place} of text {number}. {filler}") for place in range(12)]
    parts += [
        DocumentPart("heading", "Method", 2, "2"),
        DocumentPart("text", f"Key idea {number} halves the cost, as others found [1]. The rest of it stays the same."),
        _LOSS,
    ]
    parts += [DocumentPart("text", f"Detail {place} of text {number}. {filler}") for place in range(12)]
    parts.append(DocumentPart("reference", f"Somebody. The next paper. arXiv:{plain(number % 3 + 1).id}.", 0, "[1]"))
    return Document("A title", tuple(parts), source="html", version=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three papers and their texts, each citing the next."""
    archive = Archive(tmp_path / "archive.db")
    papers = tuple(plain(number)._replace(title=title) for number, title in enumerate(_TITLES, 1))
    archive.keep_feed(Feed(FeedName("trending"), papers, NOW, "huggingface"))
    for number, paper in enumerate(papers, 1):
        archive.keep_text(paper.id, "arxiv", NOW, zlib.compress(as_json(_text(number)).encode()))
    archive.close()
    return tmp_path


def _line_of(screen: str, words: str) -> tuple[int, str]:
    """Return the number of the line with `words`, and what it says in the column of the text."""
    return next((number, row[row.index(words) :]) for number, row in enumerate(screen.split("\n")) if words in row)


def _follow_citation(tmux: Tmux, idea: str) -> tuple[int, str]:
    """Follow the citation behind some words, which are found; return their line on the screen."""
    tmux.press("/")
    tmux.until("Esc back  O outline")  # the keys while words are typed
    tmux.type(idea)
    tmux.until("1 of 1")
    tmux.press("Enter", "Tab")  # the citation behind the words that were found
    tmux.until(r"found \[\x1b\[1m", styled=True)  # chosen: bold
    line = _line_of(tmux.screen(), idea)
    tmux.press("Enter")
    tmux.until("read it here")
    tmux.press("Enter")
    return line


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
def test_the_reading_room(home: Path, size: tuple[int, int]) -> None:
    environment = {"HF_ENDPOINT": NO_NETWORK}
    tmux = Tmux(home, environment, size)
    try:
        tmux.start("--offline")
        tmux.until("3 papers")
        tmux.press("Enter")  # read
        tmux.until(r"\d min\b")  # of the full text
        tmux.press("O")
        tmux.until("─ Outline")
        tmux.press("j", "Enter")
        tmux.until(r"a\+b\s*$")  # above the line of the fraction
        line = _follow_citation(tmux, "Key idea 1")
        tmux.until("Diffusion Language Models")
        tmux.until(r"\d min\b")  # of the full text
        _follow_citation(tmux, "Key idea 2")
        tmux.until("A Survey of Agents")
        tmux.until(r"\d min\b")  # of the full text
        tmux.press("BSpace")
        tmux.until("Key idea 2")
        tmux.press("BSpace")
        assert _line_of(tmux.until("Key idea 1"), "Key idea 1") == line
        tmux.press("/")
        tmux.type("key idea")
        tmux.until("1 of 1")
        tmux.press("Enter", "v", "c")
        tmux.until("Comment")
        tmux.type("Why half?")
        tmux.press("Escape")
        tmux.until("Passage highlighted, and the paper bookmarked")
        tmux.until("▎ ?Key idea 1")
        tmux.press("q")
        tmux.until("ENDED=0")
        command = [sys.executable, "-m", "papertui", "export", "--format", "markdown"]
        settings = {"PAPERTUI_HOME": str(home), **environment}
        exported = subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout
        assert "  > Key idea 1 halves the cost, as others found \\[1\\].\n  >\n  > — 2 Method <!--" in exported
        assert "\n  Why half?\n" in exported
        tmux.start("--offline")
        tmux.until("▎ ?Key idea 1")  # open at the place, with the highlight
        tmux.press('"')
        tmux.until("1 highlight")
    finally:
        tmux.end()
