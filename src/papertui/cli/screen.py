"""The way to the screen: nothing is loaded on it that the first frame does not need."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from papertui import wiring
from papertui.core.follow import named
from papertui.errors import UsageError
from papertui.printing.streams import is_terminal, say


def open_screen(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Shows the app until the reader leaves; returns the exit code.

    Raises:
        PapertuiError: it cannot be shown, for a reason that can be explained.
    """
    settings = wiring.settings(wiring.places(environ))
    feed = None if asked.view is None else named(asked.view, settings.follows)
    if not all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The screen needs a terminal. “papertui list” prints papers anywhere; see “papertui --help”.")
    # Hundreds of modules are loaded from here to the first frame and none of it becomes garbage: the collector would
    # only look at it again and again. The screen turns it on when it has been painted.
    gc.disable()
    from papertui.tui.app import run  # noqa: PLC0415 - brings Textual with it

    with ExitStack() as closing:
        desk = wiring.desk(environ, settings, closing)
        if settings.sync.auto and not asked.offline:
            from papertui.cli.watch import Watch  # noqa: PLC0415 - most readers have no need of it

            watch = Watch(settings.sync, wiring.places(environ), environ)
            watch.sync()
            closing.callback(watch.sync_if_changed)
        code = run(desk, settings, feed=feed, offline=asked.offline, demo=asked.demo)
        desk.hooks.finish()
        for notice in desk.hooks.take_notices():
            say(notice)
        return code
