"""For you: what it learns from, what it shows, and what the reader can say."""

from datetime import timedelta
from pathlib import Path

import pytest

from kit.bad_disk import refuse_writes
from kit.fictional_papers import fictional_papers
from kit.old_archives import steps_before
from papertui.archive.archive import Archive
from papertui.archive.database import Database
from papertui.archive.opinions import Opinions
from papertui.errors import PaperNotFoundError, UsageError
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.services.foryou import EXPLORE, ForYouService, ReasonName, parse_reason
from papertui.settings import ForYouSettings
from papertui.settings.toml_file import load
from services.conftest import Harness

FOR_YOU = FeedName("foryou")


def _papers() -> list[Paper]:
    """160 papers of the last days, every eighth of which is about drafters and by Ada."""
    return [
        paper._replace(
            abstract=f"{paper.abstract} a speculative multi-draft drafter" if place % 8 == 0 else paper.abstract,
            authors=("Ada Lovelace", *paper.authors) if place % 8 == 0 else paper.authors,
            upvotes=place % 7,
        )
        for place, paper in enumerate(fictional_papers(160))
    ]


PAPERS = _papers()
DRAFTERS = [paper for place, paper in enumerate(PAPERS) if place % 8 == 0]


@pytest.fixture
def shop(harness: Harness) -> Harness:
    """Everything stored, and the first half of it shown."""
    harness.archive.remember(PAPERS, harness.clock[0])
    harness.services.visits.begin()
    harness.services.visits.use(paper.id for paper in PAPERS[:80])
    return harness


def _tuned(shop: Harness, **settings: object) -> ForYouService:
    services = shop.services
    return ForYouService(
        shop.archive, shop.library, lambda: services.search.stored_index, shop.home / "index" / "rows",
        ForYouSettings(**settings), shop.home / "settings.toml", lambda: shop.clock[0],  # type: ignore[arg-type]
    )  # fmt: skip


def _keep(shop: Harness, number: int) -> None:
    shop.library.add(DRAFTERS[:number], shop.clock[0])


def test_without_bookmarks_there_are_eight_different_papers_to_rate(shop: Harness) -> None:
    feed = shop.services.foryou.feed(FOR_YOU)
    assert len(feed.papers) == 8
    assert "rate these papers" in feed.notices[0]
    first = feed.papers[0]
    shop.services.foryou.rate([first.id], up=False)
    left = shop.services.foryou.feed(FOR_YOU)
    assert len(left.papers) <= 7
    assert first.id not in {paper.id for paper in left.papers}


def test_with_nothing_stored_it_says_so(harness: Harness) -> None:
    feed = harness.services.foryou.feed(FOR_YOU)
    assert (feed.papers, feed.notices) == ((), ("Nothing is stored yet: open another feed first.",))


def test_what_is_like_the_bookmarks_comes_first_without_what_is_known(shop: Harness) -> None:
    _keep(shop, 8)
    shop.services.read_state.mark([DRAFTERS[8].id], read=True)
    feed = shop.services.feeds.stored(FOR_YOU)
    assert feed is not None
    ids = [paper.id for paper in feed.papers]
    assert len(ids) == len(set(ids)) == 100
    best = [paper.id for paper in DRAFTERS[9:]]
    assert set(ids[: len(best) + 2]) >= set(best)
    assert not {paper.id for paper in DRAFTERS[:9]} & set(ids)


def test_one_in_ten_is_to_explore_and_marked(shop: Harness) -> None:
    _keep(shop, 8)
    feed = shop.services.foryou.feed(FOR_YOU)
    marked = [place for place, paper in enumerate(feed.papers) if feed.why.get(paper.id) == EXPLORE]
    assert marked == list(range(9, 100, 10))
    assert shop.services.foryou.feed(FOR_YOU).papers == feed.papers, "the same for the whole day"
    reasons = shop.services.feeds.context(feed).reasons
    assert "to explore" in {reason.words for reason in reasons[feed.papers[9].id]}
    assert not _tuned(shop, explore=0.0).feed(FOR_YOU).why


def test_a_thumb_counts_like_a_bookmark_and_is_taken_back(shop: Harness) -> None:
    foryou = shop.services.foryou
    foryou.rate([paper.id for paper in DRAFTERS[:8]], up=True)
    status = foryou.status()
    assert (status.kept, status.ups, status.downs) == (8, 8, 0)
    assert {"drafter", "speculative"} <= set(status.words)
    foryou.rate([paper.id for paper in DRAFTERS[:8]], up=None)
    assert foryou.thumbs() == {}
    assert foryou.status().kept == 0


def test_a_thumb_down_is_not_kept_though_bookmarked(shop: Harness) -> None:
    _keep(shop, 4)
    shop.services.foryou.rate([DRAFTERS[0].id], up=False)
    status = shop.services.foryou.status()
    assert (status.kept, status.downs) == (3, 1)


def test_it_learns_again_after_a_change_of_the_library_and_only_then(shop: Harness) -> None:
    _keep(shop, 4)
    foryou = shop.services.foryou
    before = foryou._current()
    assert foryou._current() is before
    _keep(shop, 9)
    assert len(foryou._current().kept_ids) == 9


