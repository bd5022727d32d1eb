"""The bundled papers, which are shown before the first refresh."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from papertui.model.paper import Paper, page_url, paper_id, pdf_url

STARTER = Path(__file__).resolve().parents[2] / "src" / "papertui" / "sources" / "starter.json"
BUNDLE: dict[str, Any] = json.loads(STARTER.read_text(encoding="utf-8"))
PAPERS: list[dict[str, Any]] = BUNDLE["papers"]

#: The end of a sentence: a mark followed by a space and a new sentence, or by nothing (so not the point in 8.3).
SENTENCE_END = re.compile(r"[.?!](?=\s+[A-Z0-9]|$)")
#: Remains of TeX or of a web page, which must not be shown.
MARKUP = re.compile(r"\\|[{}^]|<[a-z/]|&[a-z]+;")


def sentences(text: str) -> int:
    """Count the sentences of `text`."""
    return len(SENTENCE_END.findall(text))


def test_about_a_hundred_papers_with_a_note() -> None:
    assert set(BUNDLE) == {"note", "papers"}
    assert sentences(BUNDLE["note"]) == 1
    assert "summaries written for papertui" in BUNDLE["note"]
    assert 90 <= len(PAPERS) <= 110


def test_no_duplicate_papers() -> None:
    for key in ("id", "title", "abstract"):
        assert len({paper[key] for paper in PAPERS}) == len(PAPERS), key


def test_dates_cover_several_weeks() -> None:
    weeks = {date.fromisoformat(paper["featured"]).isocalendar()[:2] for paper in PAPERS}
    assert len(weeks) >= 8


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper["id"]))
def test_paper_is_complete_with_its_sources(paper: dict[str, Any]) -> None:
    assert set(paper) <= set(Paper._fields)
    assert paper_id(paper["id"]) == paper["id"]
    assert (paper["url"], paper["pdf"]) == (page_url(paper["id"]), pdf_url(paper["id"]))
    assert paper["sources"] == ["starter"]
    assert paper["authors"]
    assert all(paper["authors"])
    assert len(paper["authors"]) <= 60
    published = datetime.fromisoformat(paper["published"])
    assert published.utcoffset() == timedelta(0)
    assert published.date() <= date.fromisoformat(paper["featured"])
    assert len(paper["keywords"]) <= 5
    assert all(0 < len(keyword) <= 30 for keyword in paper["keywords"])
    for address in (paper["github"], paper["project"]):
        assert address is None or re.fullmatch(r"https?://\S+", address)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper["id"]))
def test_summary_is_two_to_four_plain_sentences(paper: dict[str, Any]) -> None:
    text = paper["abstract"]
    assert 2 <= sentences(text) <= 4
    assert 150 <= len(text) <= 700


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper["id"]))
def test_every_text_is_one_safe_line(paper: dict[str, Any]) -> None:
    for text in (paper["title"], paper["abstract"], *paper["authors"], *paper["keywords"]):
        assert text.isprintable()
        assert text == " ".join(text.split())
        assert MARKUP.search(text) is None


def test_newest_and_most_voted_come_first() -> None:
    newest = date(2026, 4, 30)
    scores = [
        (paper["upvotes"] + 1) / ((newest - date.fromisoformat(paper["featured"])).days + 2) ** 1.4 for paper in PAPERS
    ]
    assert scores == sorted(scores, reverse=True)
