"""The exceptions papertui raises on purpose, each with the exit code of the command.

A message is a full sentence that says what happened and what to do. Any other exception is a bug: it ends the program
with a traceback and exit code 1.
"""

from __future__ import annotations


class PapertuiError(Exception):
    """Base class of the failures that can be explained in one sentence."""

    exit_code = 1


class UsageError(PapertuiError):
    """The command line asks for something that does not exist or is not possible (exit code 2)."""

    exit_code = 2


class SettingsError(PapertuiError):
    """The settings contain an unknown key or an invalid value (exit code 2)."""

    exit_code = 2


class SourceError(PapertuiError):
    """A source failed and nothing stored can stand in for it (exit code 3)."""

    exit_code = 3


class UnreachableError(SourceError):
    """A source cannot be reached: the network or its host is down (exit code 3)."""


class PaperNotFoundError(SourceError):
    """The requested paper is neither stored nor known to any source (exit code 3)."""


class StoreError(PapertuiError):
    """A file or database on disk cannot be read or written (exit code 4)."""

    exit_code = 4


class UnwritableError(StoreError):
    """Nothing can be stored, because the disk is full or read-only; what is stored can still be read (exit code 4)."""


class MailError(PapertuiError):
    """The mail could not be delivered to the mail server (exit code 5)."""

    exit_code = 5


class PictureError(PapertuiError):
    """A picture cannot be shown: it is damaged, too large or of a format that papertui does not decode."""
