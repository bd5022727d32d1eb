"""Alerts: stored papers that match what the reader follows, and news of kept papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from papertui.model.feed import ALERTING, Follow
from papertui.model.format import grouped, plural

#: Papers that are older than this when they are stored make no alert, and a follow matches back over this time.
ALERT_WINDOW = timedelta(weeks=4)
#: A search that more papers match is probably wider than meant.
_MANY = 20
#: The greatest number of reasons that one sentence names.
_NAMED = 2
_LONGEST_TITLE, _SHORT_TITLE = 60, 32
_ELLIPSIS = "…"

#: What news is about: another version of a paper, that it was withdrawn, that it was published, that it was cited.
NewsKind = Literal["version", "withdrawal", "publication", "citation"]


class AlertNews(NamedTuple):
    """Something new about a paper that the reader keeps, as a source of news gives it."""

    id: str  # of the paper that the alert shows
    kind: NewsKind
    words: str  # for the reader: ``version 3 of 28 April``
    found: datetime  # UTC


class Alert(NamedTuple):
    """Why a paper is in Alerts."""

    id: str
    #: What the reader follows, or what the news is about: ``author:Li Yuan``, ``news:version``.
    source: str
    words: str  # of news; empty for a follow, whose title may change
    found: datetime  # UTC: when the paper arrived
    is_new: bool  # whether the reader has not looked at it in Alerts


#: How much each source says, the most first; a search may match a lot.
_SPECIFIC = ("news", "author", "like", "org", "keyword", "search")


def rank(alert: Alert) -> int:
    """How specific the source of an alert is; the lowest number is the most specific."""
    kind = alert.source.partition(":")[0]
    return _SPECIFIC.index(kind) if kind in _SPECIFIC else len(_SPECIFIC)


class FollowCount(NamedTuple):
    """How many papers of the last weeks match what the reader follows."""

    follow: Follow
    papers: int
    new: int  # since the reader last looked at Alerts


def alerting(follows: Iterable[Follow]) -> tuple[Follow, ...]:
    """Return the follows whose papers appear in Alerts."""
    return tuple(follow for follow in follows if follow.name.kind in ALERTING)


def followed_words(follow: Follow) -> str:
    """Say why a paper is in Alerts: ``by Li Yuan, whom you follow``."""
    name, title = follow.name, _short(follow.title)
    if name.kind == "author":
        return f"by {name.detail}, whom you follow"
    if name.kind == "org":
        return f"from {name.detail}, which you follow"
    if name.kind == "like":
        return f"like “{title}”"
    return f"matches “{title}”"


def _briefly(follow: Follow) -> str:
    """The same in a list of several: ``by Li Yuan``."""
    short = follow._replace(title=_short(follow.title, _SHORT_TITLE))
    return followed_words(short).partition(",")[0] if follow.name.kind in {"author", "org"} else followed_words(short)


def arrived_sentence(alerts: Iterable[Alert], follows: Iterable[Follow]) -> str:
    """Say what arrived, in one sentence: ``3 new in Alerts: by Li Yuan (2), matches “kv cache”.`` Empty if nothing."""
    arrived = list(alerts)
    if not arrived:
        return ""
    known = {str(follow.name): follow for follow in follows}
    counts = Counter(
        _briefly(known[alert.source]) if alert.source in known else alert.words
        for alert in arrived
        if alert.source in known or alert.words
    )
    parts = [f"{words} ({grouped(number)})" if number > 1 else words for words, number in counts.most_common(_NAMED)]
    if others := len(counts) - len(parts):
        parts.append(f"{grouped(others)} other {'reason' if others == 1 else 'reasons'}")
    return f"{grouped(len({alert.id for alert in arrived}))} new in Alerts: {', '.join(parts)}."


def followed_sentence(count: FollowCount) -> str:
    """Say how many papers match what is followed now, and how a search gives fewer, if these are many."""
    number = f"{plural(count.papers, 'paper')} of the last four weeks."
    is_wide = count.follow.name.kind == "search" and count.papers > _MANY and '"' not in count.follow.name.detail
    return f"{number} Quotes around words that belong together give fewer." if is_wide else number


def kind_of(word: str) -> Literal["author", "org", "keyword", "search", "like", ""]:
    """Return the kind of follow that a word on the command line names; empty for any other word."""
    return _KINDS.get(word.strip().casefold(), "")


_KINDS: dict[str, Literal["author", "org", "keyword", "search", "like"]] = {
    "author": "author",
    "org": "org",
    "organisation": "org",
    "organization": "org",
    "keyword": "keyword",
    "search": "search",
    "like": "like",
}


def cut_title(title: str) -> str:
    """Return the title of a paper, short enough for a tab and a reason."""
    return _short(" ".join(title.split()))


def _short(title: str, most: int = _LONGEST_TITLE) -> str:
    if len(title) <= most:
        return title
    return title[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + _ELLIPSIS
