"""A launchd agent, for macOS. See launchd.plist(5)."""

from __future__ import annotations

import os
import plistlib
from datetime import time
from pathlib import Path
from typing import Any

from papertui.core.mailing.timetable import Days, Timetable
from papertui.mail.schedule import MARK, Installed, Task
from papertui.mail.schedule.running import ask, have, read_ours, write_ours

LABEL = "org.papertui.digest"
#: Monday is 1.
_WEEKDAYS: dict[Days, tuple[int, ...]] = {"every day": (), "on weekdays": (1, 2, 3, 4, 5), "on Mondays": (1,)}


class Launchd:
    """A launchd agent. A run that was missed while the machine slept is made up for.

    Args:
        folder: the user's agents, usually ``~/Library/LaunchAgents``.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{LABEL}.plist"
        self._domain = f"gui/{os.getuid()}"

    def show(self, timetable: Timetable, task: Task) -> str:
        return f"# {self._file}\n{_plist(timetable, task)}\n# then\nlaunchctl bootstrap {self._domain} {self._file}\n"

    def install(self, timetable: Timetable, task: Task) -> Installed:
        before = read_ours(self._file)
        write_ours(self._file, _plist(timetable, task))
        if before is not None:
            ask(["launchctl", "bootout", f"{self._domain}/{LABEL}"])  # fails if it is not loaded, which is fine
        have(["launchctl", "bootstrap", self._domain, str(self._file)])
        return Installed("a launchd agent", str(self._file), timetable, active=True)

    def remove(self) -> bool:
        if read_ours(self._file) is None:
            return False
        if self._is_loaded():
            have(["launchctl", "bootout", f"{self._domain}/{LABEL}"])
        self._file.unlink(missing_ok=True)
        return True

    def installed(self) -> Installed | None:
        text = read_ours(self._file)
        if text is None:
            return None
        return Installed("a launchd agent", str(self._file), _timetable(text), self._is_loaded())

    def _is_loaded(self) -> bool:
        return ask(["launchctl", "print", f"{self._domain}/{LABEL}"]).code == 0


def _plist(timetable: Timetable, task: Task) -> str:
    moment = {"Hour": timetable.at.hour, "Minute": timetable.at.minute}
    days = _WEEKDAYS[timetable.days]
    agent: dict[str, Any] = {
        "Label": LABEL,
        "ProgramArguments": list(task.words),
        "EnvironmentVariables": dict(task.variables),
        "StartCalendarInterval": [{**moment, "Weekday": day} for day in days] if days else moment,
        "ProcessType": "Background",
    }
    text = plistlib.dumps(agent, sort_keys=False).decode("utf-8")
    head, rest = text.split("<plist", 1)
    return f"{head}<!-- {MARK} -->\n<plist{rest}"


def _timetable(text: str) -> Timetable | None:
    """The times in papertui's agent; ``None`` if they were changed by hand."""
    try:
        moments = plistlib.loads(text.encode())["StartCalendarInterval"]
        listed = moments if isinstance(moments, list) else [moments]
        at = time(listed[0]["Hour"], listed[0]["Minute"])
        found = tuple(moment["Weekday"] for moment in listed if "Weekday" in moment)
    except (plistlib.InvalidFileException, ValueError, KeyError, TypeError, IndexError):
        return None
    return next((Timetable(at, days) for days, numbers in _WEEKDAYS.items() if numbers == found), None)
