"""``digest`` prints the papers of a day or week, or mails them; its subcommands mail them automatically."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papertui.cli.output import as_json, print_message, printable, write
from papertui.cli.parser import Commands, Parser, add_offline, positive_integer
from papertui.digest.model import STATES, Days, Delivery, SendTimes, parse_clock
from papertui.errors import MailError, SettingsError, UsageError
from papertui.files import write_file
from papertui.model.feed import parse_day
from papertui.model.format import grouped, plural

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.digest.send import SendPlan, SendRequest, SendResult

_DEFAULT_TIME = "08:00"
#: Mails that `digest status` lists.
_LOGGED = 5


def add_commands(commands: Commands) -> None:
    digest = commands.add(
        "digest",
        "print the day's or week's papers, or mail them once",
        """\
papertui digest
  papertui digest --period week --markdown -o week.md
  papertui digest --date 2026-04-30 --feed trending --feed arxiv:cs.CL --top 5
  papertui digest --send --dry-run
  papertui digest --send
  papertui digest --send --to ada@example.org
  papertui digest schedule --at 08:00 --weekdays

--send mails the papers since the last mail, once: a second call for the same period does nothing, and missed days are
combined in one mail. A week is mailed when it is over. Set sender, recipients and server under [mail] in the settings
(from, to, url), or in PAPERTUI_MAIL_FROM, PAPERTUI_MAIL_TO and PAPERTUI_SMTP_URL (smtp://user@mail.example.org:587).
The password comes from the keyring (papertui[keyring]) or from password_command.""",
        print_or_send,
    )
    _add_period(digest, "period")
    digest.add_argument("--date", metavar="DAY", help="the day, or a day of the week, to cover (default: today)")
    digest.add_argument(
        "--feed", dest="sections", action="append", metavar="FEED", help="use this feed as a section; repeatable"
    )
    digest.add_argument("--top", type=positive_integer, metavar="N", help="at most N papers per section")
    forms = digest.add_mutually_exclusive_group()
    for form, words in (
        ("html", "as an HTML page"),
        ("markdown", "as Markdown"),
        ("atom", "as an Atom feed"),
        ("eml", "as a mail message (.eml)"),
    ):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"print {words}")
    digest.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of stdout")
    digest.add_argument("--send", action="store_true", help="mail the digest, once per period")
    digest.add_argument(
        "--dry-run",
        action="store_true",
        help="show what --send would mail, to whom and through which server; send nothing",
    )
    digest.add_argument("--again", action="store_true", help="mail the period again, even if it was already mailed")
    digest.add_argument("--to", action="append", metavar="ADDR", help="mail to this address instead; repeatable")
    add_offline(digest)
    _add_schedule(digest)


def _add_schedule(digest: Parser) -> None:
    commands = digest.add_commands("schedule|unschedule|status", required=False)
    schedule = commands.add(
        "schedule",
        "mail the digest automatically",
        """\
papertui digest schedule --at 08:00 --weekdays --show
  papertui digest schedule --at 08:00 --weekdays
  papertui digest schedule --at 18:00 --period week""",
        install_schedule,
    )
    schedule.add_argument("--at", metavar="HH:MM", help=f"time of day (default: {_DEFAULT_TIME})")
    schedule.add_argument("--weekdays", action="store_true", help="on weekdays only")
    _add_period(schedule, "scheduled")
    schedule.add_argument("--show", action="store_true", help="print what would be installed; install nothing")
    commands.add("unschedule", "stop mailing the digest automatically", "papertui digest unschedule", remove_schedule)
    status = commands.add(
        "status",
        "show the last and next run, and failures",
        """\
papertui digest status
  papertui digest status --json | jq -r .next_run""",
        print_status,
    )
    status.add_argument("--json", action="store_true", help="print one JSON object")


def _add_period(parser: Parser, dest: str) -> None:
    parser.add_argument("--period", dest=dest, choices=("day", "week"), help="cover one day or one week")


# --- printing and mailing ----------------------------------------------------------------------------


def print_or_send(context: Context) -> int:
    args = context.args
    mails = args.send or args.dry_run or args.again
    if mails and (args.form or args.output):
        raise UsageError(
            "A digest is either mailed or printed. Leave out --send, --dry-run and --again, or the format and -o."
        )
    if args.again and not (args.send or args.dry_run):
        raise UsageError("--again needs --send: papertui digest --send --again.")
    if args.to and not mails and args.form != "eml":
        raise UsageError("--to needs --send, --dry-run or --eml.")
    request = _request(context)
    if args.dry_run:
        _print_plan(asyncio.run(context.services.sender.plan(request, again=args.again)), again=args.again)
        return 0
    if args.send:
        return _print_result(asyncio.run(context.services.sender.send(request, again=args.again)))
    text = asyncio.run(_rendered(context, request))
    if args.output and args.output != "-":
        write_file(Path(args.output), text.encode("utf-8"))
    else:
        write(text)
    return 0


def _request(context: Context) -> SendRequest:
    from papertui.digest.send import SendRequest  # noqa: PLC0415 - brings SQLite and schedulers
    from papertui.model.mailbox import parse_mailboxes  # noqa: PLC0415 - compiles large patterns

    args = context.args
    named = context.services.follows.named
    day = parse_day(args.date) if args.date else None
    if day is not None and day > context.services.feeds.today():
        raise UsageError(f"{args.date} is in the future; today is {context.services.feeds.today()} (UTC).")
    return SendRequest(
        kind=args.period or context.settings.digest.period,
        day=day,
        feeds=tuple(dict.fromkeys(map(named, args.sections))) if args.sections else None,
        to=parse_mailboxes(args.to or ()),
        top=args.top,
        offline=args.offline,
    )


async def _rendered(context: Context, request: SendRequest) -> str:
    from papertui.digest.mailer import templates_folder  # noqa: PLC0415 - brings email
    from papertui.digest.render import as_atom, as_html, as_markdown, as_text  # noqa: PLC0415 - brings Jinja

    composed = await context.services.sender.compose(request)
    if context.args.form == "eml":
        return (await context.services.sender.write_mail(request, composed)).data.decode("utf-8")
    folder = templates_folder(context.settings.digest, context.paths.settings)
    match context.args.form:
        case "atom":
            text = as_atom(composed)
        case "html":
            text = as_html(composed, folder)
        case "markdown":
            text = as_markdown(composed, folder)
        case _:
            text = as_text(composed, folder)
    return text


def _print_plan(plan: SendPlan, *, again: bool) -> None:
    letter = plan.mail
    for delivery in plan.waiting:
        addresses = ", ".join(delivery.unsettled)
        write(f"First, {delivery.message_id} for {delivery.period.words} is sent again to {addresses}.\n")
    if plan.mailed:
        write(f"The digest of {plan.period.words} has already been mailed; --send would send nothing. With --again:\n")
    rows = [
        ("Period", plan.period.words),
        ("From", str(letter.sender)),
        ("To", ", ".join(map(str, letter.recipients))),
        ("Server", plan.server.words),
        ("Subject", letter.subject),
        ("Size", f"{grouped(len(letter.data))} bytes"),
    ]
    rows += [
        ("Section", f"{section.title}: {plural(len(section.entries), 'paper')}") for section in plan.digest.sections
    ]
    rows += [("Note", notice) for notice in plan.digest.notices]
    write("".join(f"{name + ':':<10}{printable(words)}\n" for name, words in rows))
    print_message("Nothing was sent." if not again else "Nothing was sent or recorded.")


def _print_result(result: SendResult) -> int:
    """Print the result of sending; return the exit code, 5 when a recipient did not get the mail."""
    for sentence in result.messages:
        print_message(sentence)
    period = result.period.words
    if result.result == "already":
        write(f"The digest of {period} has already been mailed; nothing was sent. --again sends it again.\n")
        return 0
    if result.result == "empty":
        write(f"There are no papers for {period}; nothing was sent (send_empty = false in the settings).\n")
        return 0
    if result.confirmed:
        write(f"The digest of {period} was mailed to {', '.join(result.confirmed)}.\n")
    if result.problem:
        print_message(result.problem)
        return MailError.exit_code
    return 0


# --- the schedule ------------------------------------------------------------------------------------


def install_schedule(context: Context) -> int:
    """Install a schedule for the digest, or print what would be installed."""
    args = context.args
    kind = args.scheduled or args.period or context.settings.digest.period
    if kind == "week" and args.weekdays:
        raise UsageError("A weekly digest is mailed on Mondays; leave out --weekdays.")
    days: Days = "on Mondays" if kind == "week" else "on weekdays" if args.weekdays else "every day"
    times = SendTimes(parse_clock(args.at or _DEFAULT_TIME), days)
    task, warnings = context.services.schedule.task(kind)
    for warning in warnings:
        print_message(warning)
    if args.show:
        write(context.services.schedule.show(times, kind))
        return 0
    context.services.sender.check_settings()
    if context.settings.mail.server is None and "PAPERTUI_SMTP_URL" not in task.variables:
        raise SettingsError("Nothing was installed: scheduled runs need a mail server. Set “url” under [mail].")
    installed = context.services.schedule.install(times, kind)
    write(f"The digest is mailed {times.words}, by {installed.method} ({installed.where}).\n")
    write(f"Next: {_moment(context.services.schedule.next_run(installed))}\n")
    return 0


def remove_schedule(context: Context) -> int:
    if context.services.schedule.remove():
        write("The schedule was removed. Nothing else was changed.\n")
    else:
        write("No schedule was installed; nothing to remove.\n")
    return 0


def print_status(context: Context) -> int:
    services = context.services
    installed = services.schedule.installed()
    upcoming = services.schedule.next_run(installed)
    failure = services.sender.last_failure()
    log = services.sender.log(_LOGGED)
    if context.args.json:
        record = {
            "scheduled": installed.timetable.words if installed and installed.timetable else None,
            "by": installed.method if installed else None,
            "where": installed.where if installed else None,
            "active": installed.active if installed else False,
            "next_run": upcoming.isoformat(timespec="seconds") if upcoming else None,
            "last": _delivery_record(log[0]) if log else None,
            "failure": failure,
            "log": [_delivery_record(delivery) for delivery in log],
        }
        write(as_json(record) + "\n")
        return 0
    if installed is None:
        write(f"Schedule:  none; “papertui digest schedule --at {_DEFAULT_TIME}” installs one\n")
    else:
        times = installed.timetable.words if installed.timetable else "at times changed by hand"
        write(f"Schedule:  {times}, by {installed.method} ({printable(installed.where)})\n")
        write(f"Next run:  {_moment(upcoming) if installed.active else 'never: installed but disabled'}\n")
    write(f"Last mail: {_delivery_words(log[0]) if log else 'none yet'}\n")
    for delivery in log[1:]:
        write(f"           {_delivery_words(delivery)}\n")
    write(f"Failure:   {printable(failure) if failure else 'none'}\n")
    return 0


def _moment(moment: datetime | None) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M}" if moment else "unknown"


def _delivery_words(delivery: Delivery) -> str:
    at = (delivery.ended_at or delivery.intended_at).astimezone()
    confirmed = [address for address, outcome in delivery.outcomes.items() if outcome.status == "confirmed"]
    to = f" to {', '.join(confirmed)}" if confirmed else ""
    papers = f", {plural(delivery.papers, 'paper')}" if delivery.papers else ""
    return printable(f"{_moment(at)}: {delivery.period.words}{papers}, {STATES[delivery.state]}{to}")


def _delivery_record(delivery: Delivery) -> dict[str, Any]:
    return {
        "period": delivery.period.key,
        "series": delivery.series,
        "state": delivery.state,
        "message_id": delivery.message_id or None,
        "subject": delivery.subject or None,
        "from": delivery.sender or None,
        "papers": delivery.papers,
        "size": delivery.size,
        "intended_at": delivery.intended_at.isoformat(),
        "ended_at": delivery.ended_at.isoformat() if delivery.ended_at else None,
        "recipients": [
            {"address": address, "state": outcome.status, "why": outcome.why or None}
            for address, outcome in delivery.outcomes.items()
        ],
    }
