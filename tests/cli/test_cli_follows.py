"""``follow``, ``unfollow``, ``follows`` and the feed ``alerts``."""

from pathlib import Path

import pytest

from kit.shell import Run

pytestmark = pytest.mark.slow


def test_what_is_followed_is_listed_with_its_numbers_and_ends(run: Run, home: Path) -> None:
    assert "You follow nothing yet" in run("follows").err
    assert run("refresh", "trending").code == 0
    (first, *_) = run("list", "trending", "--offline", "--json").rows
    author = first["authors"][0]
    ran = run("follow", "author", *author.split())
    assert (ran.code, ran.out) == (0, "")
    assert f"Following “{author}”" in ran.err
    assert "paper of the last four weeks." in ran.err or "papers of the last four weeks." in ran.err
    assert run("follow", "organisation", "Example", "Lab").code == 0
    assert run("follow", "search", "no such words votes:>3", "--title", "Mine").code == 0
    assert run("follow", "like", first["id"]).code == 0
    rows = run("follows", "--json").rows
    assert [(row["kind"], row["value"], row["new"]) for row in rows] == [
        ("author", author, 0), ("org", "Example Lab", 0), ("search", "no such words votes:>3", 0),
        ("like", first["id"], 0),
    ]  # fmt: skip
    assert rows[0].keys() == {"key", "kind", "value", "title", "feed", "papers", "new"}
    assert [rows[0]["papers"] > 0, rows[2]["title"], rows[3]["title"]] == [True, "Mine", first["title"]]
    assert "org · 0 papers" in run("follows").out
    alerts = run("list", "alerts", "--json").rows
    assert f"by {author}, whom you follow" in alerts[0]["alerts"]
    assert run("follow", "keyword", "the").code == 0
    reasons = "; ".join(run("list", "alerts", "--json").rows[0]["alerts"])
    assert f" · {reasons} · " in run("list", "alerts").out
    assert run("unfollow", "keyword", "the").code == 0
    assert [row["id"] for row in run("list", f"like:{first['id']}", "--json").rows] == []
    for words in (["author", *author.split()], ["org:Example Lab"], ["mine"], [rows[3]["key"]]):
        assert run("unfollow", *words).code == 0
    assert run("list", "alerts", "--json").rows == []
    assert 'org = "' not in (home / "settings.toml").read_text()


def test_what_arrives_later_is_new_until_it_is_seen(run: Run) -> None:
    assert run("follow", "keyword", "diffusion").code == 0
    assert run("follows", "--json").rows[0]["new"] == 0
    ran = run("refresh", "trending", "daily")
    assert "new in Alerts: matches “diffusion”" in ran.err
    assert run("follows", "--json").rows[0]["new"] > 0
    assert run("follows", "--seen").out.rstrip().endswith("new")
    assert run("follows", "--json").rows[0]["new"] == 0
    assert "Alerts" not in run("refresh", "trending", "daily").err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["cites", "2604.26951"], "citations cannot be followed"),
        (["org"], "“org” needs a value"),
        (["autor", "Li", "Yuan"], "write author, org, keyword, search or like before a value"),
        (["search", "cache", "votes:many"], "votes"),
        (["like", "nothing"], "nothing"),
        (["nonsense"], "There is no feed called"),
    ],
)
def test_what_cannot_be_followed_is_a_usage_error(run: Run, words: list[str], sentence: str) -> None:
    ran = run("follow", *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
