"""Schedule the digest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from papertui.digest.delivery import OpenOffice
from papertui.digest.model import SendTimes
from papertui.digest.schedulers import InstalledSchedule, ScheduledTask, Scheduler
from papertui.errors import UsageError
from papertui.model.period import PeriodKind
from papertui.services.types import Clock

# The scheduled command: the program with its full path, and environment variables that are not secret.

#: Paths, passed on as absolute paths.
_FOLDERS = ("PAPERTUI_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
_TEXTS = ("PAPERTUI_MAIL_FROM", "PAPERTUI_MAIL_TO", "NO_PROXY")
#: Addresses, passed on unless they contain a password.
_ADDRESSES = (
    "PAPERTUI_SMTP_URL", "HF_ENDPOINT", "PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip
_SECRETS = ("HF_TOKEN",)


def task_for(kind: PeriodKind, environ: Mapping[str, str], python: str) -> tuple[ScheduledTask, tuple[str, ...]]:
    """The command that mails the digest of a day or a week.

    Args:
        kind: daily or weekly.
        environ: the current environment variables.
        python: the full path of the Python interpreter.

    Returns:
        The task, and a sentence for each variable that is left out because it is secret.
    """
    variables: dict[str, str] = {}
    notices = []
    for name in (*_FOLDERS, *_TEXTS, *_ADDRESSES):
        value = environ.get(name, "")
        # A line end would start another line in the file that is written.
        if not value or not value.isprintable():
            continue
        if name in _FOLDERS:
            value = os.path.abspath(os.path.expanduser(value))  # noqa: PTH100, PTH111 - it may not exist
        if name in _ADDRESSES and _holds_password(value):
            notices.append(
                "PAPERTUI_SMTP_URL contains a password and is not passed to scheduled runs: set “url” under [mail], "
                "and store the password in the keyring or use password_command."
                if name == "PAPERTUI_SMTP_URL"
                else f"{name} contains a password and is not passed to scheduled runs."
            )
            continue
        variables[name] = value
    notices += [f"{name} is a secret and is not passed to scheduled runs." for name in _SECRETS if environ.get(name)]
    # -P: a file papertui.py in the current folder is not imported.
    words = (python, "-P", "-m", "papertui", "digest", "--send", *(("--period", kind) if kind != "day" else ()))
    return ScheduledTask(words, variables), tuple(notices)


def _holds_password(address: str) -> bool:
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return "@" in address


# Automatic mailing of the digest.


class DigestSchedule:
    """Schedules the digest. Every method blocks and raises `MailError`.

    Args:
        office: opens the schedulers of this machine.
        now: the clock.
    """

    def __init__(self, office: OpenOffice, now: Clock) -> None:

        self._office = office
        self._now = now

    def show(self, timetable: SendTimes, kind: PeriodKind) -> str:
        """A description of what `install` would do.

        Raises:
            UsageError: this machine has no scheduler.
        """
        return self._best().show(timetable, self._office().task(kind)[0])

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""
        return self._office().task(kind)

    def install(self, timetable: SendTimes, kind: PeriodKind) -> InstalledSchedule:
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

    def installed(self) -> InstalledSchedule | None:
        """The installed schedule.

        Raises:
            MailError: a scheduler cannot be queried.
        """
        return next((found for each in self._office().schedulers() if (found := each.installed()) is not None), None)

    def next_run(self, installed: InstalledSchedule | None) -> datetime | None:
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
