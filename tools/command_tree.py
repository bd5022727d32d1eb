"""The command line as plain values, read from the argparse parser: the reference and the man page are made of them.

argparse's own usage lines and help pages differ from one Python to the next. What is made here does not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple


class Argument(NamedTuple):
    """An option, or a positional argument, which has no flags."""

    flags: tuple[str, ...]
    value: str
    help: str
    required: bool
    repeated: bool

    @property
    def usage(self) -> str:
        """As it is written: ``-o, --output FILE``, or ``ID ...``."""
        value = f"{self.value} ..." if self.repeated and not self.flags else self.value
        return f"{', '.join(self.flags)} {value}".strip()


class Command(NamedTuple):
    """A command, with the commands below it."""

    name: str  # with the program: "papertui bookmark add"
    short: str
    about: str
    examples: str
    notes: str  # what its help page says after the examples
    arguments: tuple[Argument, ...]
    options: tuple[Argument, ...]
    commands: tuple[Command, ...]
    runs_alone: bool  # "papertui sync" does something without a command below it, "papertui feeds" does not

    @property
    def paragraphs(self) -> tuple[tuple[str, bool], ...]:
        """The notes in parts, each with whether its lines stay as they are, since columns are aligned in it."""
        parts = self.notes.split("\n\n") if self.notes else []
        return tuple((part, any("  " in line for line in part.splitlines())) for part in parts)

    @property
    def usage(self) -> str:
        """One line: ``papertui search [OPTIONS] [QUERY ...]``."""
        words = [self.name, "[OPTIONS]"] if self.options else [self.name]
        words += [argument.usage if argument.required else f"[{argument.usage}]" for argument in self.arguments]
        if self.commands:
            words.append("[COMMAND]" if self.runs_alone else "COMMAND")
        return " ".join(words)

    def walk(self) -> Iterator[Command]:
        """This command and all below it, each before its own."""
        yield self
        for command in self.commands:
            yield from command.walk()


def command_tree(parser: argparse.ArgumentParser, short: str = "") -> Command:
    """The commands of `parser`."""
    examples, notes = _examples_and_notes(parser.epilog or "")
    below = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
    plain = [
        action
        for action in parser._actions
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
        and action.help != argparse.SUPPRESS
    ]
    return Command(
        name=parser.prog,
        short=short,
        about=parser.description or "",
        examples=examples,
        notes=notes,
        arguments=tuple(_argument(action) for action in plain if not action.option_strings),
        options=tuple(_argument(action) for action in plain if action.option_strings),
        commands=() if below is None else tuple(_commands(below)),
        runs_alone=below is None or not below.required,
    )


def _commands(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> Iterator[Command]:
    shorts = {choice.dest: choice.help or "" for choice in below._choices_actions}
    return (command_tree(parser, shorts[name]) for name, parser in below.choices.items())


def _argument(action: argparse.Action) -> Argument:
    return Argument(
        flags=tuple(action.option_strings),
        value=_value(action),
        help=" ".join((action.help or "").split()),
        required=action.nargs not in {"?", "*"} and (action.required or not action.option_strings),
        repeated=action.nargs in {"*", "+"},
    )


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.metavar is None and action.choices is not None:
        return "|".join(map(str, action.choices))
    if isinstance(action.metavar, tuple):
        return " ".join(action.metavar)
    return action.metavar or action.dest.upper()


def _examples_and_notes(epilog: str) -> tuple[str, str]:
    head, _, notes = epilog.partition("\n\n")
    examples = head.removeprefix("examples:").splitlines()
    return "\n".join(line.removeprefix("  ") for line in examples).strip("\n"), notes.strip("\n")
