"""The welcome: what the screen shows, what to follow, and the colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from papertui.errors import PapertuiError
from papertui.model.feed import FeedName
from papertui.services.follows import FollowService
from papertui.tui.dialogs.dialog import Dialog, DialogList, column_gap
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import Keymap, shown_key
from papertui.tui.theme_catalog import ThemeChoice
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.text_line import TextLine
from papertui.tui.widgets.welcome_strip import ABOUT, FIRST_KEYS

_CATEGORIES = {
    "cs.CL": "language",
    "cs.LG": "machine learning",
    "cs.AI": "artificial intelligence",
    "cs.CV": "computer vision",
    "cs.RO": "robotics",
    "cs.IR": "information retrieval",
    "cs.HC": "human-computer interaction",
    "cs.CR": "security",
    "cs.SE": "software engineering",
    "stat.ML": "statistics",
    "eess.AS": "audio and speech",
    "quant-ph": "quantum physics",
}
_STEPS = ("What you see", "What to follow", "Colours and digest")
FOLLOWING, COLOURS = 1, 2


class TickList(DialogList):
    """Rows that Space or a click ticks; Enter goes to the next step."""

    BINDINGS: ClassVar[list[BindingType]] = [("space", "select", "Tick")]


class WelcomeDialog(Dialog[tuple[FeedName, ...]]):
    """Three steps; returns the feeds that were followed. Esc ends it at any step."""

    DEFAULT_CSS = """
    WelcomeDialog.-colours { background: transparent; }
    WelcomeDialog > Vertical { max-width: 66; }
    WelcomeDialog TextLine { display: none; }
    WelcomeDialog.-following TextLine { display: block; margin-bottom: 1; }
    WelcomeDialog #words { height: auto; max-height: 12; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next", priority=True),
        ("left,backspace", "previous", "Previous"),
    ]

    def __init__(
        self,
        follows: FollowService,
        keys: Keymap,
        glyphs: Glyphs,
        themes: Iterable[ThemeChoice],
        theme: str,
        show_theme: Callable[[str], object],
        choose_theme: Callable[[str], object],
        step: int = 0,
    ) -> None:
        """Create the dialog.

        Args:
            follows: the followed feeds.
            keys: the keys in force.
            glyphs: the symbols to draw with.
            themes: the themes to choose from.
            theme: the current theme.
            show_theme: shows a theme, until another one is shown.
            choose_theme: shows a theme and saves it.
            step: the first step to show, from 0.
        """
        super().__init__()
        self._follows = follows
        self._keys = keys
        self._glyphs = glyphs
        self._themes = tuple(themes)
        self._theme = theme
        self._show_theme = show_theme
        self._choose_theme = choose_theme
        self._step = step
        #: What can be ticked: the name of a feed, and what it is about.
        self._offers = {f"arxiv:{name}": about for name, about in _CATEGORIES.items()}
        self._ticked: list[str] = []
        self._followed: list[FeedName] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(classes="title")
            yield Static(id="words")
            yield TextLine("cs.DB, author:NAME, or words to look for")
            yield TickList()
            yield self.notice
            yield KeyLine(wraps=True)

    def on_mount(self) -> None:
        self._show_step()

    def _show_step(self) -> None:
        self.set_class(self._step == FOLLOWING, "-following")
        self.set_class(self._step == COLOURS, "-colours")
        self.notice.dismiss()
        self.query_one(".title", Static).update(
            Content.assemble((_STEPS[self._step], "bold $primary"), (f"  {self._step + 1} of {len(_STEPS)}", "$faint"))
        )
        self.query_one("#words", Static).update(self._words())
        rows = self.query_one(TickList)
        rows.show([])
        if self._step == FOLLOWING:
            self._show_offers()
        elif self._step == COLOURS:
            names = [choice.name for choice in self._themes]
            rows.show(
                [
                    Content.assemble(f" {choice.name}", column_gap(choice.name, names), (choice.about, "$faint"))
                    for choice in self._themes
                ]
            )
            rows.highlighted = names.index(self._theme) if self._theme in names else 0
        if self._step:
            rows.focus()
        self._show_keys()

    def _words(self) -> Content:
        keys = self._keys
        if self._step == 0:
            lines = [(f"\n  {keys.name(action):<8}", f"{words}") for action, words in FIRST_KEYS.items()]
            parts = [part for key, words in lines for part in ((key, "$primary"), (words, ""))]
            end = f"\n\n{keys.name('palette')} finds every command by its name."
            return Content.assemble(f"{ABOUT}\n", *parts, (end, "$faint"))
        if self._step == FOLLOWING:
            return Content.assemble(
                ("Each gets a tab. ", ""), (f"{keys.name('follow')} changes them later.\n", "$faint")
            )
        return Content.assemble(
            f"{keys.name('digest')} shows the papers of the day as a digest, which papertui can mail every morning.\n",
            (f"All themes: {keys.name('theme')}   All settings: {keys.name('settings')}\n", "$faint"),
        )

    def _show_offers(self) -> None:
        names = [name.removeprefix("arxiv:") for name in self._offers]
        sign = self._glyphs.selected
        rows = []
        for name, (offer, about) in zip(names, self._offers.items(), strict=True):
            is_on = offer in self._ticked
            mark = (f" {sign if is_on else ' '} ", "$accent")
            rows.append(
                Content.assemble(mark, (name, "bold" if is_on else ""), column_gap(name, names), (about, "$faint"))
            )
        self.query_one(TickList).show(rows)

    def _show_keys(self) -> None:
        enter = "finish" if self._step == COLOURS else "next"
        hints = [KeyHint(shown_key("enter"), enter, "next")]
        if self._step == FOLLOWING:
            hints += [KeyHint("Space", "tick", "tick"), KeyHint("Tab", "type another", "other")]
        if self._step:
            hints.append(KeyHint((self._glyphs.is_unicode and "←") or "left", "back", "previous"))
        self.query_one(KeyLine).show([*hints, KeyHint("Esc", "close", "close")])

    def action_tick(self) -> None:
        self.query_one(TickList).action_select()

    def action_other(self) -> None:
        self.query_one(TextLine).focus()

    @on(OptionList.OptionSelected)
    def _tick(self, message: OptionList.OptionSelected) -> None:
        if self._step == FOLLOWING:
            offer = list(self._offers)[message.option_index]
            if offer in self._ticked:
                self._ticked.remove(offer)
            else:
                self._ticked.append(offer)
            self._show_offers()

    @on(OptionList.OptionHighlighted)
    def _preview(self, message: OptionList.OptionHighlighted) -> None:
        if self._step == COLOURS and message.option_index < len(self._themes):
            self._show_theme(self._themes[message.option_index].name)

    def action_previous(self) -> None:
        if self._step:
            self._step -= 1
            self._show_step()

    async def action_next(self) -> None:
        """Go on; add what was typed; at the end, save."""
        line = self.query_one(Input)
        if self._step == FOLLOWING and line.has_focus and line.value.strip():
            self._add(line.value.strip())
            line.clear()
            return
        if self._step == FOLLOWING and not await self._follow():
            return
        if self._step == COLOURS:
            place = self.query_one(TickList).highlighted
            name = self._themes[place or 0].name
            if name != self._theme:
                self._choose_theme(name)
            self.dismiss(tuple(self._followed))
            return
        self._step += 1
        self._show_step()

    def _add(self, text: str) -> None:
        """Offer what was typed, ticked: a name of a feed, a category, or words."""
        with self.notice.errors():
            name = str(self._named(text))
            self._offers = {name: "", **self._offers}
            self._ticked.append(name)
            self.notice.dismiss()
            self._show_offers()

    def _named(self, text: str) -> FeedName:
        for name in (text, f"arxiv:{text}"):
            try:
                return self._follows.named(name)
            except PapertuiError:
                continue
        return self._follows.named(text if ":" in text else f"keyword:{text}")

    async def _follow(self) -> bool:
        """Follow what is ticked; return whether that worked."""
        known = {str(follow.name) for follow in self._follows.all}
        with self.notice.errors():
            for offer in [offer for offer in self._ticked if offer not in known]:
                # Offline: a first start must not wait for an address; a category or words need no request.
                followed = await self._follows.follow(offer, offline=True)
                self._followed.append(followed.follow.name)
            return True
        return False

    def action_close(self) -> None:
        if self._step == COLOURS:
            self._show_theme(self._theme)
        self.dismiss(tuple(self._followed))
