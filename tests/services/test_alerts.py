"""Alerts: what matches what is followed, what is new, and what survives."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.bad_disk import refuse_writes
from kit.old_archives import steps_before
from papertui.archive.alerts import AlertLog, Cursor
from papertui.archive.database import Database
from papertui.errors import UsageError
from papertui.model.alerts import Alert, AlertNews, FollowCount, arrived_sentence, followed_sentence, kind_of
from papertui.model.feed import FeedName, Follow
from papertui.model.paper import Paper
from papertui.search.disk import SearchIndex
from papertui.services.alert_matching import AlertMatcher
from papertui.services.alerts import AlertService
from papertui.settings import MuteSettings, Settings
from papertui.settings.toml_file import load
from services.conftest import Harness

ALERTS = FeedName("alerts")
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)


def _paper(number: int, title: str = "On trees", **facts: object) -> Paper:
    return Paper(f"2604.{number:05}", title, abstract=facts.pop("abstract", "We study trees."), **facts)  # type: ignore[arg-type]


def _follows(*names: str) -> tuple[Follow, ...]:
    made = []
    for number, text in enumerate(names):
        kind, _, detail = text.partition(":")
        made.append(Follow(f"f{number}", detail, FeedName(kind, detail)))  # type: ignore[arg-type]
    return tuple(made)


def _follow(harness: Harness, *names: str) -> None:
    harness.services.use(Settings(follows=_follows(*names)))


def _arrive(harness: Harness, *papers: Paper) -> None:
    """Store papers as an import does, two hours later."""
    harness.clock[0] += timedelta(hours=2)
    harness.archive.remember(papers, harness.clock[0])


def _ids(harness: Harness) -> list[str]:
    return [paper.id for paper in harness.services.alerts.feed(ALERTS).papers]


# --- what matches ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("followed", "author", "matches"),
    [
        ("Li Yuan", "Li Yuan", True),
        ("Li Yuan", "Yuan, Li", True),
        ("Li Yuan", "Yuan Li", False),
        ("Li Yuan", "L. Yuan", False),
        ("Y. Bengio", "Yoshua Bengio", True),
        ("Yoshua Bengio", "Yoshua A. Bengio", True),
        ("Yoshua Bengio", "Samy Bengio", False),
        ("Émile Borel", "Emile Borel", True),
        ("李远", "李远", True),
    ],
)
def test_an_author_is_recognised(followed: str, author: str, matches: bool) -> None:
    assert _matched(f"author:{followed}", _paper(1, authors=("Ada Lovelace", author))) is matches


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Shrinking the KV cache", True),
        ("KV-caches of servers", True),
        ("A cache of kv pairs", False),
        ("Kvcache", False),
    ],
)
def test_a_keyword_is_words_in_sequence_in_any_text(text: str, matches: bool) -> None:
    assert _matched("keyword:kv cache", _paper(1, text)) is matches
    assert _matched("keyword:kv cache", _paper(1, abstract=text)) is matches
    assert _matched("keyword:kv cache", _paper(1, keywords=(text,))) is matches


def test_an_organisation_is_compared_as_a_whole() -> None:
    assert _matched("org:example lab", _paper(1, organization="Example Lab"))
    assert not _matched("org:Example", _paper(1, organization="Example Lab"))
    assert not _matched("org:Example Lab", _paper(1))


def _matched(name: str, paper: Paper) -> bool:
    kind, _, detail = name.partition(":")
    feed = FeedName(kind, detail)  # type: ignore[arg-type]
    matcher = AlertMatcher([feed], _no_index, lambda _: {}, NOW.date())
    return bool(matcher.matches([paper]))


def _no_index() -> SearchIndex:
    raise AssertionError("the index is needed for searches only")


def test_a_search_needs_all_its_words_and_keeps_its_filters(harness: Harness) -> None:
    _follow(harness, "search:cache server votes:>5", 'search:"long context" -survey')
    both = _paper(1, "A cache for a server", upvotes=9)
    in_abstract = _paper(2, abstract="Some servers have a cache.", upvotes=9)
    one_word = _paper(3, "A cache", upvotes=9)
    few_votes = _paper(4, "A cache for a server", upvotes=1)
    misspelt = _paper(5, "A cahce for a server", upvotes=9)
    long = _paper(6, "Long context")
    survey = _paper(7, "Long context, a survey")
    _arrive(harness, both, in_abstract, one_word, few_votes, misspelt, long, survey)
    assert sorted(_ids(harness)) == [both.id, in_abstract.id, long.id]


def test_papers_like_a_followed_one_are_close_in_words_and_meaning(harness: Harness) -> None:
    about = "Speculative decoding drafts tokens with a small language model and verifies them with the large one."
    first = _paper(1, "Speculative decoding with drafters", abstract=about)
    near = _paper(2, "Drafters for speculative decoding", abstract=f"{about} Drafts are trees.")
    far = _paper(3, "Bird songs in spring", abstract="Birds sing in the morning when the air carries far.")
    _arrive(harness, first)
    _follow(harness, f"like:{first.id}")
    _arrive(harness, near, far)
    assert _ids(harness) == [near.id]
    assert harness.services.alerts.reasons([near.id]) == {near.id: ("like “Speculative decoding with drafters”",)}


# --- what is new -------------------------------------------------------------------------------------


def test_what_is_followed_later_matches_back_over_four_weeks_and_is_not_new(harness: Harness) -> None:
    now = harness.clock[0]
    recent = _paper(1, authors=("Li Yuan",), published=now - timedelta(days=27))
    old = _paper(2, authors=("Li Yuan",), published=now - timedelta(days=40))
    featured = _paper(3, authors=("Li Yuan",), published=now - timedelta(days=400), featured=now.date())
    _arrive(harness, recent, old, featured)
    _follow(harness, "author:Li Yuan")
    assert sorted(_ids(harness)) == [recent.id, featured.id]
    assert harness.services.alerts.new_ids() == frozenset()


def test_what_arrives_is_new_until_the_reader_looks(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan", "org:Example Lab")
    assert harness.services.alerts.match() == frozenset()
    paper, other = _paper(1, authors=("Li Yuan",)), _paper(2, organization="Example Lab")
    _arrive(harness, paper, other, _paper(3))
    alerts = harness.services.alerts
    assert {alert.id for alert in alerts.match()} == {paper.id, other.id}
    assert alerts.match() == frozenset()
    author, org = _follows("author:Li Yuan", "org:Example Lab")
    assert alerts.counts() == (FollowCount(author, 1, 1), FollowCount(org, 1, 1))
    alerts.look([paper.id])
    assert alerts.counts() == (FollowCount(author, 1, 0), FollowCount(org, 1, 1))
    assert alerts.new_ids() == {other.id}
    assert alerts.new_ids(looked=True) == {paper.id, other.id}, "it keeps its mark while papertui runs"
    later = AlertService(
        harness.archive,
        harness.services.follows,
        lambda: harness.services.search.stored_index,
        lambda: harness.clock[0],
    )
    assert later.new_ids() == {other.id}


def test_a_paper_of_which_more_becomes_known_is_matched_again(harness: Harness) -> None:
    _follow(harness, "org:Example Lab")
    _arrive(harness, _paper(1))
    assert _ids(harness) == []
    _arrive(harness, _paper(1, organization="Example Lab"))
    assert _ids(harness) == ["2604.00001"]


async def test_papers_are_matched_when_a_feed_is_stored(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan")
    harness.services.alerts.match()
    harness.stand_in.papers = (_paper(99, authors=("Li Yuan",)), *harness.stand_in.papers)
    await harness.services.feeds.refresh(FeedName("trending"))
    assert [alert.id for alert in AlertLog(harness.archive.database).all()] == ["2604.00099"]


async def test_refreshing_alerts_asks_the_services_for_authors_and_keywords(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan", "org:Example Lab")
    harness.services.alerts.match()
    harness.stand_in.papers = (_paper(1, authors=("Li Yuan",), organization="Example Lab"),)
    update = await harness.services.feeds.update(ALERTS)
    assert (update.new, [paper.id for paper in update.feed.papers]) == (1, ["2604.00001"])
    harness.stand_in.failing = True
    update = await harness.services.feeds.update(ALERTS)
    assert (update.new, len(update.feed.papers)) == (0, 1)
    assert update.feed.notices[0].startswith("Li Yuan: ")


# --- what is shown -----------------------------------------------------------------------------------


def test_every_paper_says_why_it_is_there(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan", "org:Example Lab", "keyword:kv cache")
    harness.services.alerts.match()
    _arrive(harness, _paper(1, "A KV cache", authors=("Li Yuan",), organization="Example Lab"))
    feed = harness.services.feeds.stored(ALERTS)
    assert feed is not None
    reasons = [reason.words for reason in harness.services.feeds.context(feed).reasons["2604.00001"]]
    assert sorted(reasons) == [
        "by Li Yuan, whom you follow",
        "from Example Lab, which you follow",
        "matches “kv cache”",
    ]
    assert [str(follow.name) for follow in harness.services.alerts.followed("2604.00001")] == [
        "author:Li Yuan", "keyword:kv cache", "org:Example Lab",
    ]  # fmt: skip


def test_what_is_no_longer_followed_leaves_alerts(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan", "keyword:trees")
    _arrive(harness, _paper(1, authors=("Li Yuan",)), _paper(2, abstract="", authors=("Li Yuan",), title="On seas"))
    assert len(_ids(harness)) == 2
    _follow(harness, "keyword:trees")
    assert _ids(harness) == ["2604.00001"]


def test_muted_papers_are_neither_shown_nor_counted(harness: Harness) -> None:
    follows = _follows("author:Li Yuan")
    harness.services.use(Settings(follows=follows, mute=MuteSettings(words=("survey",))))
    harness.services.alerts.match()
    _arrive(harness, _paper(1, "A survey", authors=("Li Yuan",)), _paper(2, authors=("Li Yuan",)))
    feed = harness.services.feeds.stored(ALERTS)
    assert feed is not None
    assert set(feed.muted) == {"2604.00001"}
    assert harness.services.feeds.new_alerts() == {"2604.00002"}


def test_one_thing_has_a_list_whether_it_is_followed_or_not(harness: Harness) -> None:
    _arrive(harness, _paper(1, organization="Example Lab"), _paper(2))
    feeds = harness.services.feeds
    for _ in ("not followed", "followed"):
        stored = feeds.stored(FeedName("org", "Example Lab"))
        assert stored is not None
        assert [paper.id for paper in stored.papers] == ["2604.00001"]
        _follow(harness, "org:Example Lab")


def test_news_of_kept_papers_is_one_more_source(harness: Harness) -> None:
    asked: list[datetime] = []
    news = [AlertNews("2604.00001", "version", "version 2 of 30 April", harness.clock[0])]

    def source(since: datetime) -> list[AlertNews]:
        asked.append(since)
        return news

    services = harness.services
    alerts = AlertService(
        harness.archive, services.follows, lambda: services.search.stored_index, services.feeds.now, (source,)
    )
    _arrive(harness, _paper(1))
    assert [paper.id for paper in alerts.feed(ALERTS).papers] == ["2604.00001"]
    assert alerts.reasons(["2604.00001"]) == {"2604.00001": ("version 2 of 30 April",)}
    assert alerts.new_ids() == {"2604.00001"}
    alerts.look(["2604.00001"])
    news.append(news[0]._replace(words="published in Nature"))
    assert alerts.sentence(alerts.match()) == "1 new in Alerts: published in Nature."
    assert asked[0] < harness.clock[0] - timedelta(days=27)


def test_what_arrived_is_one_sentence() -> None:
    follows = _follows("author:Li Yuan", "keyword:kv cache", "org:Example Lab", "search:trees")
    found = [
        ("a", "author:Li Yuan"), ("b", "author:Li Yuan"), ("b", "keyword:kv cache"), ("c", "org:Example Lab"),
        ("c", "search:trees"),
    ]  # fmt: skip
    alerts = [Alert(id_, source, "", NOW, is_new=True) for id_, source in found]
    assert arrived_sentence(alerts, follows) == (
        "3 new in Alerts: by Li Yuan (2), matches “kv cache”, 2 other reasons."
    )
    assert arrived_sentence(alerts[:1], follows) == "1 new in Alerts: by Li Yuan."
    assert arrived_sentence([], follows) == ""


# --- what is stored ----------------------------------------------------------------------------------


async def test_follows_are_in_the_settings_without_a_tab(harness: Harness) -> None:
    follows = harness.services.follows
    for text in ("org:Example Lab", "search:kv cache since:30d", "like:https://arxiv.org/abs/2604.26951v2"):
        await follows.follow(text)
    stored = load(harness.home / "settings.toml").follows
    assert [(str(one.name), one.hidden) for one in stored] == [
        ("org:Example Lab", True), ("search:kv cache since:30d", True), ("like:2604.26951", True),
    ]  # fmt: skip
    assert 'like = "2604.26951"' in (harness.home / "settings.toml").read_text()
    with pytest.raises(UsageError, match="votes"):
        await follows.follow("search:cache votes:many")
    with pytest.raises(UsageError):
        await follows.follow("like:nothing")


def test_an_archive_of_an_earlier_version_gets_the_tables(tmp_path: Path) -> None:
    old = Database(tmp_path / "archive.db", steps=steps_before("alerts"))
    old.write(lambda _: None)
    old.close()
    new = Database(tmp_path / "archive.db")
    assert (AlertLog(new).all(), AlertLog(new).cursors()) == ([], {})
    new.close()


def test_an_interrupted_match_leaves_nothing_and_is_made_again(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan")
    harness.services.alerts.match()
    _arrive(harness, *(_paper(number, authors=("Li Yuan",)) for number in range(1, 4)))

    def killed(_: datetime) -> list[AlertNews]:
        raise KeyboardInterrupt

    services = harness.services
    broken = AlertService(
        harness.archive, services.follows, lambda: services.search.stored_index, services.feeds.now, (killed,)
    )
    with pytest.raises(KeyboardInterrupt):
        broken.match()
    assert AlertLog(harness.archive.database).all() == []
    assert len(harness.services.alerts.match()) == 3


def test_alerts_and_how_far_was_matched_are_one_transaction(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan")
    harness.services.alerts.match()
    _arrive(harness, _paper(1, authors=("Li Yuan",)))
    database = harness.archive.database
    stop = "CREATE TRIGGER stop BEFORE INSERT ON alert_cursors BEGIN SELECT RAISE(ABORT, 'as if killed'); END"
    database.write(lambda connection: connection.execute(stop))
    with pytest.raises(sqlite3.IntegrityError):
        AlertLog(database).add([Alert("2604.00001", "author:Li Yuan", "", NOW, is_new=True)], {"x": Cursor(9, 9)}, NOW)
    assert (AlertLog(database).all(), "x" in AlertLog(database).cursors()) == ([], False)
    database.write(lambda connection: connection.execute("DROP TRIGGER stop"))
    assert [alert.id for alert in harness.services.alerts.match()] == ["2604.00001"]


def test_on_a_disk_that_cannot_be_written_the_stored_alerts_are_shown(harness: Harness) -> None:
    _follow(harness, "author:Li Yuan")
    harness.services.alerts.match()
    _arrive(harness, _paper(1, authors=("Li Yuan",)))
    assert len(_ids(harness)) == 1
    harness.archive.close()
    refuse_writes(harness.home)
    _follow(harness, "author:Li Yuan", "keyword:trees")
    assert _ids(harness) == ["2604.00001"]
    harness.services.alerts.look(["2604.00001"])
    assert harness.services.alerts.new_ids() == {"2604.00001"}


def test_a_wide_search_is_followed_with_advice() -> None:
    (wide, exact, few) = _follows("search:world model", 'search:"world model"', "search:agents")
    assert followed_sentence(FollowCount(wide, 21, 0)).endswith("Quotes around words that belong together give fewer.")
    assert followed_sentence(FollowCount(exact, 21, 0)) == "21 papers of the last four weeks."
    assert followed_sentence(FollowCount(few, 1, 0)) == "1 paper of the last four weeks."


@pytest.mark.parametrize(("word", "kind"), [("Author", "author"), ("organisation", "org"), ("like", "like"), ("x", "")])
def test_words_for_kinds(word: str, kind: str) -> None:
    assert kind_of(word) == kind
