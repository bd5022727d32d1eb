"""The digest mailed by itself, at times of the reader's choice."""

from __future__ import annotations

from datetime import datetime

from papertui.core.digest import PeriodKind
from papertui.core.mailing.timetable import Timetable
from papertui.desk.doors import Clock
from papertui.desk.mailroom import OpenOffice
from papertui.errors import UsageError
from papertui.mail.schedule import Installed, Scheduler, Task


class Schedule:
    """When the digest is mailed by itself. Every method blocks and raises `MailError`."""

    def __init__(self, office: OpenOffice, now: Clock) -> None:
        """Makes it.

        Args:
            office: knows the machine's ways.
            now: tells the time.
        """
        self._office = office
        self._now = now

    def show(self, timetable: Timetable, kind: PeriodKind) -> str:
        """What `install` would do, for the reader.

        Raises:
            MailError: this machine has no way to run anything.
        """
        return self._best().show(timetable, self._office().task(kind)[0])

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """What is run, and what of the environment it will miss, a sentence each."""
        return self._office().task(kind)

    def install(self, timetable: Timetable, kind: PeriodKind) -> Installed:
        """Has the digest mailed at these times, in place of what was installed before.

        Raises:
            MailError: it cannot be installed.
        """
        best = self._best()
        for other in self._office().schedulers():
            if type(other) is not type(best):
                other.remove()  # never two that send
        return best.install(timetable, self._office().task(kind)[0])

    def remove(self) -> bool:
        """Takes away whatever was installed; tells whether there was anything.

        Raises:
            MailError: it cannot be taken away.
        """
        removed = [scheduler.remove() for scheduler in self._office().schedulers()]  # each of them, not up to the first
        return any(removed)

    def installed(self) -> Installed | None:
        """What is installed now.

        Raises:
            MailError: it cannot be found out.
        """
        return next((there for each in self._office().schedulers() if (there := each.installed()) is not None), None)

    def next_run(self, installed: Installed | None) -> datetime | None:
        """When it runs next, in the time of the place; ``None`` when it does not."""
        if installed is None or not installed.active or installed.timetable is None:
            return None
        return installed.timetable.next_after(self._now().astimezone())

    def _best(self) -> Scheduler:
        for scheduler in self._office().schedulers():
            return scheduler
        raise UsageError(
            "This machine has neither systemd for users, launchd nor cron. Have whatever runs things here call "
            "“papertui digest --send” once a day."
        )
