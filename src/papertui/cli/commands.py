"""Every command by its name, and the way to it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from papertui import wiring
from papertui.cli import (
    digest,
    doctor,
    exporting,
    feeds,
    history,
    importing,
    library,
    notes,
    organising,
    pdfs,
    reading,
    refreshing,
    scheduling,
    syncing,
    upkeep,
)
from papertui.cli.errand import Errand
from papertui.cli.watch import Watch
from papertui.errors import UsageError
from papertui.printing.streams import flush, write

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
    if asked.does == "config edit":  # they may be wrong: that is why they are edited
        return upkeep.edit_settings(places, environ)
    settings = wiring.settings(places)
    with ExitStack() as closing:
        if not asked.does.startswith("sync") and not asked.offline:
            closing.callback(Watch(settings.sync, places, environ).sync_if_changed)
        errand = Errand(asked, environ, places, settings, wiring.desk(environ, settings, closing))
        closing.callback(errand.pass_on_notices)
        code = _command(asked)(errand)
        flush()  # what was asked for comes first
        errand.desk.hooks.finish()
        return code


def _command(asked: argparse.Namespace) -> Command:
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
        "bookmark tag": organising.tag,
        "bookmark tags": organising.tags,
        "bookmark note": notes.note,
        "bookmark state": organising.state,
        "bookmark rate": organising.rate,
        "bookmark collections": organising.collections,
        "undo": history.undo,
        "redo": history.redo,
        "log": history.log,
        "export": exporting.export,
        "import": importing.import_files,
        "sync": syncing.sync,
        "sync setup": syncing.set_up,
        "sync status": syncing.status,
        "refresh": refreshing.refresh,
        "feeds list": feeds.list_feeds,
        "feeds add": feeds.add,
        "feeds remove": feeds.remove,
        "feeds import": feeds.take_in,
        "feeds export": feeds.give_out,
        "read": reading.read,
        "pdf": pdfs.bring,
        "digest": digest.digest,
        "digest schedule": scheduling.schedule,
        "digest unschedule": scheduling.unschedule,
        "digest status": scheduling.status,
        "doctor": doctor.examine,
        "config show": upkeep.show_settings,
    }
    return commands[asked.does]
