"""The command line: `main` takes the arguments and returns the exit code.

What is heavy is imported by the command that needs it: `papertui --version` loads next to nothing, `papertui list`
loads no screen and no other group of commands, and only the screen loads Textual.
"""

from papertui.cli.main import main

__all__ = ["main"]
