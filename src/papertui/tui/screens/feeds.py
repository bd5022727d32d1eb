"""The feeds screen: follow and unfollow feeds, hide their tabs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from papertui.app import Services
from papertui.errors import PapertuiError, StoreError
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.format import age, grouped
from papertui.tui.glyphs import Glyphs

_PLACEHOLDER = "arxiv:cs.CL, author:NAME, keyword:WORDS, or the URL of a feed or page"
_KEYS = "Enter follow or open   Tab go to list   d unfollow   x hide or show tab   Esc close"


class FeedsScreen(ModalScreen[FeedName | None]):
    """The followed feeds and a line to add more; returns the feed to open, if any."""

    DEFAULT_CSS = """
    Feeds { align: center middle; background: $background 60%; }
    Feeds > Vertical {
        width: 90%; max-width: 96; height: auto; max-height: 90%; background: $panel; padding: 1 3;
    }
    Feeds Input, Feeds Input:focus {
        border: none; height: 1; padding: 0 1; background: $background; color: $foreground; margin: 1 0;
    }
    Feeds Input > .input--placeholder { color: $faint; }
    Feeds OptionList, Feeds OptionList:focus {
        border: none; height: auto; max-height: 14; background: $panel; padding: 0; scrollbar-size-vertical: 1;
    }
    Feeds OptionList > .option-list--option-highlighted { background: $cursor; color: $foreground; }
    Feeds #said { color: $accent; height: auto; }
    Feeds #keys { color: $faint; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", "Close"),
        ("d,delete", "leave", "Unfollow"),
        ("x", "hide", "Hide or show the tab"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, services: Services, signs: Glyphs, *, offline: bool) -> None:
        super().__init__()
        self._services = services
        self._signs = signs
        self._offline = offline
        self._stored: Mapping[FeedName, Feed | None] = {}
        self._unread: Mapping[FeedName, int] = {}

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.assemble(("Your feeds", "bold $primary"), ("   each feed has a tab", "$faint")))
            yield Input(placeholder=_PLACEHOLDER, id="what")
            yield Static("", id="said")
            yield OptionList(id="followed")
            yield Static(_KEYS, id="keys")

    def on_mount(self) -> None:
        self._list()
        self.run_worker(self._look(), exclusive=True, group="look")

    async def _look(self) -> None:
        names = [follow.name for follow in self._services.follows.all]
        try:
            self._unread = await asyncio.to_thread(self._services.feeds.unread, names)
            self._stored = {name: await asyncio.to_thread(self._services.feeds.stored, name) for name in names}
        except StoreError as problem:
            self._say(str(problem))
        self._list()

    def _list(self) -> None:
        followed = self.query_one("#followed", OptionList)
        place = followed.highlighted
        followed.clear_options()
        follows = self._services.follows.all
        followed.add_options([Option(self._line(follow), id=follow.key) for follow in follows])
        followed.display = bool(follows)
        if follows:
            followed.highlighted = min(place or 0, len(follows) - 1)

    def _line(self, follow: Follow) -> Content:
        dot = f" {self._signs.dot} "
        feed = self._stored.get(follow.name)
        facts = [] if follow.title == follow.name.detail else [str(follow.name)]
        if feed is not None and feed.fetched_at is not None:
            number = feed.size
            facts.append(f"{grouped(self._unread.get(follow.name, 0))} unread of {grouped(number)}")
            facts.append(f"updated {age(self._services.feeds.now() - feed.fetched_at)}")
        elif follow.name in self._stored:
            facts.append("not fetched yet")
        facts += ["no tab"] if follow.hidden else []
        name = follow.title if follow.title != follow.name.detail else str(follow.name)
        return Content.assemble((f" {name}", "bold"), (dot + dot.join(facts) if facts else "", "$faint"))

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(Content(sentence))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if text := message.value.strip():
            self._say(f"Checking the feed {self._signs.ellipsis}")
            self.run_worker(self._follow(text), exclusive=True, group="follow")

    async def _follow(self, text: str) -> None:
        try:
            followed = await self._services.follows.follow(text, offline=self._offline)
        except PapertuiError as problem:
            self._say(str(problem))
            return
        self.query_one(Input).clear()
        others = " The page offers other feeds: " + ", ".join(followed.others) + "." if followed.others else ""
        self._say(f"Following “{followed.follow.title}”.{others}")
        self._list()
        if not others:
            self.dismiss(followed.follow.name)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._services.follows.all[message.option_index].name)

    def _chosen(self) -> Follow | None:
        followed = self.query_one("#followed", OptionList)
        place, follows = followed.highlighted, self._services.follows.all
        return follows[place] if followed.has_focus and place is not None and place < len(follows) else None

    def action_leave(self) -> None:
        if (follow := self._chosen()) is not None:
            try:
                self._services.follows.unfollow(follow.key)
            except PapertuiError as problem:
                self._say(str(problem))
                return
            self.query_one(Input).value = str(follow.name)
            self._say(f"Unfollowed “{follow.title}”. Enter in the line above follows it again.")
            self._list()
            if not self._services.follows.all:
                self.query_one(Input).focus()

    def action_hide(self) -> None:
        if (follow := self._chosen()) is not None:
            try:
                self._services.follows.hide(follow.key, hidden=not follow.hidden)
            except PapertuiError as problem:
                self._say(str(problem))
                return
            self._list()

    def action_down(self) -> None:
        self.query_one("#followed", OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one("#followed", OptionList).action_cursor_up()

    def action_close(self) -> None:
        self.workers.cancel_group(self, "follow")
        self.dismiss(None)
