"""The app itself: themes, keys in force and the main screen; everything else is the screens' business."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.screen import Screen

from papertui.core.feed import FeedName
from papertui.desk import Desk
from papertui.settings import Settings
from papertui.tui.clipboard import copy
from papertui.tui.keymap import chosen_keys
from papertui.tui.palette import Actions
from papertui.tui.screens.browse import Browse
from papertui.tui.screens.fetching import Visit
from papertui.tui.signs import ASCII, UNICODE
from papertui.tui.themes import INK, THEMES


@runtime_checkable
class Writing(Protocol):
    """A screen in which something is being written that must not be lost."""

    async def keep(self) -> bool:
        """Keeps what was written; whether that could be done."""
        ...


class PaperTui(App[None]):
    """papertui in a terminal."""

    TITLE = "papertui"
    CSS_PATH = "papertui.tcss"
    COMMANDS: ClassVar[set[type[Actions]]] = {Actions}  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, desk: Desk, settings: Settings, visit: Visit, environ: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        keys = chosen_keys(settings.keys)
        signs = ASCII if settings.signs == "ascii" else UNICODE
        self._browse = Browse(desk, visit, signs, keys, settings)
        for theme in THEMES:
            self.register_theme(theme)
        # Not `self.theme = ...`: that would read every style sheet a second time, before anything is shown.
        self.set_reactive(App.theme, INK.name if settings.theme == "auto" else settings.theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(keys)

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the first one, so that nothing else is ever painted."""
        return self._browse

    async def action_quit(self) -> None:
        """Leaves, once what is being written is kept; stays where that cannot be done, and the screen says why."""
        screen = self.screen
        if not isinstance(screen, Writing) or await screen.keep():
            await self._browse.action_quit()

    def copy_to_clipboard(self, text: str) -> None:
        """Copies `text`, inside tmux too."""
        if self._driver is not None:
            copy(text, self._environ, self._driver.write)


def run(desk: Desk, settings: Settings, *, feed: FeedName | None, offline: bool, demo: bool) -> int:
    """Shows the app until the reader leaves; returns the exit code.

    Raises:
        PapertuiError: the settings or the disk do not allow it; nothing was shown yet.
    """
    chosen = feed or _first_view(desk, settings, demo=demo)
    app = PaperTui(desk, settings, Visit(chosen, offline=offline, demo=demo))
    app.run()
    return app.return_code or 0


def _first_view(desk: Desk, settings: Settings, *, demo: bool) -> FeedName:
    if demo:
        return FeedName("trending")
    if settings.feed != "last":
        return desk.following.named(settings.feed)
    return desk.marks.last_feed() or FeedName("trending")
