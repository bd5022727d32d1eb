"""How a parser gets commands."""

from __future__ import annotations

from collections.abc import Callable

from papertui.cli.arguments import Parser

#: Adds a command, from its name, what it does, and examples.
Add = Callable[[str, str, str], Parser]


def commands(parser: Parser, metavar: str) -> Add:
    """Gives `parser` commands; returns what adds one, from its name, what it does, and examples."""
    return _adding(parser, metavar, required=" " in parser.prog)


def optional_commands(parser: Parser, metavar: str) -> Add:
    """Gives `parser`, which does something by itself, commands; see `commands`."""
    return _adding(parser, metavar, required=False)


def _adding(parser: Parser, metavar: str, *, required: bool) -> Add:
    # Without `prog`, argparse would load modules to lay out a usage line nobody sees.
    made = parser.add_subparsers(title="commands", metavar=metavar, prog=parser.prog, required=required)

    def add(name: str, short: str, examples: str) -> Parser:
        about = f"{short[:1].upper()}{short[1:]}."
        command = made.add_parser(name, help=short, description=about, epilog=f"examples:\n  {examples}")
        command.set_defaults(does=command.prog.partition(" ")[2], parser=command)
        return command

    return add
