"""Automatic mailing of the digest."""

from __future__ import annotations

from datetime import datetime

from papertui.core.digest import PeriodKind
from papertui.core.mailing.timetable import Timetable
from papertui.desk.doors import Clock
from papertui.desk.mailroom import OpenOffice
from papertui.errors import UsageError
from papertui.mail.schedule import Installed, Scheduler, Task


class Schedule:
    """Schedules the digest. Every method blocks and raises `MailError`.

    Args:
        office: opens the schedulers of this machine.
        now: the clock.
    """

    def __init__(self, office: OpenOffice, now: Clock) -> None:

        self._office = office
        self._now = now

    def show(self, timetable: Timetable, kind: PeriodKind) -> str:
        """A description of what `install` would do.

        Raises:
            UsageError: this machine has no scheduler.
        """
        return self._best().show(timetable, self._office().task(kind)[0])

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return self._office().task(kind)

    def install(self, timetable: Timetable, kind: PeriodKind) -> Installed:
        """Schedule the digest, replacing an existing schedule.

        Raises:
            MailError: it cannot be installed.
        """
        best = self._best()
        for other in self._office().schedulers():
            if type(other) is not type(best):
                other.remove()  # never two schedules
        return best.install(timetable, self._office().task(kind)[0])

    def remove(self) -> bool:
        """Remove the schedule; returns whether there was one.

        Raises:
            MailError: it cannot be removed.
        """
        removed = [scheduler.remove() for scheduler in self._office().schedulers()]  # call all of them
        return any(removed)

    def installed(self) -> Installed | None:
        """The installed schedule.

        Raises:
            MailError: a scheduler cannot be queried.
        """
        return next((found for each in self._office().schedulers() if (found := each.installed()) is not None), None)

    def next_run(self, installed: Installed | None) -> datetime | None:
        """The next run in local time; ``None`` if there is none."""
        if installed is None or not installed.active or installed.timetable is None:
            return None
        return installed.timetable.next_after(self._now().astimezone())

    def _best(self) -> Scheduler:
        for scheduler in self._office().schedulers():
            return scheduler
        raise UsageError(
            "This machine has neither a systemd user manager, launchd nor cron. Use another scheduler to run "
            "“papertui digest --send” once a day."
        )
