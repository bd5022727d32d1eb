"""A timer of the systemd user manager. See systemd.timer(5) and systemd.service(5)."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

from papertui.core.mailing.timetable import Days, Timetable
from papertui.mail.schedule import MARK, Installed, Task
from papertui.mail.schedule.running import ask, have, read_ours, write_ours

NAME = "papertui-digest"
_SYSTEMCTL = ("systemctl", "--user")
_ON: dict[Days, str] = {"every day": "", "on weekdays": "Mon..Fri ", "on Mondays": "Mon "}
_CALENDAR = re.compile(r"^OnCalendar=(|Mon\.\.Fri |Mon )\*-\*-\* (\d\d):(\d\d):00$", re.MULTILINE)


class Systemd:
    """A systemd timer. A run that was missed while the machine slept is made up for.

    Args:
        folder: the user's units, usually ``~/.config/systemd/user``.
    """

    def __init__(self, folder: Path) -> None:
        self._service = folder / f"{NAME}.service"
        self._timer = folder / f"{NAME}.timer"

    @staticmethod
    def is_here() -> bool:
        """Whether a systemd user manager is running and can be reached."""
        return ask([*_SYSTEMCTL, "show-environment"]).code == 0

    def show(self, timetable: Timetable, task: Task) -> str:
        return (
            f"# {self._service}\n{_service(task)}\n# {self._timer}\n{_timer(timetable)}\n"
            f"# then\n{' '.join(_SYSTEMCTL)} daemon-reload\n{' '.join(_SYSTEMCTL)} enable --now {NAME}.timer\n\n"
            "# A missed run is made up for at your next login. To run it while you are logged out as well:\n"
            "# loginctl enable-linger\n"
        )

    def install(self, timetable: Timetable, task: Task) -> Installed:
        write_ours(self._service, _service(task))
        write_ours(self._timer, _timer(timetable))
        have([*_SYSTEMCTL, "daemon-reload"])
        have([*_SYSTEMCTL, "enable", f"{NAME}.timer"])
        # A running timer keeps its old times until it is restarted.
        have([*_SYSTEMCTL, "restart", f"{NAME}.timer"])
        return Installed("a systemd timer", str(self._timer), timetable, active=True)

    def remove(self) -> bool:
        units = [path for path in (self._timer, self._service) if read_ours(path) is not None]
        if not units:
            return False
        if self._timer in units:
            have([*_SYSTEMCTL, "disable", "--now", f"{NAME}.timer"])
        for path in units:
            path.unlink(missing_ok=True)
        have([*_SYSTEMCTL, "daemon-reload"])
        return True

    def installed(self) -> Installed | None:
        text = read_ours(self._timer)
        if text is None:
            return None
        found = _CALENDAR.search(text)
        timetable = None
        if found:
            days = next(days for days, written in _ON.items() if written == found[1])
            timetable = Timetable(time(int(found[2]), int(found[3])), days)
        active = ask([*_SYSTEMCTL, "is-active", "--quiet", f"{NAME}.timer"]).code == 0
        return Installed("a systemd timer", str(self._timer), timetable, active)


def _service(task: Task) -> str:
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in task.variables.items())
    words = " ".join(_quoted(word).replace("$", "$$") for word in task.words)
    return f"""\
# {MARK}
[Unit]
Description=Mail the digest of research papers
# Failures of the network or the mail server are tried again, four times in total.
StartLimitIntervalSec=4h
StartLimitBurst=4

[Service]
Type=oneshot
{variables}ExecStart={words}
Restart=on-failure
RestartSec=15min
RestartPreventExitStatus=1 2 4
"""


def _timer(timetable: Timetable) -> str:
    return f"""\
# {MARK}
[Unit]
Description=Mail the digest of research papers {timetable.words}

[Timer]
OnCalendar={_ON[timetable.days]}*-*-* {timetable.at:%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(word: str) -> str:
    """Quote a word for a systemd unit file."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
