"""The Textual app: themes, key bindings, the main screen, the command palette and the clipboard."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from papertui.app import Services
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.controllers.context import StartOptions
from papertui.tui.glyphs import ASCII, UNICODE
from papertui.tui.keymap import ACTIONS, Action, Keymap
from papertui.tui.main_screen import MainScreen
from papertui.tui.theme import INK, THEMES


def matches(query: str, text: str) -> bool:
    """Whether every word of `query` is a prefix of a word of `text`."""
    words = text.casefold().replace(",", " ").replace(":", " ").split()
    return all(any(word.startswith(part) for word in words) for part in query.casefold().split())


class Actions(Provider):
    """The actions of the main screen.

    Textual's fuzzy matcher is not used: it can take seconds for one long text.
    """

    async def discover(self) -> Hits:
        for action in self._offered():
            yield DiscoveryHit(action.title, partial(self._run, action), help=action.group)

    async def search(self, query: str) -> Hits:
        for action in self._offered():
            if matches(query, f"{action.title} {action.group}"):
                score = 1.0 if matches(query, action.title) else 0.5
                yield Hit(score, Content(action.title), partial(self._run, action), help=action.group)

    @staticmethod
    def _offered() -> list[Action]:
        return [action for action in ACTIONS if action.name not in {"palette", "back", "first"}]

    async def _run(self, action: Action) -> None:
        await self.screen.run_action(action.name)


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
            _set_clipboard(text, self._environ, self._driver.write)


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
    last = services.read_state.last_feed() or FeedName("trending")
    if last.kind == "group" and last not in services.follows.groups:  # its feeds were unfollowed or moved
        return FeedName("trending")
    return last


_TMUX_TIMEOUT = 2.0


def osc52(text: str) -> str:
    """Return the control sequence that sets the clipboard of the terminal (xterm, OSC 52)."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def _set_clipboard(text: str, environ: Mapping[str, str], write: Callable[[str], None]) -> None:
    """Set the clipboard to `text`; `write` sends a string to the terminal.

    tmux drops OSC 52 of an application unless the user allows it, so the text is loaded into tmux itself, which stores
    it in its paste buffer and sends it to the outer terminal (``-w``, tmux 3.2 and later). The sequence wrapped for
    pass-through is also written, for nested tmux.
    """
    if not environ.get("TMUX"):
        write(osc52(text))
        return
    try:
        subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 - the reader's own tmux
            input=text.encode(),
            timeout=_TMUX_TIMEOUT,
            check=False,
            capture_output=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        write(osc52(text))
        return
    inner = osc52(text).replace("\x1b", "\x1b\x1b")
    write(f"\x1bPtmux;{inner}\x1b\\")
