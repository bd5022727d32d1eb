"""An entry in the user's crontab. See crontab(5)."""

from __future__ import annotations

import re
import shlex
from datetime import time

from papertui.core.mailing.timetable import Days, Timetable
from papertui.errors import MailError
from papertui.mail.schedule import MARK, Installed, Task
from papertui.mail.schedule.running import ask, have

_BEGIN, _END = f"# {MARK}", "# End of papertui digest schedule."
_BLOCK = re.compile(rf"^{re.escape(_BEGIN)}\n(.*?)^{re.escape(_END)}\n", re.MULTILINE | re.DOTALL)
_ON: dict[Days, str] = {"every day": "*", "on weekdays": "1-5", "on Mondays": "1"}
_LINE = re.compile(r"^(\d+) (\d+) \* \* (\*|1-5|1) ", re.MULTILINE)


class Cron:
    """A crontab entry between two marker lines; all other lines are left unchanged."""

    def show(self, timetable: Timetable, task: Task) -> str:
        return (
            f"# added to your crontab (crontab -l)\n{_block(timetable, task)}\n"
            "# cron runs nothing while the machine sleeps; the next run covers all missed days.\n"
        )

    def install(self, timetable: Timetable, task: Task) -> Installed:
        rest = _BLOCK.sub("", _crontab())
        gap = "" if not rest or rest.endswith("\n") else "\n"
        have(["crontab", "-"], f"{rest}{gap}{_block(timetable, task)}")
        return Installed("a line of cron", "crontab -l", timetable, active=True)

    def remove(self) -> bool:
        text = _crontab()
        rest = _BLOCK.sub("", text)
        if rest == text:
            return False
        if rest.strip():
            have(["crontab", "-"], rest)
        else:
            have(["crontab", "-r"])
        return True

    def installed(self) -> Installed | None:
        block = _BLOCK.search(_crontab())
        if block is None:
            return None
        found = _LINE.search(block[1])
        timetable = None
        if found and int(found[2]) < 24 and int(found[1]) < 60:  # noqa: PLR2004 - a clock
            days = next(days for days, written in _ON.items() if written == found[3])
            timetable = Timetable(time(int(found[2]), int(found[1])), days)
        return Installed("a line of cron", "crontab -l", timetable, active=found is not None)


def _crontab() -> str:
    """The user's crontab; empty if there is none.

    Raises:
        MailError: it cannot be read.
    """
    answer = ask(["crontab", "-l"])
    if answer.code == 0:
        return answer.out
    if "no crontab" in answer.err.lower():
        return ""
    raise MailError(f"Your crontab cannot be read: {answer.err or 'crontab gave no reason'}")


def _block(timetable: Timetable, task: Task) -> str:
    variables = "".join(f"{name}={shlex.quote(value)} " for name, value in task.variables.items())
    # Success is reported on stdout, which is discarded; failures on stderr, which cron mails to the user.
    command = f"{variables}{shlex.join(task.words)} > /dev/null".replace("%", "\\%")
    at = timetable.at
    return f"{_BEGIN}\n{at.minute} {at.hour} * * {_ON[timetable.days]} {command}\n{_END}\n"
