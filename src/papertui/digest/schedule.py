"""Schedule the digest."""

from __future__ import annotations

from datetime import datetime

from papertui.digest.mailer import Mailer
from papertui.digest.model import SendTimes
from papertui.digest.schedulers import InstalledSchedule, ScheduledTask, Scheduler
from papertui.errors import UsageError
from papertui.model.period import PeriodKind
from papertui.services.types import Clock


class DigestSchedule:
    """Schedules the digest. Every method blocks and raises `MailError`.

    Args:
        mailer: knows the schedulers of this machine.
        now: the clock.
    """

    def __init__(self, mailer: Mailer, now: Clock) -> None:
        self._mailer = mailer
        self._now = now

    def show(self, timetable: SendTimes, kind: PeriodKind) -> str:
        """A description of what `install` would do.

        Raises:
            UsageError: this machine has no scheduler.
        """
        return self._best().show(timetable, self._mailer.task(kind)[0])

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return self._mailer.task(kind)

    def install(self, timetable: SendTimes, kind: PeriodKind) -> InstalledSchedule:
        """Schedule the digest, replacing an existing schedule.

        Raises:
            MailError: it cannot be installed.
        """
        best = self._best()
        for other in self._mailer.schedulers():
            if type(other) is not type(best):
                other.remove()  # never two schedules
        return best.install(timetable, self._mailer.task(kind)[0])

    def remove(self) -> bool:
        """Remove the schedule; returns whether there was one.

        Raises:
            MailError: it cannot be removed.
        """
        removed = [scheduler.remove() for scheduler in self._mailer.schedulers()]  # call all of them
        return any(removed)

    def installed(self) -> InstalledSchedule | None:
        """The installed schedule.

        Raises:
            MailError: a scheduler cannot be queried.
        """
        schedules = (scheduler.installed() for scheduler in self._mailer.schedulers())
        return next((schedule for schedule in schedules if schedule is not None), None)

    def next_run(self, installed: InstalledSchedule | None) -> datetime | None:
        """The next run in local time; ``None`` if there is none."""
        if installed is None or not installed.active or installed.timetable is None:
            return None
        return installed.timetable.next_after(self._now().astimezone())

    def _best(self) -> Scheduler:
        for scheduler in self._mailer.schedulers():
            return scheduler
        raise UsageError(
            "This machine has neither a systemd user manager, launchd nor cron. Use another scheduler to run "
            "“papertui digest --send” once a day."
        )
