"""Adds subcommands to a parser."""

from __future__ import annotations

from collections.abc import Callable

from papertui.cli.arguments import Parser

#: Adds a command: its name, one line of help, and examples.
Add = Callable[[str, str, str], Parser]


def commands(parser: Parser, metavar: str, *, required: bool | None = None) -> Add:
    """Give `parser` subcommands; return the function that adds one.

    Args:
        parser: the parent parser.
        metavar: the placeholder in the usage line.
        required: whether a subcommand is required; ``None``: required below a command, not for papertui itself.
    """
    required = " " in parser.prog if required is None else required
    # Without `prog`, argparse would import modules to format a usage line that is never printed.
    made = parser.add_subparsers(title="commands", metavar=metavar, prog=parser.prog, required=required)

    def add(name: str, short: str, examples: str) -> Parser:
        about = f"{short[:1].upper()}{short[1:]}."
        command = made.add_parser(name, help=short, description=about, epilog=f"examples:\n  {examples}")
        command.set_defaults(does=command.prog.partition(" ")[2], parser=command)
        return command

    return add
