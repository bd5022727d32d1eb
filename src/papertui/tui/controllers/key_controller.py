"""Counts and key sequences on the main screen, with hints about what may follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.timer import Timer

from papertui.tui.controllers.context import ScreenContext
from papertui.tui.key_reader import REPEATED, STEPS, Follower, KeyPress, KeyReader
from papertui.tui.keymap import ACTIONS, READING_ACTIONS, setting_name
from papertui.tui.text_layout import cut
from papertui.tui.widgets.key_line import KeyHint, KeyLine
from papertui.tui.widgets.key_panel import KeyPanel

#: Seconds after which the panel shows what may follow: who knows the keys never sees it.
_PANEL_DELAY = 0.5
#: The greatest number of times that an action is repeated; moving has no such limit.
_MOST_REPEATS = 99
#: Cells of the words about a key.
_MOST_WORDS = 34
_READING = {setting_name(action): f"reading('{action.name}')" for action in READING_ACTIONS}
_METHODS = {setting_name(action): action.name for action in ACTIONS} | _READING


class KeyController:
    """Reads keys before they reach the bindings of the screen.

    Args:
        context: the screen.
        key_line: shows what is pending and what may follow.
        tab_titles: returns the titles of the tabs by the setting name of the action that opens each.
        leave: shows the usual keys in the key line.
    """

    def __init__(
        self,
        context: ScreenContext,
        key_line: KeyLine,
        tab_titles: Callable[[], Mapping[str, str]],
        leave: Callable[[], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._reader = KeyReader(context.keys)
        self._key_line = key_line
        self._tab_titles = tab_titles
        self._leave = leave
        self._is_reading = False
        self._timer: Timer | None = None
        self._panel: KeyPanel | None = None
        #: The count of the action that is running.
        self.count: int | None = None

    @property
    def is_pending(self) -> bool:
        return self._reader.is_pending

    @property
    def times(self) -> int:
        """How often to do what the running action does."""
        return self.count or 1

    def use(self, *, reading: bool) -> None:
        """Use the keys of reading, or those of the list."""
        if reading != self._is_reading:
            self.cancel()
            self._is_reading = reading
            self._reader = KeyReader(self._context.keys, reading=reading)

    async def take(self, key: str) -> bool:
        """Take a key; return whether it is done with, and the bindings are not to see it."""
        was_pending = self.is_pending
        press = self._reader.press(key)
        if was_pending or press.kind == "wait":
            self._show()
        match press.kind:
            case "run":
                await self._run(press)
            case "unknown":
                self._context.notice.show_message(f"No action has the keys “{press.keys}”.")
            case "wait" | "pass":
                pass
        if press.kind == "pass" and self._is_reading:
            return await self._take_reading(key)
        return press.kind != "pass"

    async def _take_reading(self, key: str) -> bool:
        """Run the action that a key has in a text; the key of an action on the list does nothing there."""
        name = self._context.keys.reading.get((key,), "")
        if name in _READING:
            await self._screen.run_action(_READING[name])
            return True
        return not name and (key,) in self._context.keys.actions

    async def _run(self, press: KeyPress) -> None:
        repeats = min(press.times or 1, _MOST_REPEATS) if press.action in REPEATED else 1
        self.count = None if press.action in REPEATED else press.times
        try:
            for _ in range(repeats):
                await self._screen.run_action(_METHODS[press.action])
        finally:
            self.count = None

    def cancel(self) -> bool:
        """Forget what is pending; return whether anything was."""
        was_pending = self._reader.cancel()
        if was_pending:
            self._show()
        return was_pending

    # --- hints ---------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._panel is not None:
            self._panel.remove()
            self._panel = None
        if not self.is_pending:
            self._leave()
            return
        self._key_line.show(self.hints())
        if len(self.hints()) > self._key_line.fitting(self.hints()):
            self._timer = self._screen.set_timer(_PANEL_DELAY, self._open_panel)

    def hints(self) -> list[KeyHint]:
        """Return what is pending, what may follow, and how to cancel."""
        followers = [self._hint(follower) for follower in self._followers()]
        back = self._context.keys.name("back")
        return [
            KeyHint(self._reader.pending, self._context.glyphs.ellipsis),
            *followers,
            KeyHint(back, "cancel", "back"),
        ]

    def _followers(self) -> list[Follower]:
        titles = self._tab_titles()
        is_tab = {name for name in _METHODS if name.startswith("view_")}
        followers = sorted(self._reader.followers(), key=lambda follower: follower.action in is_tab)
        return [
            follower._replace(words=titles.get(follower.action, follower.words))
            for follower in followers
            if follower.action not in is_tab or follower.action in titles
        ]

    def _hint(self, follower: Follower) -> KeyHint:
        words = cut(follower.words, _MOST_WORDS, self._context.glyphs.ellipsis)
        return KeyHint(follower.key, words, follower.action and _METHODS[follower.action])

    async def _open_panel(self) -> None:
        if self._panel is not None or not self.is_pending:
            return
        if not (followers := [self._hint(follower) for follower in self._followers()]):
            return
        self._panel = KeyPanel(followers, is_ascii=not self._context.glyphs.is_unicode)
        hints = self.hints()
        self._key_line.show([hints[0], hints[-1]])  # the panel has the others
        await self._screen.mount(self._panel)

    async def run_clicked(self, action: str) -> None:
        """Run the action of a key that was clicked, with the pending count."""
        count = self._reader.count
        was_pending = self.cancel()
        names = {method: name for name, method in _METHODS.items()}
        if was_pending and (name := names.get(action)) in REPEATED | STEPS | {"bottom"}:
            await self._run(KeyPress("run", name or "", count))
        elif not (was_pending and action == "back"):
            await self._screen.run_action(action)
