"""Completion scripts for shells, made from the parser. Imports shtab, so it is itself imported only for a script."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

import shtab

_NAMES = "papertui feeds list --names 2>/dev/null"
#: The names of feeds, as the shell asks for them: those that are built in, those that are followed, and groups.
_FEEDS: Mapping[str, object] = {
    "bash": "_papertui_feeds",
    "zsh": "_papertui_feeds",
    "tcsh": "`papertui feeds list --names`",
    "fish": f"(command -q papertui; and {_NAMES})",
    "preamble": {
        # bash splits words at colons: of “group:Jo”, only “Jo” is to be completed.
        "bash": f"""
_papertui_feeds() {{
  local line="${{COMP_LINE:0:COMP_POINT}}" name
  local word="${{line##*[[:space:]]}}"
  local before="${{word%"$1"}}"
  while IFS= read -r name; do
    if [[ "$name" == "$word"* ]]; then printf '%q\n' "${{name#"$before"}}"; fi
  done < <({_NAMES})
}}
""",
        "zsh": f"""
_papertui_feeds() {{
  local -a names
  names=("${{(@f)$({_NAMES})}}")
  compadd -a names
}}
""",
    },
}
#: What completes an argument whose value is called so, however the name goes on (``FILE.bib``).
_PATHS: Mapping[str, Mapping[str, object]] = {"FILE": shtab.FILE, "DIR": shtab.DIRECTORY, "FEED": _FEEDS}


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script of `parser` for one of `shtab.SUPPORTED_SHELLS`.

    Commands, options, choices, paths and the names of feeds are completed.
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