def test_a_pause_and_a_reset(shop: Harness) -> None:
    foryou = shop.services.foryou
    _keep(shop, 4)
    shop.clock[0] += timedelta(hours=1)
    assert foryou.pause(on=True)
    assert not foryou.pause(on=True)
    shop.clock[0] += timedelta(hours=1)
    shop.library.add(DRAFTERS[4:9], shop.clock[0])
    foryou.rate([PAPERS[1].id], up=True)
    assert foryou.status().kept == 4, "what happens in a pause is not learned"
    assert "paused" in foryou.feed(FOR_YOU).notices[0]
    shop.clock[0] += timedelta(hours=1)
    assert foryou.pause(on=False)
    assert foryou.status().kept == 4, "nor afterwards"
    shop.library.add(DRAFTERS[9:10], shop.clock[0])
    assert foryou.status().kept == 5
    assert foryou.reset() == 1
    assert foryou.status().kept == 10, "a reset forgets thumbs and pauses, but no bookmark"
    assert foryou.thumbs() == {}


def test_every_list_can_be_in_this_order(shop: Harness) -> None:
    _keep(shop, 8)
    feed = Feed(FeedName("daily"), PAPERS[80:])
    liking = shop.services.feeds.liking(feed)
    ranked = sorted(feed.papers, key=lambda paper: -liking[paper.id])
    assert {paper.id for paper in ranked[:9]} <= {paper.id for paper in DRAFTERS}
    new = PAPERS[80]._replace(id="2699.00001")
    assert shop.services.feeds.liking(Feed(FeedName("daily"), [new, PAPERS[81]]))[new.id] > 0, "not stored yet"


def test_in_a_list_of_everything_authors_do_not_count(shop: Harness) -> None:
    _keep(shop, 8)
    by_ada = PAPERS[81]._replace(id="2699.00002", authors=("Ada Lovelace",))
    same = by_ada._replace(id="2699.00003", authors=())
    scores = shop.services.foryou.scores([by_ada, same], people=False)
    assert scores[by_ada.id] == scores[same.id]
    scores = shop.services.foryou.scores([by_ada, same])
    assert scores[by_ada.id] > scores[same.id]


def test_why_names_words_people_and_kept_papers(shop: Harness) -> None:
    _keep(shop, 8)
    why = shop.services.foryou.why(DRAFTERS[12].id)
    assert {"drafter", "speculative", "multi-draft"} <= {one.name.value for one in why.words}
    assert [(one.name, one.kept) for one in why.people] == [(ReasonName("author", "Ada Lovelace"), 8)]
    assert {one.paper.id for one in why.like} <= {paper.id for paper in DRAFTERS[:8]}
    assert why.like
    assert why.learned_from == 8
    assert why.short[0] == "by Ada Lovelace, of whom you kept 8"
    with pytest.raises(PaperNotFoundError):
        shop.services.foryou.why("2699.99999")


def test_a_muted_reason_does_not_speak_and_a_pinned_one_does(shop: Harness) -> None:
    _keep(shop, 8)
    foryou = shop.services.foryou
    for text in ("drafter", "author:Ada Lovelace", "multi-draft"):
        foryou.tune(parse_reason(text), "mute")
    why = foryou.why(DRAFTERS[12].id)
    assert not {"drafter", "multi-draft"} & {one.name.value for one in why.words}
    assert why.people == ()
    assert load(shop.home / "settings.toml").foryou.mute == ("word:drafter", "author:Ada Lovelace", "word:multi-draft")
    foryou.tune(parse_reason("drafter"), "pin")
    settings = load(shop.home / "settings.toml").foryou
    assert settings.pin == ("word:drafter",)
    assert "word:drafter" not in settings.mute
    assert [one.is_pinned for one in foryou.why(DRAFTERS[12].id).words if one.name.value == "drafter"] == [True]
    foryou.tune(parse_reason("drafter"), "clear")
    assert load(shop.home / "settings.toml").foryou.pin == ()


def test_a_muted_paper_is_not_learned_from(shop: Harness) -> None:
    _keep(shop, 5)
    assert _tuned(shop, mute=(f"paper:{DRAFTERS[0].id}",)).status().kept == 4


def test_a_comment_in_the_settings_survives(shop: Harness) -> None:
    (shop.home / "settings.toml").write_text('# mine\n[foryou]\ndays = 7  # a week\nmute = ["a b"]\n')
    shop.services.foryou.tune(parse_reason("org:Acme"), "pin")
    text = (shop.home / "settings.toml").read_text()
    assert "# mine\n[foryou]\ndays = 7  # a week" in text
    assert 'pin = ["org:Acme"]' in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drafter", ("word", "drafter")), (" author:Ada  Lovelace ", ("author", "Ada  Lovelace")),
        ("org:Acme", ("org", "Acme")), ("paper:2604.1", ("paper", "2604.1")), ("a:b", ("word", "a:b")),
    ],
)  # fmt: skip
def test_the_forms_of_reasons(text: str, expected: tuple[str, str]) -> None:
    assert parse_reason(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "author:", "word: "])
def test_a_reason_needs_a_value(text: str) -> None:
    with pytest.raises(UsageError, match="is not a reason"):
        parse_reason(text)


def test_an_archive_of_an_earlier_version_that_cannot_be_written_has_no_thumbs(tmp_path: Path) -> None:
    old = Database(tmp_path / "archive.db", steps=steps_before("thumbs"))
    old.read(lambda connection: connection.execute("SELECT 1").fetchone())
    old.close()
    refuse_writes(tmp_path)
    archive = Archive(tmp_path / "archive.db")
    assert Opinions(archive.database).thumbs() == {}
    assert archive.count() == 0
    archive.close()
