"""``config show`` and ``config edit``."""

from __future__ import annotations

import os
from collections.abc import Mapping

from papertui.cli.errand import Context
from papertui.cli.output import say, write
from papertui.errors import SettingsError, UsageError
from papertui.files import make_private
from papertui.paths import Paths
from papertui.services.programs import edit_file
from papertui.settings import Settings


def show_settings(context: Context) -> int:
    """Print the current settings as TOML, usable as a settings file."""
    from papertui.settings.toml_file import as_toml  # noqa: PLC0415 - imports tomllib

    file = context.places.settings
    note = "" if os.path.lexists(file) else " (no file yet; these are the defaults)"
    write(f"# papertui's settings are read from {file}{note}\n\n{as_toml(context.settings)}")
    return 0


def edit_settings(places: Paths, environ: Mapping[str, str]) -> int:
    """Open the settings in the reader's editor, then check them. A new file starts with all defaults.

    Raises:
        UsageError: the editor could not be started, or failed.
        SettingsError: the settings are invalid; the file stays as written.
    """
    from papertui.settings.toml_file import as_toml, load  # noqa: PLC0415 - imports tomllib

    file = places.settings
    fresh = as_toml(Settings())
    if not os.path.lexists(file):
        try:
            make_private(file.parent)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as made:
                made.write(fresh)
        except OSError as error:
            raise SettingsError(f"The settings in {file} cannot be written: {error.strerror or error}.") from error
    if why := edit_file(file, environ):
        raise UsageError(f"{why} The settings are in {file}.")
    load(file)
    say(f"The settings in {file} are valid.")
    return 0
