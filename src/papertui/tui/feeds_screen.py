"""The feeds screen: follow and unfollow feeds, hide their tabs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from papertui.model.alerts import FollowCount
from papertui.model.feed import MATCHED, Feed, FeedName, Follow
from papertui.model.feed_address import password_places
from papertui.model.format import age, grouped, plural
from papertui.services.alerts import AlertService
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.tui.dialogs.dialog import Dialog, DialogList
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.text_line import TextLine

_PLACEHOLDER = "cs.CL, author:NAME, org:NAME, search:X or URL"
#: Cells of a row besides its text: the scrollbar, and one to be free.
_AROUND = 2
_SCHEMES = ("https://", "http://", "feed:")
_HINTS = (
    KeyHint("Enter", "follow or open"),
    KeyHint("Tab", "go to list"),
    KeyHint("d", "unfollow", "unfollow"),
    KeyHint("x", "hide or show tab", "hide"),
    KeyHint("Esc", "close", "close"),
)


class FeedsScreen(Dialog[FeedName]):
    """The followed feeds and a line to add more; returns the feed to open, if any."""

    DEFAULT_CSS = """
    FeedsScreen > Vertical { max-width: 96; max-height: 90%; padding: 1 3; }
    FeedsScreen DialogList { margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("d,delete", "unfollow", "Unfollow"),
        ("x", "hide", "Hide or show the tab"),
    ]

    def __init__(
        self, feeds: FeedService, follows: FollowService, alerts: AlertService, glyphs: Glyphs, *, offline: bool
    ) -> None:
        super().__init__()
        self._feeds = feeds
        self._follows = follows
        self._alerts = alerts
        self._glyphs = glyphs
        self._offline = offline
        self._stored: Mapping[FeedName, Feed | None] = {}
        self._unread: Mapping[FeedName, int] = {}
        self._counts: Mapping[FeedName, FollowCount] = {}

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.title_line("What you follow", " in tabs and in Alerts")
            yield TextLine(_PLACEHOLDER, join=self._joined, select_on_focus=True)
            yield self.notice
            yield DialogList()
            yield KeyLine(_HINTS, wraps=True)

    def on_mount(self) -> None:
        self._show()
        self._read()

    def on_resize(self) -> None:
        self._show()

    def _joined(self, lines: Sequence[str]) -> str:
        """Return one name of a feed from several pasted lines: an address may have been wrapped, words are words."""
        first, *others = lines
        if not first.startswith(_SCHEMES):
            return " ".join(lines)
        if any(line.startswith(_SCHEMES) for line in others):
            self.notice.warn(
                "Several addresses were pasted, and the first one is in the line. “papertui feeds add” takes several."
            )
            return first
        return "".join(lines)

    @work(exclusive=True, group="look")
    async def _read(self) -> None:
        names = [follow.name for follow in self._follows.all if follow.name.kind not in MATCHED]
        with self.notice.errors():
            counts = await asyncio.to_thread(self._alerts.counts)
            self._counts = {count.follow.name: count for count in counts}
            self._unread = await asyncio.to_thread(self._feeds.unread, [*names, *self._follows.groups])
            self._stored = {name: await asyncio.to_thread(self._feeds.stored, name) for name in names}
        self._show()

    def _show(self) -> None:
        rows = [self._group_row(group) for group in self._follows.groups]
        self.query_one(DialogList).show([*rows, *(self._row(follow) for follow in self._follows.all)])

    def _group_row(self, group: FeedName) -> Content:
        dot = f" {self._glyphs.dot} "
        facts = [plural(len(self._follows.members(group)), "feed")]
        facts += [f"{grouped(self._unread[group])} unread"] if group in self._unread else []
        return Content.assemble((f" {group}", "bold"), (dot + dot.join(facts), "$faint"))

    def _row(self, follow: Follow) -> Content:
        dot = f" {self._glyphs.dot} "
        feed = self._stored.get(follow.name)
        has_title = follow.title != follow.name.detail
        facts = [str(follow.name)] if has_title else []
        updated: list[str] = []
        if feed is not None and feed.fetched_at is not None:
            facts.append(f"{grouped(self._unread.get(follow.name, 0))} unread of {grouped(feed.size)}")
            updated = [f"updated {age(self._feeds.now() - feed.fetched_at)}"]
        elif follow.name in self._stored:
            facts.append("not fetched yet")
        if (alerts := self._counts.get(follow.name)) is not None:
            words = f"{grouped(alerts.papers)} in Alerts" + (f", {grouped(alerts.new)} new" if alerts.new else "")
            facts.insert(0 if follow.name.kind in MATCHED else len(facts), words)
        is_hidden = follow.hidden and not follow.groups and follow.name.kind not in MATCHED
        facts += ["no tab"] if is_hidden else []
        facts += ["has a tab"] if follow.name.kind in MATCHED and not follow.hidden else []
        facts += [f"in {', '.join(follow.groups)}"] if follow.groups else []
        name = follow.title if has_title else str(follow.name)
        room = self.query_one(Input).outer_size.width - _AROUND - cell_len(name)
        shown = ""
        for fact in (*facts, *updated):  # as a whole or not at all
            if cell_len(shown + dot + fact) <= room:
                shown += dot + fact
        return Content.assemble((f" {name}", "bold"), (shown, "$faint"))

    @on(Input.Submitted)
    def _submit(self, message: Input.Submitted) -> None:
        if text := message.value.strip():
            self.notice.warn(f"Checking the feed {self._glyphs.ellipsis}")
            self._follow(text)

    @work(exclusive=True, group="follow")
    async def _follow(self, text: str) -> None:
        with self.notice.errors():
            followed = await self._follows.follow(text, offline=self._offline)
            self.query_one(Input).clear()
            self._show()
            if followed.lost_password:
                self.notice.warn(
                    f"Following “{followed.follow.title}”, but its password is not stored: there is no keyring for it "
                    f"here. {password_places(followed.lost_password)}"
                )
            elif followed.others:
                others = ", ".join(followed.others)
                self.notice.warn(f"Following “{followed.follow.title}”. The page offers other feeds: {others}.")
            else:
                self.dismiss(followed.follow.name)

    @on(DialogList.OptionSelected)
    def _open(self, message: DialogList.OptionSelected) -> None:
        groups, follows = self._follows.groups, self._follows.all
        row = message.option_index
        self.dismiss(groups[row] if row < len(groups) else follows[row - len(groups)].name)

    def _chosen(self, what: str) -> Follow | None:
        """The feed under the cursor, while the list has the focus; a notice says that a group has no such action."""
        row = self.query_one(DialogList).row
        if row is None:
            return None
        if row >= len(self._follows.groups):
            return self._follows.all[row - len(self._follows.groups)]
        self.notice.warn(f"This is a group. Choose one of its feeds to {what}.")
        return None

    def action_unfollow(self) -> None:
        if (follow := self._chosen("unfollow")) is None:
            return
        with self.notice.errors():
            self._follows.unfollow(follow.key)
            self.query_one(Input).value = str(follow.name)
            self.notice.warn(f"Unfollowed “{follow.title}”. Enter in the line above follows it again.")
            self._show()
            if not self._follows.all:
                self.query_one(Input).focus()

    def action_hide(self) -> None:
        if (follow := self._chosen("hide")) is not None:
            with self.notice.errors():
                self._follows.hide(follow.key, hidden=not follow.hidden)
                self._show()

    def action_close(self) -> None:
        self.workers.cancel_group(self, "follow")
        self.dismiss(None)
