"""``digest``: prints the papers of a day or week in one of several formats, or mails them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from papertui.cli.errand import Errand
from papertui.core.digest import Digest
from papertui.core.feed import parse_day
from papertui.core.wording import grouped, plural
from papertui.desk.backroom import back_room
from papertui.desk.dispatch import Plan, Request, Sent
from papertui.errors import MailError, UsageError
from papertui.printing.streams import printable, say, write
from papertui.store.outfile import write_out
from papertui.wiring.digests import templates


def digest(errand: Errand) -> int:
    args = errand.asked
    mails = args.send or args.dry_run or args.again
    if mails and (args.form or args.output):
        raise UsageError(
            "A digest is either mailed or printed. Leave out --send, --dry-run and --again, or the format and -o."
        )
    if args.again and not (args.send or args.dry_run):
        raise UsageError("--again needs --send: papertui digest --send --again.")
    if args.to and not mails and args.form != "eml":
        raise UsageError("--to needs --send, --dry-run or --eml.")
    request = _request(errand)
    if args.dry_run:
        _print_plan(asyncio.run(back_room(errand.desk).mailing.plan(request, again=args.again)), again=args.again)
        return 0
    if args.send:
        return _tell(asyncio.run(back_room(errand.desk).mailing.send(request, again=args.again)))
    text = asyncio.run(_written(errand, request))
    if args.output and args.output != "-":
        write_out(Path(args.output), text.encode("utf-8"))
    else:
        write(text)
    return 0


def _request(errand: Errand) -> Request:
    from papertui.core.mailing.addresses import parse_mailboxes  # noqa: PLC0415 - compiles large patterns

    args = errand.asked
    named = errand.desk.following.named
    day = parse_day(args.date) if args.date else None
    if day is not None and day > errand.desk.feeds.today():
        raise UsageError(f"{args.date} is in the future; today is {errand.desk.feeds.today()} (UTC).")
    return Request(
        kind=args.period or errand.settings.digest.period,
        day=day,
        feeds=tuple(dict.fromkeys(map(named, args.sections))) if args.sections else None,
        to=parse_mailboxes(args.to or ()),
        top=args.top,
        offline=args.offline,
    )


async def _written(errand: Errand, request: Request) -> str:
    composed = await back_room(errand.desk).mailing.compose(request)
    if errand.asked.form == "eml":
        letter = await back_room(errand.desk).mailing.letter(request, composed)
        return letter.data.decode("utf-8")
    return _in_form(errand, composed)


def _in_form(errand: Errand, composed: Digest) -> str:
    from papertui.mail import rendering  # noqa: PLC0415 - imports Jinja

    folder = templates(errand.places, errand.settings)
    if errand.asked.form == "atom":
        return rendering.as_atom(composed)
    forms = {"html": rendering.as_html, "markdown": rendering.as_markdown}
    return forms.get(errand.asked.form, rendering.as_text)(composed, folder)


def _print_plan(plan: Plan, *, again: bool) -> None:
    letter = plan.letter
    for posting in plan.waiting:
        addresses = ", ".join(posting.unsettled)
        write(f"First, {posting.message_id} for {posting.period.words} is sent again to {addresses}.\n")
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
    rows += [("Section", f"{part.title}: {plural(len(part.entries), 'paper')}") for part in plan.digest.sections]
    rows += [("Note", notice) for notice in plan.digest.notices]
    write("".join(f"{name + ':':<10}{printable(words)}\n" for name, words in rows))
    say("Nothing was sent." if not again else "Nothing was sent or recorded.")


def _tell(sent: Sent) -> int:
    """Print the result of sending; return the exit code, 5 when a recipient did not get the mail."""
    for sentence in sent.told:
        say(sentence)
    words = sent.period.words
    if sent.result == "already":
        write(f"The digest of {words} has already been mailed; nothing was sent. --again sends it again.\n")
        return 0
    if sent.result == "empty":
        write(f"There are no papers for {words}; nothing was sent (send_empty = false in the settings).\n")
        return 0
    if sent.confirmed:
        write(f"The digest of {words} was mailed to {', '.join(sent.confirmed)}.\n")
    if sent.problem:
        say(sent.problem)
        return MailError.exit_code
    return 0
