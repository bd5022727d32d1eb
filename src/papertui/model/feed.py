"""Feeds: their names, the papers of one view at one time, what the reader follows, arXiv's categories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from papertui.errors import UsageError
from papertui.model.feed_address import (
    hidden_password,
    host_words,
    is_address,
    parse_feed_address,
    password_places,
)
from papertui.model.group_names import group_key, group_name, group_parts, group_title, usual_group_name
from papertui.model.mute import MuteRule
from papertui.model.paper import Paper
from papertui.model.safe_text import excerpt

# --- arXiv categories (https://arxiv.org/category_taxonomy) ------------------------------------------

_TAXONOMY = {
    "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO SC "
    "SD SE SI SY",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "nlin": "AO CD CG PS SI",
    "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph "
    "geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
_WHOLE = ("gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th", "quant-ph")

#: Each archive comes before its categories: ``cs``, ``cs.AI`` ...
CATEGORIES = (
    *(
        name
        for archive, below in _TAXONOMY.items()
        for name in (archive, *(f"{archive}.{category}" for category in below.split()))
    ),
    *_WHOLE,
)


# --- feeds and their names ---------------------------------------------------------------------------

Kind = Literal[
    "trending", "daily", "weekly", "monthly", "rising", "foryou", "alerts", "library", "archive", "queue",
    "arxiv", "arxiv-search", "hf-search", "author", "keyword", "org", "search", "like", "submitter", "group",
    "cluster", "url",
]  # fmt: skip
#: Kinds that need a detail after a colon, each with an example.
WITH_DETAIL: Mapping[Kind, str] = {
    "arxiv": "arxiv:cs.CL",
    "arxiv-search": 'arxiv-search:abs:"sparse attention"',
    "hf-search": "hf-search:diffusion",
    "author": "author:Yoshua Bengio",
    "keyword": "keyword:state space model",
    "org": "org:Example Lab",
    "search": "search:kv cache since:30d",
    "like": "like:2604.26951",
    "submitter": "submitter:akhaliq",
    "group": "group:Journals",
    "cluster": "cluster:speech",
}
#: Followed things whose papers are found among the stored ones: no service has a feed of them.
MATCHED: frozenset[Kind] = frozenset({"org", "search", "like"})
#: Followed things whose papers appear in Alerts.
ALERTING: frozenset[Kind] = MATCHED.union({"author", "keyword"})
#: Feeds that are built from stored papers and never fetched.
MADE_HERE: frozenset[Kind] = MATCHED.union({"foryou", "alerts", "library", "archive", "queue", "rising", "cluster"})
#: Feeds with a list for each day, week or month.
CALENDAR: frozenset[Kind] = frozenset({"daily", "weekly", "monthly"})
#: Begins the detail of a cluster of kept papers.
KEPT_CLUSTER = "kept/"
_MOST_NEAR = 4
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: The first day of the daily papers on Hugging Face.
FIRST_DAY = date(2023, 5, 4)
_SATURDAY = 5


_JOINERS = "\u200c\u200d"


class FeedName(NamedTuple):
    """The name of a feed: a kind and, for some kinds, a detail."""

    kind: Kind
    #: The day (``2026-04-30``), week (``2026-W18``) or month (``2026-04``) of a calendar feed, empty for the latest
    #: one; the query or category of an inline feed; the address of an external feed (``url``).
    detail: str = ""

    def __str__(self) -> str:
        if self.kind == "url":
            return self.detail
        return f"{self.kind}:{self.detail}" if self.detail else self.kind


WITHDRAWN = "withdrawn"


class Announcement(NamedTuple):
    """How a source announced a paper, stored as words such as ``cross withdrawn``."""

    kind: str  # ``new``, ``cross``, ``replace``, ``replace-cross`` or a later value; may be empty
    is_withdrawn: bool = False

    @property
    def is_cross_list(self) -> bool:
        return self.kind == "cross"

    @property
    def is_new_version(self) -> bool:
        return self.kind in {"replace", "replace-cross"}

    @classmethod
    def parse(cls, text: str) -> Announcement:
        words = text.split()
        return cls(" ".join(word for word in words if word != WITHDRAWN), WITHDRAWN in words)


class Feed(NamedTuple):
    """The papers of one feed at one moment."""

    name: FeedName
    papers: Sequence[Paper]  # in the order of the source, without duplicates; may be read lazily from the archive
    fetched_at: datetime | None = None  # UTC; ``None`` for feeds that are never fetched
    #: ``huggingface``, ``arxiv``, the host of an external feed, ``several``, ``starter``, ``archive`` or ``library``.
    origin: str = ""
    notices: tuple[str, ...] = ()  # full sentences for the user
    #: By id, why a paper is in the feed: how the source announced it (`Announcement`), or the rate of a rising paper.
    why: Mapping[str, str] = MappingProxyType({})
    empty: str = ""  # the one of the notices that says that there are no papers
    muted: Mapping[str, MuteRule] = MappingProxyType({})  # by id, the rule that keeps a paper out of the feed

    @property
    def replaced(self) -> frozenset[str]:
        """The ids of papers that are in the feed only because of a new version."""
        return frozenset(id_ for id_, why in self.why.items() if Announcement.parse(why).is_new_version)

    @property
    def size(self) -> int:
        """The number of papers shown by default: neither muted nor listed only for a new version."""
        return len(self.papers) - len(self.replaced | self.muted.keys())


def described(name: FeedName) -> str:
    """Describe the papers of a feed in a sentence: ``the daily papers of 30 April 2026``."""
    span = period(name)
    if span is None:
        return f"papers for “{titled(name)}”" if name.detail else f"the {name.kind} papers"
    first = span[0]
    when = {
        "daily": f"{first.day} {first:%B %Y}",
        "weekly": f"week {first.isocalendar().week} of {first.isocalendar().year}",
    }.get(name.kind, f"{first:%B %Y}")
    return f"the {name.kind} papers of {when}"


def parse_feed_name(text: str) -> FeedName:
    """Parse the name of a feed: a kind, or a kind and a detail joined by a colon.

    Raises:
        UsageError: there is no such feed, or its day, week or month is malformed.
    """
    if is_address(text):
        return _address(text)
    kind, _, detail = text.strip().partition(":")
    for known in get_args(Kind):
        if kind != known or known == "url":
            continue
        if known in WITH_DETAIL:
            return FeedName(known, _detail(known, detail))
        if not detail:
            return FeedName(known)
        if known == "daily":
            return FeedName(known, parse_day(detail).isoformat())
        if known == "weekly":
            return FeedName(known, week_name(parse_week(detail)))
        if known == "monthly":
            return FeedName(known, month_name(parse_month(detail)))
    name = excerpt(hidden_password(text.strip()))
    raise UsageError(
        f"There is no feed called “{name}”. Use trending, daily, weekly, monthly, rising, foryou, alerts, library, "
        "archive, queue or one of your feeds, or write arxiv:cs.CL, author:NAME, keyword:WORDS or the URL of a feed."
    )


def _address(text: str) -> FeedName:
    """Return the feed at an address.

    Raises:
        UsageError: it is not the address of a feed, or contains a password.
    """
    address = parse_feed_address(text)
    if address.password is not None:
        raise UsageError(
            f"“{excerpt(address.name)}” was given with a password, which is never kept in plain text. Write it without "
            f"the password. {password_places(address.account)}"
        )
    return FeedName("url", address.name)


def _detail(kind: Kind, text: str) -> str:
    """Return the detail of a feed in its usual form.

    Raises:
        UsageError: there is none, or it cannot be the detail of such a feed.
    """
    # Undecodable bytes of a command line arrive as lone surrogates, which neither files nor services accept.
    # Direction and invisible characters are dropped too; Persian and Indic names need the joiners.
    detail = "".join(char for char in text if char.isprintable() or char.isspace() or char in _JOINERS)
    if kind == "group":
        detail = usual_group_name(detail)
    if not detail.strip():
        raise UsageError(f"The feed “{kind}:” needs a value after the colon, for example {WITH_DETAIL[kind]}.")
    return _categories(detail) if kind == "arxiv" else " ".join(detail.split())


def _categories(text: str) -> str:
    """Join categories with ``+``, each with arXiv's capitalisation.

    Raises:
        UsageError: one of them is not in arXiv's taxonomy.
    """
    known = {name.lower(): name for name in CATEGORIES}
    categories = []
    for name in re.split(r"[+,\s]+", text.strip(" +,")):
        if name.lower() not in known:
            near = ", ".join(_near(name.lower(), known)) or "cs.CL, or cs.CL+stat.ML for several"
            raise UsageError(f"“{excerpt(name, 40)}” is not an arXiv category. Categories are called like {near}.")
        categories.append(known[name.lower()])
    return "+".join(dict.fromkeys(categories))


def _near(name: str, known: Mapping[str, str]) -> list[str]:
    """Return the categories most like `name`: those of its archive first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for an error

    archive, _, _ = name.partition(".")
    close = get_close_matches(name, known, n=_MOST_NEAR, cutoff=0.6)
    close.sort(key=lambda category: not category.startswith(f"{archive}."))
    if not close and archive in known:
        close = [category for category in known if category.startswith(f"{archive}.")][:_MOST_NEAR]
    return [known[category] for category in close]


