"""Followed feeds: added, removed and reordered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import UsageError
from papertui.model.alerts import kind_of
from papertui.model.feed import (
    BUILT_IN,
    CATEGORIES,
    MATCHED,
    WITH_DETAIL,
    FeedName,
    Follow,
    groups,
    key_for,
    members,
    named,
    outer_groups,
    parse_feed_name,
    tabs,
    titled,
)
from papertui.model.feed_address import is_address, parse_feed_address, without_password
from papertui.model.group_names import usual_group_name
from papertui.model.mailbox import Password
from papertui.model.paper import paper_id
from papertui.model.safe_text import excerpt
from papertui.services.types import OpenSource, Progress
from papertui.settings import Settings

if TYPE_CHECKING:
    from papertui.services.mute import Mute
    from papertui.settings.edit import SettingsFile
    from papertui.sources.feeds.logins import FeedLogins
    from papertui.sources.feeds.opml import Outline

#: Addresses of arXiv's listings, which papertui fetches as categories, not as generic feeds.
_ARXIV = re.compile(
    r"https?://(?:(?:www\.|export\.|rss\.)?arxiv\.org)/(?:rss|atom|list)/([A-Za-z.+-]+?)(?:/(?:new|recent|current))?/?",
    re.IGNORECASE,
)
_SHORT_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/.*)?")


class FollowResult(NamedTuple):
    """The result of following a feed."""

    follow: Follow
    others: tuple[str, ...] = ()  # Addresses of other feeds on the same page
    #: The account whose password was given and could not be stored; empty if there is nothing to do.
    lost_password: str = ""


class ImportedOutline(NamedTuple):
    """What became of one feed of a list."""

    outline: Outline
    follow: Follow | None = None  # as it is followed now; ``None`` if it cannot be followed
    added: bool = False  # otherwise it was followed before
    first_line: int = 0  # the line of the list that has the same feed, if an earlier one has
    groups: tuple[str, ...] = ()  # the groups that it came into
    why: str = ""  # why it cannot be followed, a sentence
    #: The account whose password is in the list and could not be stored; empty if there is nothing to do.
    lost_password: str = ""


class FollowService:
    """The followed feeds, as stored in the settings.

    Args:
        settings: the settings.
        file: where they are stored.
        source: looks at the addresses of feeds.
        logins: the passwords of feeds.
    """

    def __init__(self, settings: Settings, file: Path, source: OpenSource, logins: FeedLogins | None = None) -> None:
        self._path = file
        self._source = source
        self._logins = logins
        self._mute: Mute | None = None
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Use other settings, as the file has them now."""
        self._settings = settings
        self._mute = None
        if self._logins is not None:
            self._logins.use_commands(settings.follows)

    @property
    def all(self) -> tuple[Follow, ...]:
        return self._settings.follows

    def tabs(self) -> tuple[FeedName, ...]:
        """The feeds that have a tab, in tab order."""
        return tabs(self._settings.follows, self._settings.tabs)

    @property
    def mute(self) -> Mute | None:
        """The rules that keep papers out of feeds; ``None`` if there are none."""
        if self._mute is None and self._settings.mute.is_set:
            from papertui.services.mute import Mute  # noqa: PLC0415 - most readers mute nothing

            self._mute = Mute(self._settings.mute, self._settings.follows)
        return self._mute

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all feeds: built-in ones, followed ones by key, and groups."""
        return (*map(str, BUILT_IN), *(follow.key for follow in self._settings.follows), *map(str, self.groups))

    @property
    def groups(self) -> tuple[FeedName, ...]:
        """All groups, each before the groups inside it."""
        return groups(self._settings.follows)

    @property
    def sections(self) -> tuple[str, ...]:
        """The followed feeds by key, a group in place of its feeds: the sections of a digest.

        What is matched among stored papers is in the section “For you”.
        """
        names = [
            name
            for follow in self._settings.follows
            for name in (map(str, outer_groups(follow)) if follow.groups else (follow.key,))
            if follow.groups or follow.name.kind not in MATCHED
        ]
        return tuple(dict.fromkeys(names))

    def members(self, group: FeedName) -> tuple[Follow, ...]:
        """The feeds in a group and in the groups inside it."""
        return members(group, self._settings.follows)

    def named(self, text: str) -> FeedName:
        """The feed that `text` names: a followed one or any other.

        A password in an address is used as long as this process runs.

        Raises:
            UsageError: there is no such feed.
        """
        bare, password = without_password(text)
        name = named(bare, self._settings.follows)
        if password is not None and self._logins is not None:
            self._logins.give(parse_feed_address(bare).account, password)
        return name

    def title(self, name: FeedName) -> str:
        """The title of a feed that is not built in."""
        return next((follow.title for follow in self._settings.follows if follow.name == name), titled(name))

    async def follow(
        self, text: str, title: str = "", *, offline: bool = False, in_groups: tuple[str, ...] = ()
    ) -> FollowResult:
        """Follow a feed; the address of a web page stands for the feed it links to.

        A password in the address goes into the keyring.

        Args:
            text: ``arxiv:cs.CL``, ``author:NAME``, ``keyword:WORDS``, ``org:NAME``, ``search:QUERY``, ``like:ID``, or
                an address with or without ``https://``.
            title: the title of its tab; by default the feed's own title.
            offline: use an address as it is, without fetching it.
            in_groups: the groups it comes into, also if it is followed already.

        Raises:
            UsageError: it cannot be followed, or is followed already.
            SourceError: there is no feed at the address.
            StoreError: the settings cannot be written.
        """
        bare, password = without_password(text)
        name = _meant(bare)
        if password is not None and self._logins is not None:
            self._logins.give(parse_feed_address(name.detail).account, password)
        others: tuple[str, ...] = ()
        if name.kind == "url" and not offline:
            async with self._source() as source:
                looked = await source.look(name.detail)
            name, others = parse_feed_name(looked.url), looked.others
            title = title or looked.title
        known = next((follow for follow in self._settings.follows if follow.name == name), None)
        if known is not None and not in_groups:
            raise UsageError(f"“{known.title}” is already followed.")
        taken = frozenset(follow.key for follow in self._settings.follows)
        follow = self._new_follow(name, title, taken, in_groups)
        if known is not None:
            follow = known._replace(groups=tuple(dict.fromkeys((*known.groups, *follow.groups))))
        self.use(self._file().follow(follow))
        return FollowResult(follow, others, self._keep_password(name, password))

    def import_outlines(
        self, outlines: Sequence[Outline], progress: Progress | None = None
    ) -> tuple[ImportedOutline, ...]:
        """Follow the feeds of a list, without fetching them; the settings are written once.

        A feed that is followed already only comes into the groups of the list if it is in no group.

        Args:
            outlines: the list.
            progress: called for each feed that is written.

        Raises:
            SettingsError: the settings cannot be written.
        """
        before = {follow.name: follow for follow in self._settings.follows}
        follows = dict(before)
        keys = {follow.key for follow in before.values()}
        lines: dict[FeedName, int] = {}
        results: list[ImportedOutline] = []
        passwords: list[tuple[int, FeedName, Password | None]] = []
        for outline in outlines:
            try:
                name = _meant(outline.url)
                follow = follows.get(name) or self._new_follow(name, outline.title, keys)
            except UsageError as problem:
                results.append(ImportedOutline(outline, why=str(problem)))
                continue
            new_groups: tuple[str, ...] = ()
            if name not in before or not before[name].groups:
                new_groups = tuple(group for group in outline.groups if group not in follow.groups)
            follows[name] = follow._replace(groups=(*follow.groups, *new_groups))
            is_new = name not in before and name not in lines
            passwords.append((len(results), name, outline.password))
            results.append(ImportedOutline(outline, follows[name], is_new, lines.get(name, 0), new_groups))
            lines.setdefault(name, outline.line)
            keys.add(follow.key)
        changed = [follow for name, follow in follows.items() if follow != before.get(name)]
        if changed:
            self.use(self._file().follow(*changed, progress=progress))
        for place, name, password in passwords:  # after the feeds are stored
            results[place] = results[place]._replace(lost_password=self._keep_password(name, password))
        return tuple(results)

    def _new_follow(
        self, name: FeedName, title: str, taken: AbstractSet[str], in_groups: tuple[str, ...] = ()
    ) -> Follow:
        if name.kind == "group":
            raise UsageError(f"“{name}” is a group of feeds you follow; it cannot be followed.")
        if name.kind == "search":
            _check_search(name.detail)
        title = " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split()) or titled(name)
        names = tuple(dict.fromkeys(filter(None, map(usual_group_name, in_groups))))
        # Its papers are in Alerts; the screen of the feeds offers a tab for it.
        return Follow(key_for(name, title, taken), title, name, hidden=name.kind in MATCHED, groups=names)

    def _keep_password(self, name: FeedName, password: Password | None) -> str:
        """Store a password in the keyring; return its account if that is not possible."""
        if password is None or name.kind != "url":
            return ""
        account = parse_feed_address(name.detail).account
        return "" if self._logins is not None and self._logins.keep(account, password) else account

    def unfollow(self, text: str) -> Follow:
        """Stop following a feed; its papers stay in the archive.

        Raises:
            UsageError: it is not followed.
            StoreError: the settings cannot be written.
        """
        follow = self._known(text)
        self.use(self._file().unfollow(follow.key))
        return follow

    def hide(self, text: str, *, hidden: bool) -> Follow:
        """Hide or show the tab of a feed.

        Raises:
            UsageError: it is not followed.
            StoreError: the settings cannot be written.
        """
        follow = self._known(text)
        self.use(self._file().hide(follow.key, hidden=hidden))
        return follow._replace(hidden=hidden)

    def move(self, name: FeedName, by: int) -> bool:
        """Move a tab by some places; returns whether it could be moved.

        Raises:
            StoreError: the settings cannot be written.
        """
        order = list(self.tabs())
        view = next((tab for tab in order if tab == name or (tab.kind == name.kind and not tab.detail)), None)
        if view is None:
            return False
        place = order.index(view)
        to = place + by
        if not 0 <= to < len(order):
            return False
        order.insert(to, order.pop(place))
        keys = {follow.name: follow.key for follow in self._settings.follows}
        self.use(self._file().order(tuple(_tab_key(tab, keys) for tab in order)))
        return True

    def _file(self) -> SettingsFile:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)

    def _known(self, text: str) -> Follow:
        wanted = text.strip()
        name = parse_feed_address(wanted).name if is_address(wanted) else ""  # as it may be written, with a password
        for follow in self._settings.follows:
            if wanted in {follow.key, str(follow.name), follow.title} or str(follow.name) == name:
                return follow
        keys = ", ".join(follow.key for follow in self._settings.follows)
        hint = f"Followed feeds: {keys}." if keys else "No feed is followed yet."
        raise UsageError(f"“{excerpt(name or wanted)}” is not followed. {hint}")


def followed_text(words: Sequence[str]) -> str:
    """What may be followed, from the words of a command: ``author Li Yuan``, ``author:Li Yuan``, or a feed.

    Raises:
        UsageError: it is a kind alone, or one that cannot be followed.
    """
    first, *others = " ".join(words).split() or [""]
    kind = kind_of(first)
    if first.casefold() in _CITING:
        raise UsageError(
            "No source that papertui reads lists the papers that cite another one, so citations cannot be followed. "
            f"“follow like {others[0] if others else 'ID'}” finds papers like one."
        )
    if kind and not others:
        raise UsageError(f"“{first}” needs a value, for example {WITH_DETAIL[kind].replace(':', ' ', 1)}.")
    return f"{kind}:{' '.join(others)}" if kind else " ".join(words)


_CITING = frozenset({"cites", "citing", "citations", "citation"})


def _meant(text: str) -> FeedName:
    """The feed that a text stands for.

    Raises:
        UsageError: there is no such feed.
    """
    wanted = text.strip()
    if found := _ARXIV.fullmatch(wanted):
        return parse_feed_name(f"arxiv:{found[1]}")
    if not is_address(wanted) and _SHORT_ADDRESS.fullmatch(wanted):
        category = wanted.count(".") == 1 and "/" not in wanted and _is_category(wanted)
        wanted = f"arxiv:{wanted}" if category else f"https://{wanted}"
    first, blank, _ = wanted.partition(" ")
    if blank and not set(":/") & set(first):
        raise UsageError(
            f"There is no feed called “{excerpt(wanted)}”. To follow more than feeds, write author, org, keyword, "
            "search or like before a value, for example keyword state space model."
        )
    name = parse_feed_name(wanted)
    return FeedName("like", paper_id(name.detail)) if name.kind == "like" else name


def _check_search(query: str) -> None:
    """Check that every part of a search is understood.

    Raises:
        UsageError: one is not.
    """
    from papertui.search.query import parse  # noqa: PLC0415 - compiles large patterns

    parsed = parse(query, date(2000, 1, 1))  # any day does
    if parsed.problems:
        raise UsageError(" ".join(problem.sentence for problem in parsed.problems))


def _tab_key(tab: FeedName, keys: Mapping[FeedName, str]) -> str:
    return keys.get(tab) or (str(tab) if tab.kind == "group" else tab.kind)


def _is_category(text: str) -> bool:
    return text.lower() in {category.lower() for category in CATEGORIES}
