"""``mcp``: a server for agents."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from papertui.cli.output import is_terminal, print_message
from papertui.cli.parser import Commands, add_offline
from papertui.errors import UsageError

if TYPE_CHECKING:
    from papertui.cli.context import Context


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "mcp",
        "serve papers and the library to agents",
        """\
papertui mcp
  papertui mcp --offline
  papertui mcp --allow-changes
  claude mcp add papertui -- papertui mcp

A server of the Model Context Protocol on stdin and stdout, for programs that start it: assistants and editors. Tools:
search, list, show, read (an outline, then one section at a time), related and library; with --allow-changes also keep,
tag and note, each one step that “papertui undo” takes back. Texts of papers are marked as untrusted data. Requests go
to the services that papertui uses, and nowhere else. It needs an extra package: install papertui[mcp].""",
        serve_agents,
        auto_sync=False,  # the program that started it may end it while it syncs; the next command does
    )
    parser.add_argument("--allow-changes", action="store_true", help="let agents bookmark, tag and write notes")
    add_offline(parser)


def serve_agents(context: Context) -> int:
    """Serve until stdin ends.

    Raises:
        UsageError: the extra is not installed.
    """
    # `mcp_types` came with the second version of the SDK, which has another interface than the first.
    if find_spec("mcp") is None or find_spec("mcp_types") is None:
        raise UsageError("“papertui mcp” needs an extra package; install papertui[mcp].")
    from papertui.agents.server import serve  # noqa: PLC0415 - needs the extra, and is slow to import
    from papertui.agents.service import AgentService  # noqa: PLC0415 - needed by this command only

    args = context.args
    if is_terminal(sys.stdin):
        print_message("Waiting for a program that speaks the Model Context Protocol on stdin; Ctrl+C ends it.")
    asyncio.run(serve(AgentService(context.services, offline=args.offline, allow_changes=args.allow_changes)))
    return 0
