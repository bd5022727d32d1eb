"""``digest`` and its subcommands."""

from __future__ import annotations

from papertui.cli.arguments import Parser, at_least_one
from papertui.cli.grammar.commands import Add, commands
from papertui.cli.grammar.options import offline

_DIGEST = """\
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
The password comes from the keyring (papertui[keyring]) or from password_command."""
_SCHEDULE = """\
papertui digest schedule --at 08:00 --weekdays --show
  papertui digest schedule --at 08:00 --weekdays
  papertui digest schedule --at 18:00 --period week"""
_STATUS = """\
papertui digest status
  papertui digest status --json | jq -r .next_run"""


def add_commands(command: Add) -> None:
    digest = command("digest", "print the day's or week's papers, or mail them once", _DIGEST)
    _digest(digest)
    below = commands(digest, "schedule|unschedule|status", required=False)
    _schedule(below("schedule", "mail the digest automatically", _SCHEDULE))
    below("unschedule", "stop mailing the digest automatically", "papertui digest unschedule")
    status = below("status", "show the last and next run, and failures", _STATUS)
    status.add_argument("--json", action="store_true", help="print one JSON object")


def _period(parser: Parser, dest: str) -> None:
    parser.add_argument("--period", dest=dest, choices=("day", "week"), help="cover one day or one week")


def _digest(parser: Parser) -> None:
    _period(parser, "period")
    parser.add_argument("--date", metavar="DAY", help="the day, or a day of the week, to cover (default: today)")
    parser.add_argument(
        "--feed",
        dest="sections",
        action="append",
        metavar="FEED",
        help="use this feed as a section; repeatable",
    )
    parser.add_argument("--top", type=at_least_one, metavar="N", help="at most N papers per section")
    forms = parser.add_mutually_exclusive_group()
    for form, what in (
        ("html", "as an HTML page"),
        ("markdown", "as Markdown"),
        ("atom", "as an Atom feed"),
        ("eml", "as a mail message (.eml)"),
    ):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"print {what}")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of stdout")
    parser.add_argument("--send", action="store_true", help="mail the digest, once per period")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="show what --send would mail, to whom and through which server; send nothing",
    )
    parser.add_argument("--again", action="store_true", help="mail the period again, even if it was already mailed")
    parser.add_argument("--to", action="append", metavar="ADDR", help="mail to this address instead; repeatable")
    offline(parser)


def _schedule(parser: Parser) -> None:
    parser.add_argument("--at", metavar="HH:MM", help="time of day (default: 08:00)")
    parser.add_argument("--weekdays", action="store_true", help="on weekdays only")
    _period(parser, "scheduled")
    parser.add_argument("--show", action="store_true", help="print what would be installed; install nothing")
