"""The command line: argv in, exit code out.

Each command imports what it needs when it runs: `papertui --version` loads next to nothing, `papertui list` loads no
screen, and only the screen loads Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from papertui import __version__
from papertui.cli.output import abandon, flush, say, use_utf8, write
from papertui.cli.parser import make_parser, parse
from papertui.errors import PapertuiError

INTERRUPTED = 130
#: 128 + SIGPIPE: what a shell reports for a program whose reader closed the pipe.
_UNREAD = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        argv: the arguments without the program name; ``None`` for those of the process.

    Returns:
        The exit code: 0 done, 2 usage or settings, 3 a source, 4 the disk, 5 mail, 130 interrupted (`papertui.errors`).
        An unexpected error is a bug: it is raised, and Python exits with 1.
    """
    use_utf8()
    try:
        return _explained(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        # `papertui list | head -1`: the reader closed the pipe, which is not an error.
        abandon(sys.stdout)
        abandon(sys.stderr)
        return _UNREAD
    except KeyboardInterrupt:
        return INTERRUPTED


def _explained(argv: Sequence[str]) -> int:
    try:
        code = _done(argv)
        flush()
    except PapertuiError as problem:
        say(str(problem))
        flush()
        return problem.exit_code
    return code


def _done(argv: Sequence[str]) -> int:
    try:
        args = parse(argv)
    except SystemExit:  # help was printed
        return 0
    if args.version:
        write(f"papertui {__version__}\n")
        return 0
    if args.completion:
        from papertui.cli.completion import script  # noqa: PLC0415 - see the head of this file

        write(script(make_parser(), args.completion))
        return 0
    if not args.does:
        from papertui.cli.screen import open_screen  # noqa: PLC0415 - see the head of this file

        return open_screen(args, os.environ)
    from papertui.cli.commands import run  # noqa: PLC0415 - see the head of this file

    return run(args, os.environ)
