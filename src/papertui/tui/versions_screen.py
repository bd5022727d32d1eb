"""The screen that shows what changed between two versions of a paper."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from papertui.errors import PapertuiError
from papertui.model.paper import Paper
from papertui.model.text_diff import VersionComparison
from papertui.services.versions import VersionService
from papertui.tui.controllers.context import Activity, in_background
from papertui.tui.diff_rows import diff_rows, sentence_rows
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import ACTIONS, Keymap, setting_name
from papertui.tui.widgets.diff_text import DiffText
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.tab_strip import Tab, TabStrip

#: Pairs of versions to choose from, at most.
_MOST_PAIRS = 6
#: Actions of the main screen that this one has as well, with the keys the reader chose for them.
_SHARED = frozenset(
    {"down", "up", "half_down", "half_up", "page_down", "page_up", "top", "bottom", "next", "previous"}
    | {"previous_view", "next_view", "back", "versions"}
    | {f"view({number})" for number in range(1, _MOST_PAIRS + 1)}
)
_Pair = tuple[int, int]


def _shared_bindings() -> list[Binding]:
    return [
        Binding(action.keys, action.name, action.title, id=setting_name(action), show=False)
        for action in ACTIONS
        if action.name in _SHARED
    ]


class VersionsScreen(ModalScreen[None]):
    """The changes, and other pairs of versions as tabs.

    Args:
        versions: compares.
        paper: the paper.
        glyphs: the symbols to draw with.
        keys: the keys of the reader.
        offline: do not use the network.
    """

    DEFAULT_CSS = "VersionsScreen { background: $background; layout: vertical; }"
    AUTO_FOCUS = "DiffText"
    BINDINGS: ClassVar[list[BindingType]] = [*_shared_bindings(), Binding("q", "back", "Back", show=False)]

    def __init__(self, versions: VersionService, paper: Paper, glyphs: Glyphs, keys: Keymap, *, offline: bool) -> None:
        super().__init__()
        self._bindings.apply_keymap(dict(keys.changed))
        self._versions = versions
        self._paper = paper
        self._glyphs = glyphs
        self._keys = keys
        self._offline = offline
        #: The pairs in the order of the tabs; zeros stand for the version that the reader had, and the newest.
        self._pairs: tuple[_Pair, ...] = ((0, 0),)
        self._place = 0
        self._found: dict[_Pair, VersionComparison | str] = {}
        self._strip = TabStrip(glyphs)
        self._text = DiffText()
        self._key_line = KeyLine()
        self._activity = Activity(self, glyphs, self._show_state)

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self._text
        yield self._key_line

    def on_mount(self) -> None:
        self._open(0)

    # --- loading -------------------------------------------------------------------------------------

    def _open(self, place: int) -> None:
        self._place = place
        self._text.scroll_to(y=0, animate=False, force=True)
        self._show()
        if self._pairs[place] not in self._found:
            in_background(self, self._load, self._pairs[place], group="versions", exclusive=True)

    async def _load(self, pair: _Pair) -> None:
        with self._activity.running("comparing"):
            try:
                found = await self._versions.compare(self._paper.id, *pair, offline=self._offline)
            except PapertuiError as error:
                self._found[pair] = str(error)
            else:
                self._take(pair, found)
        self._show()

    def _take(self, pair: _Pair, found: VersionComparison) -> None:
        self._found[pair] = self._found[found.before, found.after] = found
        if pair == (0, 0):  # now the versions are known
            steps = [(number - 1, number) for number in range(found.after, 1, -1)]
            pairs = dict.fromkeys([(found.before, found.after), *steps])
            self._pairs = tuple(pairs)[:_MOST_PAIRS]
            in_background(self, self._see, group="versions seen")

    async def _see(self) -> None:
        await asyncio.to_thread(self._versions.see, self._paper.id)

    # --- showing -------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        self._show_state()
        width = self.size.width - 3  # padding and scrollbar
        found = self._found.get(self._pairs[self._place])
        self._key_line.show(self._hints(has_changes=isinstance(found, VersionComparison)))
        if isinstance(found, VersionComparison):
            with_marks = not self._glyphs.is_unicode or self.app.no_color
            self._text.show(diff_rows(found, width, self._glyphs, with_marks=with_marks))
        else:
            words = f"Comparing the versions of this paper {self._glyphs.ellipsis}" if found is None else found
            self._text.show(sentence_rows([self._paper.title, words], width))

    def _hints(self, *, has_changes: bool) -> list[KeyHint]:
        name = self._keys.name
        hints = [KeyHint(name("next"), "next change", "next"), KeyHint(name("previous"), "previous", "previous")]
        others = [KeyHint(name("next_view"), "other versions", "next_view")] if len(self._pairs) > 1 else []
        return [*(hints if has_changes else ()), *others, KeyHint(name("back"), "back", "back")]

    def _show_state(self) -> None:
        arrow = "→" if self._glyphs.is_unicode else "to"
        tabs = tuple(
            Tab(f"v{before} {arrow} v{after}" if after else "Versions", f"{after}") for before, after in self._pairs
        )
        self._strip.show(tabs, self._place, self._activity.words, busy=self._activity.is_running)

    @on(KeyLine.Pressed)
    async def _run_pressed_action(self, message: KeyLine.Pressed) -> None:
        await self.run_action(message.action)

    # --- moving --------------------------------------------------------------------------------------

    def _scroll(self, lines: int) -> None:
        self._text.scroll_relative(y=lines, animate=False, force=True)

    def action_down(self) -> None:
        self._scroll(1)

    def action_up(self) -> None:
        self._scroll(-1)

    def action_half_down(self) -> None:
        self._scroll(max(1, self._text.size.height // 2))

    def action_half_up(self) -> None:
        self._scroll(-max(1, self._text.size.height // 2))

    def action_page_down(self) -> None:
        self._scroll(max(1, self._text.size.height - 1))

    def action_page_up(self) -> None:
        self._scroll(-max(1, self._text.size.height - 1))

    def action_top(self) -> None:
        self._text.scroll_home(animate=False, force=True)

    def action_bottom(self) -> None:
        self._text.scroll_end(animate=False, force=True)

    def action_next(self) -> None:
        self._text.go_to_change(1)

    def action_previous(self) -> None:
        self._text.go_to_change(-1)

    # --- versions ------------------------------------------------------------------------------------

    def action_view(self, number: int) -> None:
        if number <= len(self._pairs) and self._place != number - 1:
            self._open(number - 1)

    @on(TabStrip.TabClicked)
    def _open_tab(self, message: TabStrip.TabClicked) -> None:
        self.action_view(message.place + 1)

    def action_next_view(self) -> None:
        self.action_view((self._place + 1) % len(self._pairs) + 1)

    def action_previous_view(self) -> None:
        self.action_view((self._place - 1) % len(self._pairs) + 1)

    # --- closing -------------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.dismiss(None)

    action_versions = action_back

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close the screen, once: a second quick key would close the screen below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
