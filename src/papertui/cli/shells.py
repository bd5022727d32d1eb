"""Completion scripts for shells, made from the parser. Imports shtab, so it is itself imported only for a script."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

import shtab

#: What completes an argument whose value is called so, however the name goes on (``FILE.bib``).
_PATHS: Mapping[str, Mapping[str, object]] = {"FILE": shtab.FILE, "DIR": shtab.DIRECTORY}


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script of `parser` for one of `shtab.SUPPORTED_SHELLS`.

    Commands, options, choices and paths are completed.
    """
    for action in _actions(parser):
        if paths := _paths_of(action):
            action.complete = paths  # type: ignore[attr-defined]  # shtab's own attribute
    return shtab.complete(parser, shell)


def _paths_of(action: argparse.Action) -> Mapping[str, object] | None:
    name = action.metavar if isinstance(action.metavar, str) else ""
    return next((paths for prefix, paths in _PATHS.items() if name.startswith(prefix)), None)


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list them, and shtab reads it too
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for below in action.choices.values():
                yield from _actions(below)
