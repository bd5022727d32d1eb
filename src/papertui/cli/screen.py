"""Starts the app, loading only what the first frame needs."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from papertui import app
from papertui.cli.output import is_terminal, say
from papertui.errors import UsageError
from papertui.model.feed import named


def open_screen(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the app; return the exit code.

    Raises:
        PapertuiError: the app cannot be shown for a known reason.
    """
    settings = app.load_settings(app.find_paths(environ))
    feed = None if asked.view is None else named(asked.view, settings.follows)
    if not all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The app needs a terminal. “papertui list” prints papers anywhere; see “papertui --help”.")
    # Hundreds of modules are loaded before the first frame and none of them becomes garbage: collecting would only
    # cost time. The screen enables it again after the first paint.
    gc.disable()
    from papertui.tui.app import run  # noqa: PLC0415 - imports Textual

    with ExitStack() as closing:
        services = app.build(environ, settings, closing)
        if settings.sync.auto and not asked.offline:
            from papertui.cli.watch import AutoSync  # noqa: PLC0415 - needed only with automatic sync

            watch = AutoSync(settings.sync, app.find_paths(environ), environ)
            watch.sync()
            closing.callback(watch.sync_if_changed)
        code = run(services, settings, feed=feed, offline=asked.offline, demo=asked.demo)
        services.hooks.finish()
        for notice in services.hooks.take_notices():
            say(notice)
        return code
