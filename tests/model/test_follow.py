"""Followed feeds: names, keys, the order of the tabs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.feed import BUILT_IN, FeedName, Follow, described, key_for, named, parse_feed_name, tabs, titled

_NLP = Follow("nlp", "NLP", parse_feed_name("arxiv:cs.CL"))
_BLOG = Follow("blog", "A blog", parse_feed_name("https://blog.example/feed"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("arxiv:cs.cl", FeedName("arxiv", "cs.CL")),
        ("arxiv: cs.CL + CS.lg, cs.CL", FeedName("arxiv", "cs.CL+cs.LG")),
        ("arxiv:physics", FeedName("arxiv", "physics")),
        ("author:  Ada   Lovelace ", FeedName("author", "Ada Lovelace")),
        ("keyword:state space", FeedName("keyword", "state space")),
        (
            'arxiv-search:abs:"sparse attention" AND cat:cs.CL',
            FeedName("arxiv-search", 'abs:"sparse attention" AND cat:cs.CL'),
        ),
        ("HTTPS://Blog.Example/Feed#top", FeedName("url", "https://blog.example/Feed")),
        ("http://[::1]:8080/feed?x=1", FeedName("url", "http://[::1]:8080/feed?x=1")),
        ("rising", FeedName("rising")),
    ],
)
def test_names_of_feeds(text: str, name: FeedName) -> None:
    assert parse_feed_name(text) == name
    assert parse_feed_name(str(name)) == name


@pytest.mark.parametrize(
    "text",
    ["arxiv:", "arxiv:cs CL!", "arxiv:+", "author:", "url:https://a.example", "https://", "https://user:pw@a.example/",
     "https://a example/ab", "https://a.example/\x1b", "ftp://a.example/", "nlp", "group:", "group:/ /"],
)  # fmt: skip
def test_invalid_feeds_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_feed_name(text)
    assert str(raised.value).endswith(".")
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("arxiv:cs.XX", "cs."),
        ("arxiv:cs.NLP", "cs.NI"),
        ("arxiv:cs.CL+cs.LX", "cs.LG"),
        ("arxiv:quantph", "quant-ph"),
        ("arxiv:cooking", "cs.CL"),
    ],
)
def test_unknown_categories_are_refused_with_the_nearest_ones(text: str, near: str) -> None:
    with pytest.raises(UsageError, match="is not an arXiv category") as raised:
        parse_feed_name(text)
    assert near in str(raised.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("daily:2026-04-30", "the daily papers of 30 April 2026"),
        ("weekly:2026-W18", "the weekly papers of week 18 of 2026"),
        ("monthly:2026-04", "the monthly papers of April 2026"),
        ("trending", "the trending papers"),
        ("keyword:state space", "papers for “state space”"),
    ],
)
def test_sentences_describe_feeds_in_words(name: str, words: str) -> None:
    assert described(parse_feed_name(name)) == words


def test_keys_of_followed_feeds_come_before_built_in_names() -> None:
    assert named("nlp", [_NLP]) == _NLP.name
    assert named("trending", [_NLP]) == FeedName("trending")
    with pytest.raises(UsageError):
        named("nlp", [])


def test_titles_and_keys() -> None:
    assert titled(_BLOG.name) == "blog.example"
    assert titled(FeedName("arxiv", "cs.CL+cs.LG")) == "cs.CL + cs.LG"
    assert key_for(_NLP.name, "", []) == "cs-cl"
    assert key_for(_BLOG.name, "", ["blog-example"]) == "blog-example-2"
    assert key_for(_NLP.name, "Daily", []) == "daily-2"
    assert key_for(_NLP.name, "日本語", []) == "feed"


@given(st.text(max_size=60), st.lists(st.sampled_from(["feed", "a", "a-2"])))
def test_every_title_gives_a_unique_key(title: str, taken: list[str]) -> None:
    key = key_for(_NLP.name, title, taken)
    assert key not in taken
    assert key.isascii()
    assert 0 < len(key) < 64


def test_by_default_followed_feeds_come_before_the_library() -> None:
    kinds = [name.kind for name in tabs([_NLP, _BLOG])]
    assert kinds == [
        "trending",
        "daily",
        "weekly",
        "monthly",
        "rising",
        "arxiv",
        "url",
        "library",
        "archive",
        "foryou",
        "alerts",
        "queue",
    ]
    assert tabs([]) == BUILT_IN
    assert _NLP.name not in tabs([_NLP._replace(hidden=True)])


def test_a_custom_order_of_tabs() -> None:
    chosen = tabs([_NLP, _BLOG], ["blog", "daily", "library"])
    assert chosen == (_BLOG.name, FeedName("daily"), _NLP.name, FeedName("library"))
    assert tabs([_NLP._replace(hidden=True)], ["nlp", "daily"]) == (FeedName("daily"),)
    with pytest.raises(UsageError, match="nothing"):
        tabs([_NLP], ["nothing"])
