"""Every command by its name, and the way to it."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from papertui import wiring
from papertui.cli import library, reading, upkeep
from papertui.cli.errand import Errand
from papertui.core.feed import parse_feed_name
from papertui.errors import UsageError
from papertui.printing.streams import is_terminal, write

Command = Callable[[Errand], int]


def run(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Does what was asked; returns the exit code.

    Raises:
        PapertuiError: it cannot be done, for a reason that can be explained.
    """
    places = wiring.places(environ)
    if asked.does == "config path":  # must be told when the settings are wrong, above all
        write(f"{places.settings}\n")
        return 0
    settings = wiring.settings(places)
    with ExitStack() as closing:
        errand = Errand(asked, environ, places, settings, wiring.desk(environ, closing))
        closing.callback(errand.pass_on_notices)
        return _command(asked)(errand)


def _command(asked: argparse.Namespace) -> Command:
    if not asked.does:
        return _screen
    if asked.view is not None or asked.demo:
        raise UsageError(f"--feed and --demo are for the screen, which opens without “{asked.does}”. Leave one out.")
    commands: dict[str, Command] = {
        "list": reading.list_feed,
        "search": reading.search,
        "show": reading.show,
        "open": reading.open_paper,
        "bookmark add": library.add,
        "bookmark remove": library.remove,
        "bookmark list": library.list_kept,
        "refresh": upkeep.refresh,
        "config show": upkeep.show_settings,
    }
    return commands[asked.does]


def _screen(errand: Errand) -> int:
    asked = errand.asked
    feed = None if asked.view is None else parse_feed_name(asked.view)
    if not all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The screen needs a terminal. “papertui list” prints papers anywhere; see “papertui --help”.")
    # Hundreds of modules are loaded from here to the first frame and none of it becomes garbage: the collector would
    # only look at it again and again. The screen turns it on when it has been painted.
    gc.disable()
    from papertui.tui.app import run as show_screen  # noqa: PLC0415 - brings Textual with it

    return show_screen(errand.desk, errand.settings, feed=feed, offline=asked.offline, demo=asked.demo)
