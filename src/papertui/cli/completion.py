"""Shell completion scripts, generated from the parser. Imports shtab."""

from __future__ import annotations

import argparse

import shtab


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the completion script of `parser` for ``bash``, ``zsh`` or ``tcsh``."""
    return shtab.complete(parser, shell)
