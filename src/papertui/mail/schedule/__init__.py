"""Automatic mailing of the digest with a systemd timer, a launchd agent or a crontab entry.

Each can be installed and removed without touching anything else. This module is light to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from papertui.core.mailing.timetable import Timetable

#: Marks everything papertui installs; files without it are not changed. Installed files contain it: keep its text.
MARK = "Made by papertui digest schedule; papertui digest unschedule takes it away."


class Task(NamedTuple):
    """The scheduled command."""

    words: tuple[str, ...]  # The program with its full path, and its arguments
    variables: Mapping[str, str]  # Its environment; never a secret, since others may read it


class Installed(NamedTuple):
    """An installed schedule."""

    how: str  # ``a systemd timer``, ``a launchd agent`` or ``a line of cron``
    where: str  # Its file, or the command that shows it
    timetable: Timetable | None  # ``None`` if it was changed by hand to other times
    active: bool  # Whether it is enabled


class Scheduler(Protocol):
    """A scheduler of this machine. Each method raises `MailError`."""

    def show(self, timetable: Timetable, task: Task) -> str:
        """A description of what `install` would write and run."""
        ...

    def install(self, timetable: Timetable, task: Task) -> Installed:
        """Schedule `task`, replacing an existing schedule."""
        ...

    def remove(self) -> bool:
        """Remove the schedule; returns whether there was one."""
        ...

    def installed(self) -> Installed | None:
        """The installed schedule, or ``None``."""
        ...
