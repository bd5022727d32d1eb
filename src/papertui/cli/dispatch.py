"""Parses the arguments, runs the command and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from papertui import __version__
from papertui.cli.output import abandon, flush, print_message, use_utf8, write
from papertui.cli.parser import make_parser, parse
from papertui.errors import PapertuiError, UsageError

#: What a shell reports for a program whose reader closed the pipe.
PIPE_CLOSED = 141  # 128 + SIGPIPE


def run(argv: Sequence[str]) -> int:
    """Run a command line; return the exit code, see `papertui.cli.main.main`."""
    use_utf8()
    try:
        return _exit_code(argv)
    except BrokenPipeError:
        # `papertui list | head -1`: the reader closed the pipe, which is not an error.
        abandon(sys.stdout)
        abandon(sys.stderr)
        return PIPE_CLOSED


def _exit_code(argv: Sequence[str]) -> int:
    try:
        code = _dispatch(argv)
        flush()
    except PapertuiError as error:
        print_message(str(error))
        flush()
        return error.exit_code
    return code


def _dispatch(argv: Sequence[str]) -> int:
    try:
        args = parse(argv)
    except SystemExit:  # the help was printed
        return 0
    if args.version:
        write(f"papertui {__version__}\n")
        return 0
    if args.completion:
        from papertui.cli.shells import completion_script  # noqa: PLC0415 - brings shtab

        write(completion_script(make_parser(), args.completion))
        return 0
    if args.func is None:
        from papertui.cli.screen import open_screen  # noqa: PLC0415 - commands need no screen

        return open_screen(args, os.environ)
    return _run(args, os.environ)


def _run(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from papertui.cli.auto_sync import AutoSync  # noqa: PLC0415 - not needed by --version
    from papertui.cli.context import Context  # noqa: PLC0415 - as above

    with ExitStack() as closing:
        context = Context(args, environ, closing)
        if args.standalone:
            code: int = args.func(context)
            return code
        if args.view is not None or args.demo:
            command = args.parser.prog.partition(" ")[2]
            raise UsageError(
                f"--feed and --demo open the app, which takes no command. Leave out “{command}”, or the option."
            )
        if args.auto_sync and not args.offline:
            closing.callback(AutoSync(context.settings.sync, context.paths, environ).sync_if_changed)
        hooks = context.services.hooks
        closing.push(lambda error, *_: context.print_notices(error))
        code = args.func(context)
        flush()  # print the result before waiting for hooks
        hooks.finish()
        return code
