"""Commands that look after things: ``config show``."""

from __future__ import annotations

import os

from papertui.cli.errand import Errand
from papertui.printing.streams import write


def show_settings(errand: Errand) -> int:
    """Prints the settings in force as TOML, ready to be a settings file."""
    from papertui.settings.toml_file import as_toml  # noqa: PLC0415 - brings tomllib with it

    file = errand.places.settings
    there = "" if os.path.lexists(file) else " (there is none yet; these are the defaults)"
    write(f"# papertui's settings are read from {file}{there}\n\n{as_toml(errand.settings)}")
    return 0
