"""Reading without a network, in a real terminal: finding, citations, a highlight, and back at the place later."""

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


def _follow_citation(tmux: Tmux, idea: str) -> None:
    tmux.press("/")
    tmux.until("Esc back  O outline")  # the keys while words are typed
    tmux.type(idea)
    tmux.until("1 of 1")
    tmux.press("Enter", "Tab")  # the citation behind the words that were found
    tmux.until(r"found \[\x1b\[1m", styled=True)  # chosen: bold
    tmux.press("Enter")
    tmux.until("read it here")
    tmux.press("Enter")


def test_the_reading_room(home: Path) -> None:
    environment = {"HF_ENDPOINT": NO_NETWORK}
    tmux = Tmux(home, environment, (80, 24))
    try:
        tmux.start("--offline")
        tmux.until("3 papers")
        tmux.press("Enter")  # read
        tmux.until("Paragraph 0 of text 1")
        tmux.press("O")
        tmux.until("─ Outline")
        tmux.press("j", "Enter")
        tmux.until(r"a\+b\s*$")  # above the line of the fraction
        line = next(row for row in tmux.screen().split("\n") if "Key idea 1" in row)
        _follow_citation(tmux, "key idea 1")
        tmux.until("Diffusion Language Models")
        tmux.until("Paragraph 0 of text 2")
        _follow_citation(tmux, "key idea 2")
        tmux.until("A Survey of Agents")
        tmux.until("Paragraph 0 of text 3")
        tmux.press("BSpace")
        tmux.until("Key idea 2")
        tmux.press("BSpace")
        assert line in tmux.until("Key idea 1").split("\n")
        tmux.press("/")
        tmux.type("key idea")
        tmux.until("1 of 1")
        tmux.press("Enter", "v", "c")
        tmux.until("Comment")
        tmux.type("Why half?")
        tmux.press("Escape")
        tmux.until("Passage highlighted, and the paper bookmarked")
        tmux.until("^ ▎ Key idea 1")
        tmux.press("q")
        tmux.until("ENDED=0")
        command = [sys.executable, "-m", "papertui", "export", "--format", "markdown"]
        settings = {"PAPERTUI_HOME": str(home), **environment}
        exported = subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout
        assert "  > Key idea 1 halves the cost, as others found \\[1\\].\n  >\n  > — 2 Method <!--" in exported
        assert "\n  Why half?\n" in exported
        tmux.start("--offline")
        tmux.until("^ ▎ Key idea 1")  # open at the place, with the highlight
        tmux.press('"')
        tmux.until("1 highlight")
    finally:
        tmux.end()
