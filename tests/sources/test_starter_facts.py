"""The facts of the bundled papers against the recordings, and their summaries against the authors' abstracts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kit import recorded

STARTER = Path(__file__).resolve().parents[2] / "src" / "papertui" / "sources" / "starter.json"
PAPERS: list[dict[str, Any]] = json.loads(STARTER.read_text(encoding="utf-8"))["papers"]

#: Titles with TeX, which was converted by hand.
CONVERTED = {
    "2603.07980": ("\\$OneMillion", "$OneMillion"),
    "2603.16844": ("M^3", "M³"),
    "2604.14683": ("DR^{3}", "DR³"),
}
#: This many words in sequence count as a quotation.
RUN = 8

pytestmark = pytest.mark.recorded


def folded(text: str | None) -> str | None:
    """Return `text` with single spaces, or ``None`` if nothing is left of it."""
    return " ".join((text or "").split()) or None


def record_of(paper: dict[str, Any]) -> dict[str, Any]:
    """Return the record of `paper` on the day it was featured."""
    (found,) = (row for row in recorded.day(paper["featured"]) if row["paper"]["id"] == paper["id"])
    return found


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of `RUN` words in `text`, regardless of case and punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper["id"]))
def test_facts_match_the_record(paper: dict[str, Any]) -> None:
    row = record_of(paper)
    record = row["paper"]
    tex, plain = CONVERTED.get(paper["id"], ("", ""))
    assert tex in record["title"]
    assert paper["title"] == folded(record["title"].replace(tex, plain) if tex else record["title"])
    assert paper["authors"] == [folded(author["name"]) for author in record["authors"]]
    assert paper["published"] == re.sub(r"\.\d+Z$", "Z", record["publishedAt"])
    assert paper["featured"] == record["submittedOnDailyAt"][:10]
    assert paper["upvotes"] == record["upvotes"]
    assert paper["comments"] == row["numComments"]
    assert paper["github"] == folded(record.get("githubRepo"))
    assert paper["stars"] == record.get("githubStars")
    assert paper["project"] == folded(record.get("projectPage"))
    assert paper["organization"] == folded(record.get("organization", {}).get("fullname"))
    assert set(paper["keywords"]) <= {folded(keyword) for keyword in record.get("ai_keywords", [])}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper["id"]))
def test_summary_does_not_quote_the_abstract(paper: dict[str, Any]) -> None:
    record = record_of(paper)["paper"]
    assert paper["abstract"] not in (record["summary"], record.get("ai_summary"))
    for theirs in (record["summary"], record.get("ai_summary", "")):
        assert not runs(paper["abstract"]) & runs(theirs)
