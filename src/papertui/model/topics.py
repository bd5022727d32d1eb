"""What a paper has in common with others: authors, keywords, organisation, category, submitter, its subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from papertui.model.feed import FeedName, Follow
from papertui.model.paper import Paper

TopicKind = Literal["followed", "author", "keyword", "organization", "category", "like", "submitter"]


class Topic(NamedTuple):
    """One of them."""

    kind: TopicKind
    name: str
    #: Finds its papers among everything stored; empty if the search has no such field.
    query: str = ""
    #: The feed of its papers, which can be followed; ``None`` if no service has one.
    feed: FeedName | None = None


def topics_of(paper: Paper, submitter: str = "") -> tuple[Topic, ...]:
    """Return the topics of a paper, in the order of a menu.

    Args:
        paper: the paper.
        submitter: the name to show for its submitter; by default the user name.
    """
    return tuple(_topics(paper, submitter))


def followed_topics(follows: Iterable[Follow], others: Iterable[Topic]) -> tuple[Topic, ...]:
    """Return what is followed as topics, without those that are among the `others`."""
    known = {topic.feed for topic in others}
    return tuple(
        Topic("followed", follow.title, _query(follow.name), follow.name)
        for follow in follows
        if follow.name not in known
    )


def _query(name: FeedName) -> str:
    if name.kind == "like":
        return f"like:{name.detail}"
    return name.detail if name.kind == "search" else f"{name.kind}:{_quoted(name.detail)}"


def _topics(paper: Paper, submitter: str) -> Iterator[Topic]:
    for author in paper.authors:
        yield Topic("author", author, f"author:{_quoted(author)}", FeedName("author", author))
    for keyword in paper.keywords:
        yield Topic("keyword", keyword, f"keyword:{_quoted(keyword)}", FeedName("keyword", keyword))
    if paper.organization:
        yield Topic(
            "organization",
            paper.organization,
            f"org:{_quoted(paper.organization)}",
            FeedName("org", paper.organization),
        )
    for category in paper.categories:
        yield Topic("category", category, f"cat:{category}", FeedName("arxiv", category))
    yield Topic("like", "papers like this one", f"like:{paper.id}", FeedName("like", paper.id))
    if paper.submitter:
        yield Topic("submitter", submitter or paper.submitter, feed=FeedName("submitter", paper.submitter))


def _quoted(words: str) -> str:
    return '"' + words.replace('"', " ") + '"'
