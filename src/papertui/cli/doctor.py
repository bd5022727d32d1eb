"""``doctor`` checks the stored files and the services; ``config`` shows and edits the settings."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from papertui.cli.output import print_message, printable, write
from papertui.cli.parser import Commands, add_offline
from papertui.errors import SourceError, StoreError, UsageError
from papertui.files import make_private, reason, why_unwritable, write_atomic
from papertui.model.format import plural
from papertui.services.programs import edit_file
from papertui.settings import Settings

if TYPE_CHECKING:
    from papertui.cli.context import Context

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE")


def add_commands(commands: Commands) -> None:
    doctor = commands.add(
        "doctor",
        "check files and services, and repair files",
        """\
papertui doctor
  papertui doctor --network
  papertui doctor --repair
  papertui doctor --restore 2026-04-30     (undo with “papertui undo”)""",
        check,
    )
    doctor.add_argument("--network", action="store_true", help="also check the connection to each service")
    doctor.add_argument("--repair", action="store_true", help="repair what can be repaired")
    doctor.add_argument("--restore", metavar="NAME", help="restore the library from a backup, as one undo step")
    add_offline(doctor)
    config = commands.add(
        "config",
        "show or edit the settings",
        """\
papertui config path
  papertui config show
  papertui config edit
  papertui config schema > settings.schema.json""",
    ).add_commands("path|show|edit|schema")
    config.add("path", "print the path of the settings", "papertui config path", print_path, standalone=True)
    config.add(
        "show",
        "print the current settings as TOML",
        "papertui config show\n  papertui config show > settings.toml",
        show_settings,
    )
    config.add(
        "edit",
        "open the settings in your editor",
        "papertui config edit\n  EDITOR=nano papertui config edit",
        edit_settings,
        standalone=True,
    )
    config.add(
        "schema",
        "print the JSON Schema of the settings",
        """\
papertui config schema
  papertui config schema > settings.schema.json

It is draft 2020-12, for editors that complete and check TOML. Where the first line of the settings is
“#:schema ./settings.schema.json”, Taplo and Even Better TOML use the file beside them.""",
        print_settings_schema,
        standalone=True,
    )


def check(context: Context) -> int:
    """Repair or restore as requested, then check each part and print one line for it.

    The exit code is that of the first check that fails.
    """
    if context.args.restore is not None:
        _restore(context, context.args.restore)
    if context.args.repair:
        done = context.services.library.repair()
        for sentence in done or ("Nothing to repair.",):
            print_message(sentence)
    stores = context.services.health.stores()
    for result in stores:
        _print_check(result.name, result.words, fine=result.fine)
    network_is_fine = not context.args.network or asyncio.run(_check_network(context))
    if not all(result.fine for result in stores):
        return StoreError.exit_code
    return 0 if network_is_fine else SourceError.exit_code


def _restore(context: Context, name: str) -> None:
    step = context.services.library.restore(name)
    if step is None:
        print_message(f"The library already matches the backup {name}.")
        return
    changed = plural(len(step.changes), "bookmark")
    print_message(f"Restored the library from the backup {name}: {changed} changed. “papertui undo” undoes this.")


async def _check_network(context: Context) -> bool:
    if context.args.offline:
        _print_check("network", "skipped (--offline)", fine=True)
        return True
    for name in _PROXY_VARIABLES:
        if value := context.environ.get(name.lower()) or context.environ.get(name):
            # A proxy URL may contain a password.
            _print_check(name, "set" if "@" in value else f"set to {value}", fine=True)
    fine = True
    async for result in context.services.health.network():
        _print_check(result.name, result.words, fine=result.fine)
        fine = fine and result.fine
    return fine


def _print_check(name: str, words: str, *, fine: bool) -> None:
    write(f"{'ok' if fine else 'FAILS':<6}{printable(name):<20}  {printable(words)}\n", now=True)


def print_path(context: Context) -> int:
    write(f"{context.paths.settings}\n")
    return 0


def show_settings(context: Context) -> int:
    """Print the current settings as TOML, usable as a settings file."""
    from papertui.settings.toml_file import as_toml  # noqa: PLC0415 - brings TOML

    file = context.paths.settings
    note = "" if os.path.lexists(file) else " (no file yet; these are the defaults)"
    write(f"# papertui's settings are read from {file}{note}\n\n{as_toml(context.settings)}")
    return 0


def print_settings_schema(_: Context) -> int:
    """Print the JSON Schema of the settings file."""
    import json  # noqa: PLC0415 - not needed by the help

    from papertui.settings.json_schema import KeySetting, settings_schema  # noqa: PLC0415 - brings all settings
    from papertui.tui.key_presets import PRESETS  # noqa: PLC0415 - the keys of the app, without its screen
    from papertui.tui.keymap import (  # noqa: PLC0415 - as above
        ACTIONS,
        PRESET,
        READING_ACTIONS,
        TRIAGE_ACTIONS,
        setting_name,
    )

    keys = {setting_name(one): one for one in (*TRIAGE_ACTIONS, *READING_ACTIONS, *ACTIONS)}
    preset = KeySetting(PRESET, "keys to start from", "", tuple(filter(None, PRESETS)))
    schema = settings_schema((preset, *(KeySetting(name, one.title, one.keys) for name, one in keys.items())))
    write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    return 0


def edit_settings(context: Context) -> int:
    """Open the settings in the user's editor, then check them. A new file starts with all defaults.

    Raises:
        UsageError: the editor could not be started, or failed.
        SettingsError: the settings are invalid; the file stays as written.
        StoreError: the file cannot be written.
    """
    from papertui.settings.toml_file import as_toml, load  # noqa: PLC0415 - brings TOML

    file = context.paths.settings
    try:
        make_private(file.parent)
        if not os.path.lexists(file):
            write_atomic(file, as_toml(Settings()).encode())
    except OSError as error:
        raise StoreError(f"The settings in {file} cannot be written: {reason(error)}.") from error
    if why := why_unwritable(Path(os.path.realpath(file)).parent, probe=True):  # better before than after editing
        raise StoreError(f"The settings in {file} cannot be written, because {why}.")
    if failure := edit_file(file, context.environ):
        raise UsageError(f"{failure} The settings are in {file}.")
    load(file)
    print_message(f"The settings in {file} are valid.")
    return 0
