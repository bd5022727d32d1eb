"""The entry of the program: the last frame at once, then everything else."""

from __future__ import annotations

import os
import sys

from papertui import instant

TYPE_CHECKING = False  # as in `typing`, whose import would cost more than all of the frame
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130  # 128 + SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        argv: the arguments without the program name; ``None`` for those of the process.

    Returns:
        The exit code: 0 done, 2 usage or settings, 3 a source, 4 the disk, 5 mail, 130 interrupted (`papertui.errors`).
        An unexpected error is a bug: it is raised, and Python exits with 1.
    """
    arguments = sys.argv[1:] if argv is None else argv
    shown = instant.show(arguments, os.environ)
    try:
        from papertui.cli.dispatch import run  # noqa: PLC0415 - the last frame comes before all other imports

        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if shown is not None:
            shown.end()
