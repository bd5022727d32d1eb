import json
import subprocess
import sys
from datetime import date

import pytest

from papertui.model.feed import FeedName
from papertui.sources.starter import starter_feed

RECORDS = [
    {"id": "2604.26951", "title": "First", "featured": "2026-04-30", "upvotes": 3, "sources": ["huggingface"]},
    {"id": "2604.00002", "title": "Second"},
]


def test_starter_feed_keeps_the_order() -> None:
    feed = starter_feed(json.dumps({"note": "A few papers from April 2026.", "papers": RECORDS}))
    assert feed.name == FeedName("trending")
    assert feed.origin == "starter"
    assert feed.fetched_at is None
    assert feed.notices == ("A few papers from April 2026.",)
    assert [paper.title for paper in feed.papers] == ["First", "Second"]
    assert feed.papers[0].featured == date(2026, 4, 30)
    assert {paper.sources for paper in feed.papers} == {("starter",)}


def test_starter_feed_without_a_note() -> None:
    assert starter_feed(json.dumps({"papers": RECORDS})).notices == ()


def test_broken_starter_file_raises() -> None:
    with pytest.raises(ValueError, match="needs an id"):
        starter_feed(json.dumps({"papers": [{"title": "no id"}]}))


def test_starter_feed_imports_no_network_library() -> None:
    code = "import sys, papertui.sources.starter; print(sorted({'httpx', 'asyncio', 'ssl'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
