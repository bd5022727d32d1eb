"""Completion for shells, made from the parser. Brings shtab with it."""

from __future__ import annotations

import argparse

import shtab


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script of `parser` for ``bash``, ``zsh`` or ``tcsh``."""
    return shtab.complete(parser, shell)
