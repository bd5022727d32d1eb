"""Recorded responses of arXiv, parsed here and by others: the `arxiv` package and `feedparser`."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from time import struct_time

import feedparser
import pytest
from arxiv import _feed

from kit.recorded import RECORDED
from papertui.sources.arxiv_parse import read_listing, read_response

pytestmark = pytest.mark.recorded
_ATOM = sorted((RECORDED / "arxiv_atom").glob("*.xml")) if RECORDED.exists() else []
_LISTING = RECORDED / "arxiv_rss" / "rss_cs.CL.xml"


def _folded(words: str) -> str:
    return " ".join(words.split())


def _moment(moment: struct_time) -> datetime:
    return datetime(*moment[:6], tzinfo=UTC)


@pytest.mark.parametrize("path", _ATOM, ids=lambda path: path.name)
def test_recorded_query_responses(path: Path) -> None:
    theirs = feedparser.parse(path.read_bytes())
    results = [result for result in _feed.parse(path.read_bytes()).results if "api/errors" not in result.entry_id]
    ours = read_response(path.read_bytes())
    assert ours.skipped == 0
    assert bool(ours.error) == ("abc" in path.name)
    assert ours.total == (0 if ours.error else int(theirs.feed.opensearch_totalresults))
    assert len(ours.entries) == len(results)
    for entry, result in zip(ours.entries, results, strict=True):
        paper = entry.paper
        id_, version = re.fullmatch(r"(.+)v(\d+)", result.get_short_id()).groups()  # type: ignore[union-attr]
        assert (paper.id, entry.version) == (id_, int(version))
        assert (paper.published, entry.updated) == (result.published, result.updated)
        assert list(paper.authors) == [author.name for author in result.authors]
        assert paper.categories[0] == result.primary_category
        assert set(paper.categories) <= {*result.categories}
        assert paper.doi == result.doi
        assert (entry.comment == "") == (result.comment is None)
        if "$" not in result.title:
            assert paper.title == result.title
        assert paper.abstract
        if not re.search(r"[$\\{~`']|--", result.summary):
            assert paper.abstract == _folded(result.summary)


def test_recorded_daily_listing() -> None:
    theirs = feedparser.parse(_LISTING.read_bytes())
    ours = read_listing(_LISTING.read_bytes())
    assert (len(ours.entries), ours.skipped, ours.day) == (139, 0, date(2026, 8, 13))
    assert ours.built == _moment(theirs.feed.updated_parsed)
    kinds = [entry.announced for entry in ours.entries]
    assert {kind: kinds.count(kind) for kind in kinds} == {"new": 56, "cross": 36, "replace": 32, "replace-cross": 15}
    for entry, their in zip(ours.entries, theirs.entries, strict=True):
        paper = entry.paper
        assert f"oai:arXiv.org:{paper.id}v{entry.version}" == their.id
        assert their.link.endswith(f"/abs/{paper.id}")
        assert entry.announced == their.arxiv_announce_type
        assert list(paper.categories) == [tag.term for tag in their.tags]
        whole = re.sub(r"\([^)]*\)", "", their.author)
        if "\\" not in whole:
            assert list(paper.authors) == [_folded(name) for name in whole.split(",") if name.strip()]
        assert paper.title
        abstract = their.summary.split("Abstract:", 1)[1]
        if not re.search(r"[$\\{~`']|--", abstract):
            assert paper.abstract == _folded(abstract)


def test_weekend_listing_is_empty() -> None:
    (path,) = (RECORDED / "arxiv_rss").glob("*weekend*")
    ours = read_listing(path.read_bytes())
    assert (ours.entries, ours.is_error, ours.day) == ((), False, date(2026, 8, 1))
    assert feedparser.parse(path.read_bytes()).entries == []
