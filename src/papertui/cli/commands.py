"""Maps each command name to the function that runs it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from papertui import app
from papertui.cli.errand import Context
from papertui.cli.output import flush, write
from papertui.cli.watch import AutoSync
from papertui.errors import UsageError

Command = Callable[[Context], int]


def run(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run the parsed command; return the exit code.

    Raises:
        PapertuiError: the command failed for a known reason.
    """
    places = app.find_paths(environ)
    if asked.does == "config path":  # must work above all when the settings are invalid
        write(f"{places.settings}\n")
        return 0
    if asked.does == "config edit":  # the settings may be invalid: that is why they are edited
        from papertui.cli.upkeep import edit_settings  # noqa: PLC0415 - see below

        return edit_settings(places, environ)
    settings = app.load_settings(places)
    with ExitStack() as closing:
        if not asked.does.startswith("sync") and not asked.offline:
            closing.callback(AutoSync(settings.sync, places, environ).sync_if_changed)
        context = Context(asked, environ, places, settings, app.build(environ, settings, closing))
        closing.callback(context.pass_on_notices)
        code = _command(asked)(context)
        flush()  # print the result before waiting for hooks
        context.services.hooks.finish()
        return code


def _command(asked: argparse.Namespace) -> Command:
    if asked.view is not None or asked.demo:
        raise UsageError(
            f"--feed and --demo open the app, which takes no command. Leave out “{asked.does}”, or the option."
        )
    family = next(family for names, family in _FAMILIES.items() if asked.does.startswith(names))
    return family()[asked.does]


def _looking() -> Mapping[str, Command]:
    from papertui.cli import reading  # noqa: PLC0415 - other commands do not need these

    return {
        "list": reading.list_feed,
        "search": reading.search,
        "show": reading.show,
        "open": reading.open_paper,
        "read": reading.read,
    }


def _keeping() -> Mapping[str, Command]:
    from papertui.cli import history, library, notes, organising  # noqa: PLC0415 - other commands do not need these

    return {
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
    }


def _following() -> Mapping[str, Command]:
    from papertui.cli import feeds, refreshing  # noqa: PLC0415 - other commands do not need these

    return {
        "refresh": refreshing.refresh,
        "feeds list": feeds.list_feeds,
        "feeds add": feeds.add,
        "feeds remove": feeds.remove,
        "feeds import": feeds.take_in,
        "feeds export": feeds.give_out,
    }


def _exchanging() -> Mapping[str, Command]:
    from papertui.cli import exporting, importing, pdfs, syncing  # noqa: PLC0415 - other commands do not need these

    return {
        "export": exporting.export,
        "import": importing.import_files,
        "sync": syncing.sync,
        "sync setup": syncing.set_up,
        "sync status": syncing.status,
        "pdf": pdfs.bring,
    }


def _mailing() -> Mapping[str, Command]:
    from papertui.cli import digest, scheduling  # noqa: PLC0415 - other commands do not need these

    return {
        "digest": digest.digest,
        "digest schedule": scheduling.schedule,
        "digest unschedule": scheduling.unschedule,
        "digest status": scheduling.status,
    }


def _tending() -> Mapping[str, Command]:
    from papertui.cli import doctor, upkeep  # noqa: PLC0415 - other commands do not need these

    return {
        "doctor": doctor.examine,
        "config show": upkeep.show_settings,
    }


#: Groups of commands by the first word of their names. A group is loaded when one of its commands runs.
_FAMILIES: Mapping[tuple[str, ...], Callable[[], Mapping[str, Command]]] = {
    ("list", "search", "show", "open", "read"): _looking,
    ("bookmark", "undo", "redo", "log"): _keeping,
    ("feeds", "refresh"): _following,
    ("export", "import", "sync", "pdf"): _exchanging,
    ("digest",): _mailing,
    ("doctor", "config"): _tending,
}
