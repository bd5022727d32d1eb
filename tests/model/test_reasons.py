"""Why a paper is shown."""

from datetime import date

from kit.papers import plain
from papertui.model.feed import FeedName, Follow, parse_feed_name
from papertui.model.reasons import FeedRank, Reasons

TODAY = date(2026, 4, 30)
_CL = FeedName("arxiv", "cs.CL")
_ADA = FeedName("author", "ada LOVELACE")
_WORDS = FeedName("keyword", "state space")
_BLOG = FeedName("url", "https://www.blog.example/feed")
_FOLLOWS = (
    Follow("nlp", "NLP", _CL),
    Follow("ada", "Ada", _ADA),
    Follow("ssm", "SSM", _WORDS),
    Follow("blog", "A blog", _BLOG),
)


def stands(name: str, why: str = "", day: str = "2026-04-30") -> FeedRank:
    return FeedRank(parse_feed_name(name), why, day)


def words(*standings: FeedRank, here: str = "library", authors: tuple[str, ...] = ()) -> tuple[str, ...]:
    paper = plain(1)._replace(authors=authors)
    return tuple(reason.words for reason in Reasons(_FOLLOWS, TODAY).of(paper, standings, parse_feed_name(here)))


def test_followed_feeds_come_first() -> None:
    reasons = words(
        stands("trending"),
        stands("daily:2026-04-29"),
        stands("daily:2026-04-30"),
        stands("arxiv:cs.CL", "new"),
        stands("keyword:state space"),
        authors=("Ada Lovelace",),
    )
    assert reasons == ("author you follow", "matches “SSM”", "NLP new", "HF trending", "HF daily 30 Apr")


def test_the_open_feed_is_not_a_reason() -> None:
    assert words(stands("trending"), here="trending") == ()
    assert words(stands("daily:2026-04-30"), here="daily:2026-04-30") == ()
    assert words(stands("daily:2026-04-30"), here="weekly:2026-W18") == ()
    assert words(stands("author:ada LOVELACE"), here="author:ada LOVELACE", authors=("Ada Lovelace",)) == ()
    assert words(stands("arxiv:cs.CL", "cross"), here="arxiv:cs.CL") == ("cross-list",)


def test_announcements_of_arxiv() -> None:
    kinds = {
        "new": "NLP new",
        "replace": "NLP new version",
        "replace-cross": "NLP new version",
        "absonly": "NLP absonly",
    }
    for why, reason in kinds.items():
        assert words(stands("arxiv:cs.CL", why)) == (reason,)
    assert words(stands("arxiv:cs.CL", "new withdrawn")) == ("NLP new, withdrawn",)
    assert words(stands("arxiv-search:ti:x", "withdrawn")) == ("matches “ti:x”, withdrawn",)


def test_only_rankings_are_public_reasons() -> None:
    standings = [stands(name) for name in ("trending", "daily:2026-04-30", "arxiv:cs.CL", "keyword:state space")]
    reasons = Reasons([Follow("hf", "HF news", _CL)], TODAY).of(plain(1), standings)
    assert [(reason.words, reason.is_public) for reason in reasons] == [
        ("matches “state space”", False), ("HF news", False), ("HF trending", True), ("HF daily 30 Apr", True)
    ]  # fmt: skip


def test_external_feeds_by_their_titles() -> None:
    assert words(stands("https://www.blog.example/feed")) == ("A blog",)
    assert words(stands("https://other.example/feed")) == ("other.example",)
    assert words(stands("submitter:ada")) == ("submitted by ada",)
    assert words() == ()