def parse_day(text: str) -> date:
    """Parse a day such as ``2026-04-30``.

    Raises:
        UsageError: `text` is not such a day.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"“{excerpt(text, 40)}” is not a day. Write it as YYYY-MM-DD, for example 2026-04-30.")


def parse_week(text: str) -> date:
    """Parse an ISO 8601 week such as ``2026-W18`` and return its Monday.

    Raises:
        UsageError: `text` is not such a week, or the year has no week 53.
    """
    if match := _WEEK.fullmatch(text):
        try:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            pass
    raise UsageError(f"“{excerpt(text, 40)}” is not a week. Write it as YYYY-Www, for example 2026-W18.")


def parse_month(text: str) -> date:
    """Parse a month such as ``2026-04`` and return its first day.

    Raises:
        UsageError: `text` is not such a month.
    """
    if match := _MONTH.fullmatch(text):
        try:
            return date(int(match[1]), int(match[2]), 1)
        except ValueError:
            pass
    raise UsageError(f"“{excerpt(text, 40)}” is not a month. Write it as YYYY-MM, for example 2026-04.")


def week_name(day: date) -> str:
    """Return the ISO 8601 week of `day`: ``2026-W18``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_name(day: date) -> str:
    """Return the month of `day`: ``2026-04``."""
    return f"{day.year:04}-{day.month:02}"


