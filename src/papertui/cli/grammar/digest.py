"""``digest`` and what belongs to it."""

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

--send mails what came since the last mail, once: a second call for the same period does nothing, and after days asleep
all of them are in one mail. A week is mailed when it is over. From whom, to whom and through which server stands in the
settings under [mail] (from, to, url), or in PAPERTUI_MAIL_FROM, PAPERTUI_MAIL_TO and PAPERTUI_SMTP_URL
(smtp://user@mail.example.org:587); the password comes from the keyring (papertui[keyring]) or a password_command."""
_SCHEDULE = """\
papertui digest schedule --at 08:00 --weekdays --show
  papertui digest schedule --at 08:00 --weekdays
  papertui digest schedule --at 18:00 --period week"""
_STATUS = """\
papertui digest status
  papertui digest status --json | jq -r .next_run"""


def add_commands(command: Add) -> None:
    """Adds them by `command`."""
    digest = command("digest", "print the day's or week's papers, or mail them once", _DIGEST)
    _digest(digest)
    below = commands(digest, "schedule|unschedule|status", required=False)
    _schedule(below("schedule", "have the digest mailed by itself", _SCHEDULE))
    below("unschedule", "mail the digest by itself no more", "papertui digest unschedule")
    status = below("status", "tell the last and the next run, and what failed", _STATUS)
    status.add_argument("--json", action="store_true", help="print one JSON object")


def _period(parser: Parser, dest: str) -> None:
    parser.add_argument("--period", dest=dest, choices=("day", "week"), help="papers of a day or of a week")


def _digest(parser: Parser) -> None:
    _period(parser, "period")
    parser.add_argument("--date", metavar="DAY", help="of this day, or of its week (default: today)")
    parser.add_argument(
        "--feed",
        dest="sections",
        action="append",
        metavar="FEED",
        help="what it is made of; may be given several times",
    )
    parser.add_argument("--top", type=at_least_one, metavar="N", help="at most N papers a section")
    forms = parser.add_mutually_exclusive_group()
    for form, what in (
        ("html", "as a page"),
        ("markdown", "as Markdown"),
        ("atom", "as an Atom feed to publish"),
        ("eml", "as a mail that any mail program opens"),
    ):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"print it {what}")
    parser.add_argument("-o", "--output", metavar="FILE", help="write it into FILE instead")
    parser.add_argument("--send", action="store_true", help="mail it, once for each period")
    parser.add_argument(
        "--dry-run", action="store_true", help="tell what --send would mail, to whom and where; send nothing"
    )
    parser.add_argument("--again", action="store_true", help="mail a period that was mailed already once more")
    parser.add_argument(
        "--to", action="append", metavar="ADDR", help="mail it to this address instead; may be given several times"
    )
    offline(parser)


def _schedule(parser: Parser) -> None:
    parser.add_argument("--at", metavar="HH:MM", help="at what time (default: 08:00)")
    parser.add_argument("--weekdays", action="store_true", help="on weekdays only, when papers are published")
    _period(parser, "scheduled")
    parser.add_argument("--show", action="store_true", help="print what would be installed, and install nothing")
