"""Starts the app, loading only what the first frame needs."""

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
    """Run the app; return the exit code.

    Raises:
        PapertuiError: the app cannot be shown for a known reason.
    """
    settings = wiring.settings(wiring.places(environ))
    feed = None if asked.view is None else named(asked.view, settings.follows)
    if not all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The app needs a terminal. “papertui list” prints papers anywhere; see “papertui --help”.")
    # Hundreds of modules are loaded before the first frame and none of them becomes garbage: collecting would only
    # cost time. The screen enables it again after the first paint.
    gc.disable()
    from papertui.tui.app import run  # noqa: PLC0415 - imports Textual

    with ExitStack() as closing:
        desk = wiring.desk(environ, settings, closing)
        if settings.sync.auto and not asked.offline:
            from papertui.cli.watch import Watch  # noqa: PLC0415 - needed only with automatic sync

            watch = Watch(settings.sync, wiring.places(environ), environ)
            watch.sync()
            closing.callback(watch.sync_if_changed)
        code = run(desk, settings, feed=feed, offline=asked.offline, demo=asked.demo)
        desk.hooks.finish()
        for notice in desk.hooks.take_notices():
            say(notice)
        return code
