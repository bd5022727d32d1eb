"""The Textual app: themes, key bindings and the main screen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import ClassVar

from textual.app import App
from textual.screen import Screen

from papertui.app import Services
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.clipboard import copy
from papertui.tui.controllers.context import StartOptions
from papertui.tui.glyphs import ASCII, UNICODE
from papertui.tui.keymap import Keymap
from papertui.tui.main_screen import MainScreen
from papertui.tui.palette import Actions
from papertui.tui.theme import INK, THEMES


class PaperTui(App[None]):
    """papertui in a terminal."""

    TITLE = "papertui"
    CSS_PATH = "papertui.tcss"
    COMMANDS: ClassVar[set[type[Actions]]] = {Actions}  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self, services: Services, settings: Settings, start: StartOptions, environ: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        keys = Keymap(settings.keys)
        glyphs = ASCII if settings.signs == "ascii" else UNICODE
        self._main = MainScreen(services, settings, start, glyphs, keys)
        for theme in THEMES:
            self.register_theme(theme)
        # Not `self.theme = ...`: that would parse every style sheet a second time before the first frame.
        self.set_reactive(App.theme, INK.name if settings.theme == "auto" else settings.theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(keys.keys)

    def get_default_screen(self) -> Screen[None]:
        """Make the main screen the first one, so that no blank screen is painted."""
        return self._main

    async def action_quit(self) -> None:
        """Save unsaved text, then quit. If saving fails, stay; the dialog shows the error."""
        from papertui.tui.dialogs.dialog import Dialog  # noqa: PLC0415 - the first frame needs no dialog

        if not isinstance(self.screen, Dialog) or await self.screen.save():
            await self._main.action_quit()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy `text`, also inside tmux."""
        if self._driver is not None:
            copy(text, self._environ, self._driver.write)


def run(services: Services, settings: Settings, *, feed: FeedName | None, offline: bool, demo: bool) -> int:
    """Run the app; return the exit code.

    Raises:
        PapertuiError: the settings or the disk prevent the start; nothing was shown yet.
    """
    first = feed or _first_feed(services, settings, demo=demo)
    app = PaperTui(services, settings, StartOptions(first, offline=offline, demo=demo))
    app.run()
    return app.return_code or 0


def _first_feed(services: Services, settings: Settings, *, demo: bool) -> FeedName:
    if demo:
        return FeedName("trending")
    if settings.feed != "last":
        return services.follows.named(settings.feed)
    return services.read_state.last_feed() or FeedName("trending")
