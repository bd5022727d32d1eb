"""The digest mailed by itself: a timer of systemd, an agent of launchd or a line of cron, whichever the machine has.

Each is installed and taken away again with nothing else touched. This file is light to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from papertui.core.mailing.timetable import Timetable

#: Says in what we install whose it is; what does not say so is not ours, and is left alone.
MARK = "Made by papertui digest schedule; papertui digest unschedule takes it away."


class Task(NamedTuple):
    """What is run.

    Attributes:
        words: the program by its full path, and its arguments.
        variables: the environment it needs; never a secret, since others may read it.
    """

    words: tuple[str, ...]
    variables: Mapping[str, str]


class Installed(NamedTuple):
    """What is there.

    Attributes:
        how: ``a systemd timer``, ``a launchd agent`` or ``a line of cron``.
        where: the file it lies in, or the command that shows it.
        timetable: when it runs; ``None`` when it was changed by hand to something else.
        active: whether the machine will run it.
    """

    how: str
    where: str
    timetable: Timetable | None
    active: bool


class Scheduler(Protocol):
    """One of the machine's ways to run things. Each method raises `MailError` with a sentence for the reader."""

    def show(self, timetable: Timetable, task: Task) -> str:
        """What `install` would write and run, for the reader."""
        ...

    def install(self, timetable: Timetable, task: Task) -> Installed:
        """Has `task` run at these times, in place of what was installed before."""
        ...

    def remove(self) -> bool:
        """Takes away what was installed; tells whether there was anything."""
        ...

    def installed(self) -> Installed | None:
        """What is installed now."""
        ...
