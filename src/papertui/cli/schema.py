"""``schema`` prints the JSON Schemas of what other commands print with ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papertui.cli.output import write
from papertui.cli.parser import Commands
from papertui.errors import UsageError

if TYPE_CHECKING:
    from papertui.cli.context import Context


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "schema",
        "print the JSON Schema of a command's --json",
        """\
papertui schema
  papertui schema list
  papertui schema bookmark list --jsonl > line.schema.json

Without COMMAND, it lists the commands that have a schema. The schemas are draft 2020-12. “papertui config schema”
prints the schema of the settings.""",
        print_schema,
        standalone=True,
    )
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="the command, for example bookmark list")
    parser.add_argument("--jsonl", action="store_true", help="of one line of --jsonl")
    parser.add_argument("--stdin", action="store_true", help="of one line of “papertui search --stdin”")


def print_schema(context: Context) -> int:
    """Print the schema of a command, or the names of all commands that have one.

    Raises:
        UsageError: the command prints no JSON.
    """
    import json  # noqa: PLC0415 - not needed by the help

    from papertui.cli.json_schemas import RECORDS, schema_of  # noqa: PLC0415 - as above

    args = context.args
    command = " ".join((*args.command, *(["--stdin"] if args.stdin else ())))
    if not command:
        write("".join(f"{name}\n" for name in RECORDS))
        return 0
    if command not in RECORDS:
        raise UsageError(
            f"“papertui {command}” has no JSON with a schema. “papertui schema” lists the commands that have."
        )
    write(json.dumps(schema_of(command, lines=args.jsonl), indent=2, ensure_ascii=False) + "\n")
    return 0
