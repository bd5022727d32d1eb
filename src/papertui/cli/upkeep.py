"""Commands that look after the settings: ``config show``, ``config edit``."""

from __future__ import annotations

import os
from collections.abc import Mapping

from papertui.cli.errand import Errand
from papertui.errors import SettingsError, UsageError
from papertui.folders import make_private
from papertui.printing.streams import say, write
from papertui.programs.editor import edit_file
from papertui.settings import Places, Settings


def show_settings(errand: Errand) -> int:
    """Prints the settings in force as TOML, ready to be a settings file."""
    from papertui.settings.toml_file import as_toml  # noqa: PLC0415 - brings tomllib with it

    file = errand.places.settings
    there = "" if os.path.lexists(file) else " (there is none yet; these are the defaults)"
    write(f"# papertui's settings are read from {file}{there}\n\n{as_toml(errand.settings)}")
    return 0


def edit_settings(places: Places, environ: Mapping[str, str]) -> int:
    """Opens the settings in the reader's editor, all that can be set when there are none yet; then reads them.

    Raises:
        UsageError: the editor cannot be started, or failed.
        SettingsError: what was written is not understood; the file stays as it was written.
    """
    from papertui.settings.toml_file import as_toml, load  # noqa: PLC0415 - brings tomllib with it

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
    say(f"The settings in {file} are understood.")
    return 0
