"""``digest schedule``, ``unschedule`` and ``status``: mailing the digest automatically."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from papertui.cli.errand import Context
from papertui.cli.output import as_json, printable, say, write
from papertui.digest.model import STATES, Days, Delivery, SendTimes, parse_clock
from papertui.errors import SettingsError, UsageError
from papertui.model.format import plural

_USUAL = "08:00"
_LOGGED = 5


def schedule(context: Context) -> int:
    """Install a schedule for the digest, or print what would be installed."""
    args = context.asked
    kind = args.scheduled or args.period or context.settings.digest.period
    if kind == "week" and args.weekdays:
        raise UsageError("A weekly digest is mailed on Mondays; leave out --weekdays.")
    days: Days = "on Mondays" if kind == "week" else "on weekdays" if args.weekdays else "every day"
    timetable = SendTimes(parse_clock(args.at or _USUAL), days)
    task, warnings = context.services.schedule.task(kind)
    for warning in warnings:
        say(warning)
    if args.show:
        write(context.services.schedule.show(timetable, kind))
        return 0
    context.services.sender.check_settings()
    if context.settings.mail.server is None and "PAPERTUI_SMTP_URL" not in task.variables:
        raise SettingsError(
            "Nothing was installed: a scheduled run would have no mail server. Set url under [mail] in the settings."
        )
    installed = context.services.schedule.install(timetable, kind)
    write(f"The digest is mailed {timetable.words}, by {installed.method} ({installed.where}).\n")
    write(f"Next: {_when(context.services.schedule.next_run(installed))}\n")
    return 0


def unschedule(context: Context) -> int:
    if context.services.schedule.remove():
        write("The schedule was removed. Nothing else was changed.\n")
    else:
        write("No schedule was installed; nothing to remove.\n")
    return 0


def status(context: Context) -> int:
    services = context.services
    installed = services.schedule.installed()
    upcoming = services.schedule.next_run(installed)
    failure = services.sender.last_failure()
    log = services.sender.log(_LOGGED)
    if context.asked.json:
        record = {
            "scheduled": installed.timetable.words if installed and installed.timetable else None,
            "by": installed.method if installed else None,
            "where": installed.where if installed else None,
            "active": installed.active if installed else False,
            "next_run": upcoming.isoformat(timespec="seconds") if upcoming else None,
            "last": _record(log[0]) if log else None,
            "failure": failure,
            "log": [_record(posting) for posting in log],
        }
        write(as_json(record) + "\n")
        return 0
    if installed is None:
        write("Schedule:  none; “papertui digest schedule --at 08:00” installs one\n")
    else:
        times = installed.timetable.words if installed.timetable else "at times changed by hand"
        write(f"Schedule:  {times}, by {installed.method} ({printable(installed.where)})\n")
        write(f"Next run:  {_when(upcoming) if installed.active else 'never: installed but disabled'}\n")
    write(f"Last mail: {_line(log[0]) if log else 'none yet'}\n")
    for posting in log[1:]:
        write(f"           {_line(posting)}\n")
    write(f"Failure:   {printable(failure) if failure else 'none'}\n")
    return 0


def _when(moment: datetime | None) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M}" if moment else "unknown"


def _line(posting: Delivery) -> str:
    at = (posting.ended_at or posting.intended_at).astimezone()
    got = [address for address, outcome in posting.outcomes.items() if outcome.status == "confirmed"]
    to = f" to {', '.join(got)}" if got else ""
    papers = f", {plural(posting.papers, 'paper')}" if posting.papers else ""
    return printable(f"{_when(at)}: {posting.period.words}{papers}, {STATES[posting.state]}{to}")


def _record(posting: Delivery) -> dict[str, Any]:
    return {
        "period": posting.period.key,
        "series": posting.series,
        "state": posting.state,
        "message_id": posting.message_id or None,
        "subject": posting.subject or None,
        "from": posting.sender or None,
        "papers": posting.papers,
        "size": posting.size,
        "intended_at": posting.intended_at.isoformat(),
        "ended_at": posting.ended_at.isoformat() if posting.ended_at else None,
        "recipients": [
            {"address": address, "state": outcome.status, "why": outcome.why or None}
            for address, outcome in posting.outcomes.items()
        ],
    }
