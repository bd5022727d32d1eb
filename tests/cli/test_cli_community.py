"""``papertui show`` with the submitter, comments, and what cites a paper."""

import pytest

from kit.discussions import detail
from kit.fictional_service import FictionalService
from kit.shell import Run

ID = "2604.00001"


@pytest.fixture(autouse=True)
def discussion(service: FictionalService) -> None:
    service.discussions[ID] = detail(id=ID)


def test_comments_and_repositories_are_printed(run: Run) -> None:
    out = run("show", ID, "--comments", "--repos").out
    assert out.endswith(
        """
Submitted by Li Chen (lichen)

2 models
https://huggingface.co/lab/large  4.0k downloads · 1 like
https://huggingface.co/lab/small  17 downloads · 3 likes

1 Space
https://huggingface.co/spaces/lab/demo  9 likes

2 comments
https://huggingface.co/papers/2604.00001#community

Ada Reader (ada) · 30 Apr 2026
See the code (https://github.com/a/b).

  Bo Reader (bo) · 30 Apr 2026
  Thanks.
"""
    )


def test_json_gains_what_is_asked_for_and_nothing_else(run: Run) -> None:
    plain = run("show", ID, "--json").rows[0]
    row = run("show", ID, "--comments", "--repos", "--json").rows[0]
    assert set(row) - set(plain) == {"submitter", "discussion", "models", "datasets", "spaces", "totals"}
    assert row["submitter"] == "lichen"
    assert row["totals"] == {"models": 2, "datasets": 0, "spaces": 1}
    assert row["models"][0] == {
        "id": "lab/large", "likes": 1, "downloads": 4000, "url": "https://huggingface.co/lab/large",
    }  # fmt: skip
    assert row["discussion"]["url"] == f"https://huggingface.co/papers/{ID}#community"
    assert [(one["user"], one["depth"], one["text"]) for one in row["discussion"]["comments"]] == [
        ("ada", 0, "See the code (https://github.com/a/b)."),
        ("bo", 1, "Thanks."),
    ]
    assert run("show", ID, "--repos", "--json").rows[0].keys() - plain.keys() == {
        "submitter", "models", "datasets", "spaces", "totals",
    }  # fmt: skip


def test_offline_and_failures_serve_what_is_stored(
    run: Run, service: FictionalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("show", ID)
    missing = run("show", ID, "--comments", "--offline")
    assert (missing.code, missing.out) == (3, "")
    assert "The discussion of 2604.00001 is not stored, and papertui is offline." in missing.err
    run("show", ID, "--comments")
    monkeypatch.setenv("PAPERTUI_NOW", "2026-05-02T18:00:00Z")
    stored = run("show", ID, "--comments", "--offline")
    assert (stored.code, "Thanks." in stored.out) == (0, True)
    assert "papertui is offline. Showing the comments and repositories stored 2 days ago." in stored.err
    service.refuses = ("/",)
    failed = run("show", ID, "--comments")
    assert (failed.code, "Thanks." in failed.out) == (0, True)
    assert "stored 2 days ago" in failed.err


def test_a_stored_discussion_is_served_for_an_hour_without_a_request(run: Run, service: FictionalService) -> None:
    run("show", ID, "--comments")
    asked = len(service.asked)
    run("show", ID, "--repos")
    assert len(service.asked) == asked


def test_the_submitter_of_a_feed_is_shown_without_a_request(run: Run, service: FictionalService) -> None:
    service.trending[0]["submittedBy"] = {"name": "lichen", "fullname": "Li Chen"}
    run("list")
    asked = len(service.asked)
    assert "\nSubmitted by lichen\n" in run("show", ID).out
    assert run("show", ID, "--json").rows[0]["submitter"] == "lichen"
    assert len(service.asked) == asked
