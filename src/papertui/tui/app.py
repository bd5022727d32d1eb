"""The Textual app: themes, key bindings, the main screen, the command palette and the clipboard."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme

from papertui import instant
from papertui.app import Services, find_paths
from papertui.errors import SettingsError
from papertui.files import make_private, write_atomic
from papertui.instant import Shown
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.controllers.context import StartOptions
from papertui.tui.glyphs import ASCII, UNICODE
from papertui.tui.keymap import Keymap
from papertui.tui.main_screen import MainScreen
from papertui.tui.memory import keep_flat
from papertui.tui.start import starting_feed
from papertui.tui.terminal_pictures import TerminalAnswer, TerminalPictures
from papertui.tui.theme import INK, THEMES

#: Shells report a program that a signal ended with this number and that of the signal.
_SIGNALLED = 128
#: Seconds in which the app ends after a signal: what is being written is on the disk by then.
_LONGEST_END = 5


class PaperTui(App[None]):
    """papertui in a terminal."""

    TITLE = "papertui"
    CSS_PATH = "papertui.tcss"
    ENABLE_COMMAND_PALETTE = False  # ours is `papertui.tui.dialogs.palette`

    def __init__(
        self,
        services: Services,
        settings: Settings,
        start: StartOptions,
        environ: Mapping[str, str] | None = None,
        shown: Shown | None = None,
    ) -> None:
        """Create it; `shown` is what is on the terminal already."""
        theme = _start_theme(settings.theme, services)
        self._environ = os.environ if environ is None else environ
        pictures = TerminalPictures(self._environ, self._write)
        super().__init__(_driver_class(pictures, shown), ansi_color=theme.ansi or None)
        self._pictures = pictures
        keys = Keymap(settings.keys)
        glyphs = ASCII if settings.signs == "ascii" else UNICODE
        self._main = MainScreen(services, settings, start, glyphs, keys, pictures, shown)
        for one in (*THEMES, theme):
            self.register_theme(one)
        # Not `self.theme = ...`: that would parse every style sheet a second time before the first frame.
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Make the main screen the first one, so that no blank screen is painted."""
        return self._main

    def on_mount(self) -> None:
        self.set_reactive(App.ansi_color, None)  # from now on the theme decides
        keep_flat(self)
        self.app_resume_signal.subscribe(self, self._redraw)
        if sys.platform != "win32" and not self.is_headless:
            # Without a handler the process would end at once and leave the terminal as the app uses it.
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, partial(self._end, asyncio.get_running_loop()))

    def _end(self, loop: asyncio.AbstractEventLoop, number: int, _: FrameType | None) -> None:
        """End because of a signal, with the exit code that shells expect.

        Not a handler of the event loop: if the terminal reads nothing more, the loop waits for ever in Textual, which
        has to write what is drawn.
        """
        code = _SIGNALLED + number
        loop.call_soon_threadsafe(partial(self.exit, return_code=code))
        signal.signal(signal.SIGALRM, lambda *_: os._exit(code))
        signal.alarm(_LONGEST_END)

    def _redraw(self, _: App[Any]) -> None:
        """Draw everything: another program used the terminal."""
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    @property
    def last_frame(self) -> bytes | None:
        """What the main screen showed when the reader quit, if the next start shows the same."""
        return self._main.last_frame.taken

    async def action_quit(self) -> None:
        """Save unsaved text, then quit. If saving fails, stay; the dialog shows the error."""
        from papertui.tui.dialogs.dialog import Dialog  # noqa: PLC0415 - the first frame needs no dialog

        if not isinstance(self.screen, Dialog) or await self.screen.save():
            await self._main.action_quit()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and (not self.screen_stack or self._main.last_frame.keeps(event)):
            return  # the app is closing, or the key waits for the first list
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self._main.touched()
        await super().on_event(event)

    async def on_key(self, event: events.Key) -> None:
        """Take a key that belongs to a count or a sequence, in its turn among the keys that have bindings."""
        if self.screen is self._main and await self._main.take_key(event.key):
            event.prevent_default()

    def action_help_quit(self) -> None:
        """Quit with Ctrl+C, as with the quit key; Textual's own action would only name that key."""
        self.call_later(self.action_quit)

    def on_terminal_answer(self, message: TerminalAnswer) -> None:
        self._pictures.take(message.text)

    def _write(self, text: str) -> None:
        """Write to the terminal beside what is drawn."""
        if self._driver is not None:
            self._driver.write(text)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy `text`, also inside tmux."""
        if self._driver is not None:
            _set_clipboard(text, self._environ, self._driver.write)


def run(services: Services, settings: Settings, *, feed: FeedName | None, offline: bool, demo: bool) -> int:
    """Run the app; return the exit code.

    Raises:
        PapertuiError: the settings or the disk prevent the start; nothing was shown yet.
    """
    first = feed or starting_feed(services, settings, demo=demo)
    is_plain = feed is None and not offline and not demo
    options = StartOptions(first, offline=offline, demo=demo, welcomes=is_plain)
    app = PaperTui(services, settings, options, shown=instant.on_terminal())
    app.run()
    if not app.return_code and not demo:
        _keep(app.last_frame if settings.instant and settings.feed == "last" else None, app.size)
    return app.return_code or 0


def _start_theme(name: str, services: Services) -> Theme:
    """Return the theme of the settings; ours if it cannot be used, which the screen explains after the first frame."""
    if name == "auto":
        return INK
    if (ours := next((theme for theme in THEMES if theme.name == name), None)) is not None:
        return ours
    from papertui.tui.theme_catalog import ThemeCatalog  # noqa: PLC0415 - most readers use ours

    try:
        return ThemeCatalog(services.themes_folder).load(name)
    except SettingsError:
        return INK


def _driver_class(pictures: TerminalPictures, shown: Shown | None) -> type[Driver] | None:
    """Return our driver, unless the reader chose another one or the platform has none such."""
    if sys.platform == "win32" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from papertui.tui.terminal_driver import driver_class  # noqa: PLC0415 - there is no such driver on Windows

    return driver_class(pictures, shown)


def _keep(frame: bytes | None, size: Size) -> None:
    """Store the frame for the next start; without one, remove an older one, which the next start does not lead to."""
    paths = find_paths(os.environ)
    file = paths.cache / instant.FILE
    with suppress(OSError):  # such as a full disk: the next start shows no last frame
        if frame is None or len(frame) > instant.LARGEST // 2:
            file.unlink(missing_ok=True)
            return
        settings = str(paths.settings)
        belongs = instant.identity(os.environ, size.width, size.height, settings)
        make_private(paths.cache)
        write_atomic(file, instant.composed(frame, belongs, settings), durable=False)


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
