"""Digests of fictional papers, and simple mails for them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from papertui.digest.compose import DigestComposer
from papertui.digest.message import write_message
from papertui.digest.model import Digest, DigestEntry, DigestSection, Mail, MailedPaper
from papertui.model.feed import FeedName
from papertui.model.mailbox import Mailbox
from papertui.model.paper import Paper
from papertui.model.period import Period
from papertui.settings import DigestSettings

#: A Thursday morning.
MOMENT = datetime(2026, 4, 30, 8, tzinfo=UTC)
ADA, BOB = Mailbox("ada@example.org"), Mailbox("bob@example.org")


class Composing(DigestComposer):
    """Composes digests of fictional papers: number n of each day has the id ``YYMM.DD00n`` and n times ten votes."""

    def __init__(self, settings: DigestSettings | None = None, papers: int = 2) -> None:
        self.settings = settings or DigestSettings()
        self.papers = papers
        self.asked: list[tuple[Period, dict[str, MailedPaper]]] = []
        self.problem: Exception | None = None

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, MailedPaper] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """Return the papers of all days of the period that were not mailed before."""
        del feeds, top, offline
        await asyncio.sleep(0)
        self.asked.append((period, dict(mailed)))
        if self.problem is not None:
            raise self.problem
        papers = [
            Paper(f"{day:%y%m.%d}{number:03}", f"Paper {number} of {day}", upvotes=10 * number)
            for day in period.days
            for number in range(1, self.papers + 1)
        ]
        entries = tuple(DigestEntry(paper) for paper in papers if paper.id not in mailed)
        return Digest(period, MOMENT, (DigestSection("trending", "Trending", entries),))


def mail_of(digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str = "") -> Mail:
    """Return a simple mail for a digest: the ids of its papers."""
    text = f"{digest.period.words}\n" + "".join(f"{id_}\n" for id_ in digest.ids)
    return write_message(
        sender=sender,
        recipients=to,
        subject=f"{prefix}Papers of {digest.period.short}",
        text=text,
        html=f"<p>{text}</p>",
        at=at,
    )
