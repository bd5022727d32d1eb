"""Starts linear mode."""

from __future__ import annotations

from papertui.app import Services
from papertui.cli.linear.commands import run_command
from papertui.cli.linear.session import LinearSession
from papertui.cli.linear.terminal import SignalledError, Terminal
from papertui.cli.paper_text import TextStyle
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.keymap import Keymap
from papertui.tui.start import starting_feed

#: Shells report a program that a signal ended with this number and that of the signal.
_SIGNALLED = 128


def run_linear(services: Services, settings: Settings, *, feed: FeedName | None, offline: bool, demo: bool) -> int:
    """Run linear mode; return the exit code.

    Raises:
        PapertuiError: the settings or the disk prevent the start.
    """
    first = feed or starting_feed(services, settings, demo=demo)
    # Not as wide as the terminal: a screen reader reads paragraphs, and the terminal breaks lines itself.
    style = TextStyle(services.feeds.today(), ascii=settings.signs == "ascii")
    terminal = Terminal()
    session = LinearSession(terminal, services, Keymap(settings.keys), style, run_command, offline=offline, demo=demo)
    try:
        with terminal.opened():
            session.run(first)
    except SignalledError as signalled:
        return _SIGNALLED + signalled.number
    except KeyboardInterrupt:  # Ctrl+C quits, as in the app
        session.say("")
    return 0
