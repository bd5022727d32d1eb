"""Every failure papertui can explain, each with the exit code its reader's shell will see.

A message is a full sentence for a reader and says what to do. Anything that is not one of these is a bug:
it crashes loudly and ends with exit code 1.
"""

from __future__ import annotations


class PapertuiError(Exception):
    """A failure that can be explained to the reader in one sentence."""

    exit_code = 1


class UsageError(PapertuiError):
    """The command line asks for something that does not exist or cannot be (exit code 2)."""

    exit_code = 2


class SettingsError(PapertuiError):
    """The settings hold an unknown key or a wrong value (exit code 2)."""

    exit_code = 2


class SourceError(PapertuiError):
    """A source failed and nothing stored could serve (exit code 3)."""

    exit_code = 3


class PaperNotFoundError(SourceError):
    """No source and no store knows the paper that was asked for (exit code 3)."""


class StoreError(PapertuiError):
    """Something on the disk cannot be read or written (exit code 4)."""

    exit_code = 4


class MailError(PapertuiError):
    """The mail could not be handed over (exit code 5)."""

    exit_code = 5
