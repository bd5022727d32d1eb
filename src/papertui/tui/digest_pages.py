"""The pages of the digest screen as blocks of text: preview, plain text, log, schedule and keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from papertui.digest.message import text_of
from papertui.digest.model import STATES, Delivery, Failure, RecipientResult, RecipientStatus, SendTimes
from papertui.digest.service import DigestPreview, SendRecord
from papertui.digest.view import DigestView, PaperView, view_of
from papertui.model.format import grouped, plural
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.paper_text import Block

_GAP = Block("text", "")
_INDENT = 4
#: Example lines for required settings under [mail].
_EXAMPLES = {
    "from": 'from = "papertui <you@example.org>"',
    "to": 'to = ["you@example.org"]',
    "url": 'url = "smtp://you@mail.example.org:587"',
}
#: State of a mail that is not confirmed, for readers.
_STATUS_WORDS: Mapping[RecipientStatus, str] = MappingProxyType(
    {
        "intended": "nothing was sent",
        "handed over": "it may or may not have arrived",
        "deferred": "deferred by the server",
        "refused": "refused by the server",
    }
)


def preview_page(preview: DigestPreview, glyphs: Glyphs, settings: str) -> Iterator[Block]:
    """The rendered digest below the header of the mail."""
    yield from _head(preview, settings)
    yield _GAP
    yield Block("rule", "")
    yield from _digest(view_of(preview.digest), glyphs)


def text_page(preview: DigestPreview, settings: str) -> Iterator[Block]:
    """The exact plain text of the mail."""
    yield from _head(preview, settings)
    yield _GAP
    yield Block("rule", "")
    yield _GAP
    for line in text_of(preview.mail).splitlines():
        yield Block("text", line.lstrip(), indent=len(line) - len(line.lstrip())) if line else _GAP


def missing_lines(missing: Sequence[str]) -> list[str]:
    """Return the lines to add to the settings so that the digest can be mailed."""
    return ["[mail]", *(_EXAMPLES[key] for key in missing)]


def _head(preview: DigestPreview, settings: str) -> Iterator[Block]:
    letter = preview.mail
    if preview.missing:
        yield Block("votes", f"To mail the digest, add these lines to {settings} and restart papertui:")
        yield _GAP
        for line in missing_lines(preview.missing):
            yield Block("code", line, indent=_INDENT)
        yield _GAP
        yield Block("faint", "The password is read from the keyring or from password_command.")
        yield _GAP
        yield Block("text", letter.subject, mark="Subject")
        return
    for delivery in preview.waiting:
        to = ", ".join(delivery.unsettled)
        yield Block("votes", f"The mail for {delivery.period.words} is unconfirmed. It is sent again first, to {to}.")
    yield Block("text", letter.subject, mark="Subject")
    yield Block("text", str(letter.sender), mark="From   ")
    yield Block("text", ", ".join(map(str, letter.recipients)), mark="To     ")
    yield Block("faint", f"{preview.server}; {grouped(len(letter.data))} bytes", mark="Server ")


def _digest(view: DigestView, glyphs: Glyphs) -> Iterator[Block]:
    yield _GAP
    yield Block("title", view.title)
    yield Block("faint", view.lead)
    for notice in view.notices:
        yield Block("votes", notice)
    for section in view.sections:
        yield _GAP
        yield _GAP
        yield Block("head", section.title)
        if section.notice:
            yield Block("faint", section.notice)
        for paper in section.papers:
            yield _GAP
            yield from _paper(paper, glyphs)
        if section.more and section.papers:
            yield _GAP
            yield Block("faint", f"and {grouped(section.more)} more", section.more_url or None, indent=_INDENT)
    yield _GAP
    yield _GAP
    yield Block("faint", f"Composed by papertui on {view.made}.")


def _paper(paper: PaperView, glyphs: Glyphs) -> Iterator[Block]:
    dot = f" {glyphs.dot} "
    yield Block("title", paper.title, paper.url or None, mark=f"{paper.number:>{_INDENT - 1}}")
    if paper.authors:
        yield Block("authors", paper.authors, indent=_INDENT)
    votes = ", ".join(filter(None, (paper.votes, paper.change)))
    if facts := dot.join(filter(None, (votes, paper.comments, paper.stars, paper.organization))):
        yield Block("votes" if paper.votes else "facts", facts, indent=_INDENT)
    if paper.summary:
        yield Block("text", paper.summary, indent=_INDENT)
    if paper.reasons:
        yield Block("short", f"Why: {'; '.join(paper.reasons)}", indent=_INDENT)
    if paper.note:
        yield Block("faint", f"Yours: {paper.note}", indent=_INDENT)
    if paper.links:
        names = dot.join(link.name for link in paper.links)
        yield Block("link", names, paper.url or None, indent=_INDENT)


def log_page(record: SendRecord) -> Iterator[Block]:
    """The log of sent and failed mails, and the next scheduled mail."""
    yield Block("title", "Mails")
    if record.failure:
        yield Block("votes", record.failure)
    yield Block("faint", next_words(record, " 4 opens the schedule."))
    entries: list[tuple[datetime, Delivery | Failure]] = [
        *((delivery.ended_at or delivery.intended_at, delivery) for delivery in record.postings),
        *((failure.at, failure) for failure in record.failures if not _is_shown(failure, record.postings)),
    ]
    if not entries:
        yield _GAP
        yield Block("text", "No mails yet. s sends the digest, t sends a test to yourself.")
    for at, one in sorted(entries, key=lambda each: each[0], reverse=True):
        yield _GAP
        if isinstance(one, Failure):
            yield Block("head", when(at.astimezone()))
            yield Block("votes", f"Not mailed: {one.sentence}", indent=2)
        else:
            yield from _delivery(at, one)


def _delivery(at: datetime, delivery: Delivery) -> Iterator[Block]:
    yield Block("head", when(at.astimezone()))
    papers = f", {plural(delivery.papers, 'paper')}" if delivery.papers else ""
    got = [address for address, outcome in delivery.outcomes.items() if outcome.status == "confirmed"]
    to = f" to {', '.join(got)}" if got else ""
    yield Block("short" if delivery.state == "sent" else "text",
                f"The digest of {delivery.period.words}{papers}: {STATES[delivery.state]}{to}.", indent=2)  # fmt: skip
    if delivery.subject:
        yield Block("faint", delivery.subject, indent=2)
    missed: dict[RecipientResult, list[str]] = {}
    for address, outcome in delivery.outcomes.items():
        if outcome.status != "confirmed":
            missed.setdefault(outcome, []).append(address)
    for (status, why), addresses in missed.items():
        yield Block("votes", f"{', '.join(addresses)}: {_STATUS_WORDS[status]}.{f' {why}' if why else ''}", indent=2)


def _is_shown(failure: Failure, deliveries: Sequence[Delivery]) -> bool:
    """Whether a mail in the log already shows this failure."""
    same = (delivery for delivery in deliveries if delivery.period.key == failure.period)
    return any(outcome.why == failure.sentence for delivery in same for outcome in delivery.outcomes.values())


def next_words(record: SendRecord, hint: str = "") -> str:
    """Return a sentence about the next scheduled mail; `hint` is added when there is no schedule."""
    if record.problem:
        return record.problem
    installed = record.installed
    if installed is None:
        return f"The digest is not scheduled.{hint}"
    if not installed.active:
        return f"{installed.method[:1].upper()}{installed.method[1:]} is installed but disabled ({installed.where})."
    times = installed.timetable.words if installed.timetable else "at times changed by hand"
    upcoming = f" Next: {when(record.upcoming)}." if record.upcoming else ""
    return f"The digest is mailed {times}, by {installed.method} ({installed.where}).{upcoming}"


def schedule_page(record: SendRecord, timetable: SendTimes, plan: str, warnings: Sequence[str]) -> Iterator[Block]:
    """The installed schedule, and the files and commands that installing would write and run."""
    yield Block("title", "Schedule")
    yield Block("text", next_words(record))
    yield _GAP
    yield Block("head", f"{'Replacement' if record.installed else 'To install'}: {timetable.words}")
    for sentence in warnings:
        yield Block("votes", sentence)
    yield _GAP
    for line in plan.splitlines():
        yield Block("faint" if line.startswith("#") else "text", line, indent=2) if line.strip() else _GAP


def keys_page(keys: Sequence[tuple[str, str]]) -> Iterator[Block]:
    yield Block("title", "Keys")
    yield _GAP
    for key, words in keys:
        yield Block("text", words, mark=f"{key:<12}")


def when(moment: datetime) -> str:
    """Format a time: ``Thursday 30 April 2026, 08:00``."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M}"
