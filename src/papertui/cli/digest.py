"""``digest``: prints the papers of a day or week in one of several formats, or mails them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from papertui.cli.errand import Context
from papertui.cli.output import printable, say, write
from papertui.digest.mailer import templates_folder
from papertui.digest.model import Digest
from papertui.digest.render import as_atom, as_html, as_markdown, as_text
from papertui.digest.send import SendPlan, SendRequest, SendResult
from papertui.errors import MailError, UsageError
from papertui.files import write_file
from papertui.model.feed import parse_day
from papertui.model.format import grouped, plural


def digest(context: Context) -> int:
    args = context.asked
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
        return _tell(asyncio.run(context.services.sender.send(request, again=args.again)))
    text = asyncio.run(_written(context, request))
    if args.output and args.output != "-":
        write_file(Path(args.output), text.encode("utf-8"))
    else:
        write(text)
    return 0


def _request(context: Context) -> SendRequest:
    from papertui.model.mailbox import parse_mailboxes  # noqa: PLC0415 - compiles large patterns

    args = context.asked
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


async def _written(context: Context, request: SendRequest) -> str:
    composed = await context.services.sender.compose(request)
    if context.asked.form == "eml":
        letter = await context.services.sender.letter(request, composed)
        return letter.data.decode("utf-8")
    return _in_form(context, composed)


def _in_form(context: Context, composed: Digest) -> str:
    folder = templates_folder(context.settings.digest, context.places.settings)
    if context.asked.form == "atom":
        return as_atom(composed)
    forms = {"html": as_html, "markdown": as_markdown}
    return forms.get(context.asked.form, as_text)(composed, folder)


def _print_plan(plan: SendPlan, *, again: bool) -> None:
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


def _tell(sent: SendResult) -> int:
    """Print the result of sending; return the exit code, 5 when a recipient did not get the mail."""
    for sentence in sent.messages:
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