def period(name: FeedName) -> tuple[date, date] | None:
    """Return the first and last day of a calendar feed; ``None`` for other feeds and for the latest one."""
    if not name.detail:
        return None
    if name.kind == "daily":
        day = parse_day(name.detail)
        return day, day
    if name.kind == "weekly":
        monday = parse_week(name.detail)
        return monday, monday + timedelta(days=6)
    if name.kind == "monthly":
        first = parse_month(name.detail)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return None


def is_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or Sunday: no daily papers appear then."""
    return day.weekday() >= _SATURDAY


def without_period(name: FeedName) -> FeedName:
    """Return the calendar feed of all periods; any other feed unchanged."""
    return FeedName(name.kind) if name.kind in CALENDAR else name


def step(name: FeedName, by: int) -> FeedName:
    """Return the calendar feed `by` periods later (earlier if negative); days skip weekends.

    Other feeds, and calendar feeds without a period, are returned unchanged.
    """
    span = period(name)
    if span is None:
        return name
    first, last = span
    if name.kind == "daily":
        day = first
        for _ in range(abs(by)):
            day += timedelta(days=1 if by > 0 else -1)
            while is_weekend(day):
                day += timedelta(days=1 if by > 0 else -1)
        return FeedName("daily", day.isoformat())
    if name.kind == "weekly":
        return FeedName("weekly", week_name(first + timedelta(weeks=by)))
    for _ in range(abs(by)):
        first = last + timedelta(days=1) if by > 0 else (first - timedelta(days=1)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return FeedName("monthly", month_name(first))


# --- followed feeds ----------------------------------------------------------------------------------

#: The built-in feeds in the order of their tabs. Followed feeds come before the library.
BUILT_IN = (
    FeedName("trending"),
    FeedName("daily"),
    FeedName("weekly"),
    FeedName("monthly"),
    FeedName("rising"),
    FeedName("library"),
    FeedName("archive"),
    FeedName("foryou"),
    FeedName("alerts"),
    FeedName("queue"),
)
_AT_THE_END = ("library", "archive", "foryou", "alerts", "queue")
_KEY = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 40
#: Parts of addresses that do not identify a feed.
_NO_NAMES = frozenset({"http", "https", "www", "com", "org", "net", "feed", "feeds", "rss", "atom", "xml", "index"})


class Follow(NamedTuple):
    """One feed from the settings."""

    key: str  # its name in the settings and on the command line: ``nlp``
    title: str  # the text of its tab
    name: FeedName
    every: timedelta | None = None  # how often it is fetched; ``None`` for the default
    hidden: bool = False  # has no tab, but `papertui refresh` fetches it
    groups: tuple[str, ...] = ()  # see `papertui.model.group_names`; its groups have tabs instead of it
    password_command: tuple[str, ...] = ()  # a program that prints the password of its address, and its arguments


def titled(name: FeedName) -> str:
    """Return the default title of a feed."""
    if name.kind == "url":
        return host_words(name.detail.split("://", 1)[-1].partition("/")[0].rpartition("@")[2])
    if name.kind == "group":
        return group_title(name.detail)
    if name.kind == "cluster":
        return name.detail.removeprefix(KEPT_CLUSTER)
    return name.detail.replace("+", " + ") if name.kind == "arxiv" else name.detail


def key_for(name: FeedName, title: str, taken: Iterable[str]) -> str:
    """Return a key for the settings that is not in `taken`, derived from the title or from the feed."""
    words = [word for word in _KEY.split((title or titled(name)).lower()) if word and word not in _NO_NAMES]
    base = "-".join(words)[:_LONGEST_KEY].strip("-") or "feed"
    used = taken if isinstance(taken, AbstractSet) else frozenset(taken)
    number = 2
    key = base
    while key in used or key in _RESERVED:
        key, number = f"{base}-{number}", number + 1
    return key


#: Names that are not free for followed feeds; ``last`` is a value of the setting ``feed``.
_RESERVED = frozenset({*(view.kind for view in BUILT_IN), "last"})


def groups(follows: Iterable[Follow]) -> tuple[FeedName, ...]:
    """Return all groups of the followed feeds, each before the groups inside it."""
    names: dict[tuple[str, ...], FeedName] = {}
    for follow in follows:
        for group in follow.groups:
            parts = group_parts(group)
            for end in range(1, len(parts) + 1):
                name = group_name(parts[:end])
                names.setdefault(group_key(name), FeedName("group", name))
    return tuple(names.values())


def outer_groups(follow: Follow) -> tuple[FeedName, ...]:
    """Return the outermost groups that a feed is in."""
    return tuple(dict.fromkeys(FeedName("group", group_name(group_parts(group)[:1])) for group in follow.groups))


def members(group: FeedName, follows: Iterable[Follow]) -> tuple[Follow, ...]:
    """Return the feeds in a group and in the groups inside it."""
    key = group_key(group.detail)
    return tuple(follow for follow in follows if any(group_key(other)[: len(key)] == key for other in follow.groups))


def named(text: str, follows: Iterable[Follow]) -> FeedName:
    """Return the feed that `text` names: a followed feed by its key, or any other feed.

    Raises:
        UsageError: there is no such feed.
    """
    wanted = text.strip()
    known = tuple(follows)
    for follow in known:
        if follow.key == wanted:
            return follow.name
    name = parse_feed_name(wanted)
    return _known_group(name, known) if name.kind == "group" else name


def _known_group(name: FeedName, follows: Sequence[Follow]) -> FeedName:
    """Return the group called `name`, as the settings write it.

    Raises:
        UsageError: no feed is in it.
    """
    known = groups(follows)
    key = group_key(name.detail)
    for group in known:
        if group_key(group.detail) == key:
            return group
    names = ", ".join(f"“{group}”" for group in known)
    hint = (
        f"Your groups: {names}." if names else "No feed is in a group: “groups” in the settings of a feed names them."
    )
    raise UsageError(f"There is no group called “{excerpt(name.detail)}”. {hint}")


def tabs(follows: Iterable[Follow], order: Iterable[str] = ()) -> tuple[FeedName, ...]:
    """Return the feeds that have a tab, in order.

    Args:
        follows: the followed feeds.
        order: names of built-in feeds and keys of followed feeds. These come first, in this order; built-in feeds that
            are not listed are hidden. If it is empty, all feeds are shown, the followed feeds before the library.

    Raises:
        UsageError: `order` names an unknown feed.
    """
    followed = tuple(follows)
    hidden = {follow.key for follow in followed if follow.hidden}
    own = {follow.key: follow.name for follow in followed if not follow.hidden}
    built_in = {view.kind: view for view in BUILT_IN}
    chosen: list[FeedName] = []
    for key in order:
        if key in hidden:
            continue
        if key.startswith("group:"):
            chosen.append(named(key, followed))
        elif key in own or key in built_in:
            chosen.append(own.get(key) or built_in[_kind(key)])
        else:
            raise UsageError(f"there is no feed “{key}”")
    # A feed in a group shows in the tab of its group.
    by_default = dict.fromkeys(name for follow in followed for name in _tabs_of(follow))
    rest = [name for name in by_default if name not in chosen]
    if not chosen:
        first = [view for view in BUILT_IN if view.kind not in _AT_THE_END]
        return (*first, *rest, *(view for view in BUILT_IN if view.kind in _AT_THE_END))
    last = next((place for place, name in enumerate(chosen) if name.kind in _AT_THE_END), len(chosen))
    return (*chosen[:last], *rest, *chosen[last:])


def _tabs_of(follow: Follow) -> tuple[FeedName, ...]:
    if follow.groups:
        return outer_groups(follow)
    return () if follow.hidden else (follow.name,)


def _kind(key: str) -> Kind:
    return next(view.kind for view in BUILT_IN if view.kind == key)
