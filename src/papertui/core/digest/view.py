"""A digest in the words it is told with: what a template sees. All texts are on one line, safe, and not too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from papertui.core.context import since
from papertui.core.digest import Digest, Entry, Period, Section
from papertui.core.digest.summary import cut, summary
from papertui.core.feed import FeedName, parse_feed_name, week_name
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper, address
from papertui.core.safe import one_line
from papertui.core.text import web_url
from papertui.core.wording import count, day, plural
from papertui.errors import UsageError

#: Cells for a title, a name, a phrase, a sentence or two.
_TITLE, _NAME, _PHRASE, _SENTENCES = 250, 60, 90, 500
#: As many authors are named, unless there is just one more.
_AUTHORS = 3
#: A longer address is no link that a reader could check.
_ADDRESS = 400
#: A way out that is a mail: an address, and a subject perhaps.
_MAIL = re.compile(r"mailto:[^\s<>\"'\\]{3,300}")
_HUB, _ARXIV = "https://huggingface.co/papers", "https://arxiv.org/list"


class Link(NamedTuple):
    """An address and what lies there.

    Attributes:
        name: ``Paper``, ``PDF``, ``Discussion``, ``Code``, ``Project``.
        url: an http or https address.
    """

    name: str
    url: str


class PaperView(NamedTuple):
    """A paper, in words. What is not known is empty.

    Attributes:
        number: its place in the digest, from 1.
        id: the arXiv id, or another.
        title: its title.
        url: its page.
        authors: ``Ada Lovelace, Émile Borel and 4 others``.
        organization: the laboratory or company.
        votes: ``69 votes``; of one that was mailed before, ``again: 120 votes``.
        change: ``+21 since yesterday``, ``+80 since 28 Apr``.
        comments: ``3 comments``.
        stars: ``2.3k stars on GitHub``, of its code.
        summary: what it is about, in two lines.
        reasons: why it is here, beside the section it stands in.
        note: what the reader says of a paper they keep: tags and note.
        links: its page first.
    """

    number: int
    id: str
    title: str
    url: str
    authors: str
    organization: str
    votes: str
    change: str
    comments: str
    stars: str
    summary: str
    reasons: tuple[str, ...]
    note: str
    links: tuple[Link, ...]


class SectionView(NamedTuple):
    """A part of the digest, in words.

    Attributes:
        name: what it is made of: ``trending``, ``arxiv:cs.CL``, ``pinned``, ``unopened``.
        title: its heading.
        notice: what is to be said of it, one sentence or several.
        papers: its papers.
        more: how many it would have had without an end.
        more_url: where those can be seen, if there is a page of them.
    """

    name: str
    title: str
    notice: str
    papers: tuple[PaperView, ...]
    more: int
    more_url: str


class DigestView(NamedTuple):
    """A digest, in words.

    Attributes:
        title: ``Papers of Thursday 30 April 2026``.
        period: ``Thursday 30 April 2026``.
        lead: how many papers there are, and what is first.
        made: when it was composed: ``30 April 2026, 18:00 UTC``.
        notices: sentences about all of it.
        sections: its parts.
        left_out: how many papers there was no room for.
        unsubscribe: where mails are declined, an address of the web or of mail; empty when nowhere.
    """

    title: str
    period: str
    lead: str
    made: str
    notices: tuple[str, ...]
    sections: tuple[SectionView, ...]
    left_out: int
    unsubscribe: str


def view_of(digest: Digest, unsubscribe: str = "") -> DigestView:
    """The words for a digest."""
    today = digest.made_at.date()
    numbers = iter(range(1, len(digest.entries) + 1))
    sections = tuple(
        SectionView(
            _line(section.name, _PHRASE),
            _line(section.title, _PHRASE),
            _line(section.notice, _SENTENCES),
            tuple(_paper(entry, next(numbers), today) for entry in section.entries),
            section.more,
            _page_of(section, digest.period),
        )
        for section in digest.sections
    )
    made = digest.made_at
    return DigestView(
        f"Papers of {digest.period.words}",
        _capital(digest.period.words),
        _lead(sections),
        f"{made.day} {made:%B %Y}, {made:%H:%M} UTC",
        tuple(_line(notice, _SENTENCES) for notice in digest.notices),
        sections,
        0,
        unsubscribe if sayable(unsubscribe) or _MAIL.fullmatch(unsubscribe) else "",
    )


def shortened(view: DigestView, most: int) -> DigestView:
    """The digest with at most `most` papers and notices, the first ones of each section; what is cut off is counted."""
    places = [
        (rank, number) for number, section in enumerate(view.sections) for rank in range(max(1, len(section.papers)))
    ]
    kept = set(sorted(places)[:most])
    sections = []
    for number, section in enumerate(view.sections):
        room = sum((rank, number) in kept for rank in range(max(1, len(section.papers))))
        if room:
            papers = section.papers[:room]
            sections.append(section._replace(papers=papers, more=section.more + len(section.papers) - len(papers)))
    shown = sum(len(section.papers) for section in sections)
    left_out = sum(len(section.papers) for section in view.sections) - shown
    return view._replace(sections=tuple(sections), left_out=left_out)


def subject_of(digest: Digest) -> str:
    """What the digest is and what is first in it, on one line of some 80 cells."""
    entries = digest.entries
    if not entries:
        return f"No papers: {digest.period.short}"
    others = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    begin = f"Papers of {digest.period.short}: "
    return begin + _line(entries[0].paper.title, 78 - len(begin) - len(others)) + others


def sayable(url: str | None) -> str:
    """An address of the web that is fit for a link; empty when it is none."""
    return url if url and len(url) <= _ADDRESS and web_url(url) else ""


def _paper(entry: Entry, number: int, today: date) -> PaperView:
    paper = entry.paper
    page = sayable(address(paper.id, paper.url, pdf=False)) or sayable(address(paper.id, None, pdf=False))
    names = [_line(name, _NAME) for name in paper.authors[: _AUTHORS + 1]]
    return PaperView(
        number=number,
        id=_line(paper.id, _PHRASE),
        title=_line(paper.title, _TITLE) or "(no title)",
        url=page,
        authors=_authors([name for name in names if name], len(paper.authors)),
        organization=_line(paper.organization or "", _NAME),
        votes=_votes(entry),
        change=_change(entry, today),
        comments=plural(paper.comments, "comment") if paper.comments else "",
        stars=_stars(paper),
        summary=one_line(summary(paper._replace(tldr=one_line(paper.tldr or ""), abstract=one_line(paper.abstract)))),
        reasons=tuple(_line(reason, _PHRASE) for reason in entry.reasons),
        note=_note(entry),
        links=tuple(_links(paper, page)),
    )


def _stars(paper: Paper) -> str:
    if not paper.stars:
        return ""
    where = " on GitHub" if (paper.github or "").startswith("https://github.com/") else ""
    return f"{count(paper.stars)} {'star' if paper.stars == 1 else 'stars'}{where}"


def _authors(names: Sequence[str], number: int) -> str:
    """The first few, the others as a number."""
    if number > _AUTHORS + 1:
        return f"{', '.join(names[:_AUTHORS])} and {number - _AUTHORS} others"
    return ", ".join(names)


def _votes(entry: Entry) -> str:
    if entry.paper.upvotes is None:
        return ""
    votes = plural(entry.paper.upvotes, "vote")
    return votes if entry.before is None else f"again: {votes}"


def _change(entry: Entry, today: date) -> str:
    if entry.before is not None:
        gained = (entry.paper.upvotes or 0) - (entry.before.votes or 0)
        return f"{gained:+,} since {day(entry.before.at.date(), today)}"
    grown = entry.growth
    if grown is None or grown.since is None or not grown.gain or grown.votes != entry.paper.upvotes:
        return ""
    return since(grown, today)


def _note(entry: Entry) -> str:
    mark = entry.bookmark
    if mark is None:
        return ""
    parts = (f"kept {day(mark.added.date(), mark.added.date())} {mark.added.year}", ", ".join(mark.tags), mark.note)
    return _line("; ".join(one_line(part) for part in parts if part.strip()), _PHRASE * 2)


def _links(paper: Paper, page: str) -> Iterable[Link]:
    found = {"Paper": page}
    if not paper.id.startswith("title/"):
        found["PDF"] = sayable(address(paper.id, paper.pdf, pdf=True)) if paper.pdf or is_arxiv(paper.id) else ""
    if is_arxiv(paper.id) and (paper.upvotes is not None or "huggingface" in paper.sources):
        found["Discussion"] = f"{_HUB}/{paper.id}"
    found["Code"], found["Project"] = sayable(paper.github), sayable(paper.project)
    seen: set[str] = set()
    for name, url in found.items():
        if url and url not in seen:
            seen.add(url)
            yield Link(name, url)


def _page_of(section: Section, period: Period) -> str:
    """Where all papers of a section can be seen; empty where there is no such page."""
    try:
        name = parse_feed_name(section.name)
    except UsageError:  # pinned, unopened
        return ""
    if name == FeedName("trending"):
        if period.kind == "week":
            return f"{_HUB}/week/{week_name(period.first)}"
        return f"{_HUB}/date/{period.first}" if period.first == period.last else ""
    page = {"daily": "date", "weekly": "week", "monthly": "month"}.get(name.kind)
    if page and name.detail:
        return f"{_HUB}/{page}/{name.detail}"
    if name.kind == "arxiv" and "+" not in name.detail:
        return f"{_ARXIV}/{name.detail}/new"
    return sayable(name.detail) if name.kind == "url" else ""


def _lead(sections: Sequence[SectionView]) -> str:
    number = sum(len(section.papers) for section in sections)
    if not number:
        return "No papers this time."
    parts = sum(bool(section.papers) for section in sections)
    return plural(number, "paper") + (f" in {parts} parts" if parts > 1 else "") + "."


def _line(text: str, room: int) -> str:
    return cut(one_line(text), room)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
