"""Starts the app, loading only what the first frame needs."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from papertui import app
from papertui.cli.output import is_terminal, print_message
from papertui.errors import UsageError
from papertui.model.feed import named
from papertui.model.feed_address import without_password
from papertui.settings import Settings


def open_screen(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the app; return the exit code.

    Raises:
        PapertuiError: the app cannot be shown for a known reason.
    """
    settings = app.load_settings(app.find_paths(environ))
    if args.view is not None:
        named(without_password(args.view)[0], settings.follows)  # an error is reported before the terminal is needed
    if args.linear:
        return _open_linear(args, environ, settings)
    if not all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "The app needs a terminal. “papertui --linear” works without one, and “papertui list” prints papers; "
            "see “papertui --help”."
        )
    # Hundreds of modules are loaded before the first frame and none of them becomes garbage: collecting would only
    # cost time. The screen enables it again after the first paint.
    gc.disable()
    from papertui.tui.app import run  # noqa: PLC0415 - imports Textual

    with ExitStack() as closing:
        services = app.build(environ, settings, closing)
        feed = None if args.view is None else services.follows.named(args.view)
        if settings.sync.auto and not args.offline:
            from papertui.cli.auto_sync import AutoSync  # noqa: PLC0415 - needed only with automatic sync

            auto_sync = AutoSync(settings.sync, app.find_paths(environ), environ)
            auto_sync.sync()
            closing.callback(auto_sync.sync_if_changed)
        code = run(services, settings, feed=feed, offline=args.offline, demo=args.demo)
        services.hooks.finish()
        for notice in services.hooks.take_notices():
            print_message(notice)
        return code


def _open_linear(args: argparse.Namespace, environ: Mapping[str, str], settings: Settings) -> int:
    from papertui.cli.linear.start import run_linear  # noqa: PLC0415 - the app is opened more often

    with ExitStack() as closing:
        services = app.build(environ, settings, closing)
        feed = None if args.view is None else services.follows.named(args.view)
        code = run_linear(services, settings, feed=feed, offline=args.offline, demo=args.demo)
        services.hooks.finish()
        for notice in services.hooks.take_notices():
            print_message(notice)
        return code
