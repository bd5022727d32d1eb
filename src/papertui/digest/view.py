"""A digest as the values that templates show: single-line, printable and limited in length.

The names of the fields are public: custom templates use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from papertui.digest.model import Digest, DigestEntry, DigestSection
from papertui.model.feed import FeedName, week_name
from papertui.model.format import cells, count, day, fitting, plural
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, address
from papertui.model.period import Period
from papertui.model.safe_text import one_line
from papertui.model.text import web_url
from papertui.model.trend import since

#: Two lines of a mail, in cells.
TWO_LINES = 150
ELLIPSIS = "…"
#: The end of a sentence and the white space after it; ideographic full stops need none.
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])")
#: Abbreviations that look like ends of sentences.
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|cf|ca|eq|eqs|fig|figs|sec|vs|resp|approx|dr|prof|no|st)|\b[a-z])\.$", re.IGNORECASE
)
#: The limits in cells for a title, a name, a phrase, and one or two sentences.
_TITLE, _NAME, _PHRASE, _SENTENCES = 250, 60, 90, 500
#: This many authors are named, or one more if that is all of them.
_AUTHORS = 3
#: A reader cannot check a longer address.
_ADDRESS = 400
#: An unsubscribe address for mail, with an optional subject.
_MAIL = re.compile(r"mailto:[^\s<>\"'\\]{3,300}")
_HUB, _ARXIV = "https://huggingface.co/papers", "https://arxiv.org/list"


class Link(NamedTuple):
    """An address and what it leads to."""

    name: str  # ``Paper``, ``PDF``, ``Discussion``, ``Code`` or ``Project``
    url: str


class PaperView(NamedTuple):
    """A paper as text. Values that are not known are empty."""

    number: int  # Its place in the digest, from 1
    id: str  # The arXiv id, or another id
    title: str
    url: str
    authors: str  # ``Ada Lovelace, Émile Borel and 4 others``
    organization: str
    votes: str  # ``69 votes``; ``again: 120 votes`` if it was mailed before
    change: str  # ``+21 since yesterday``, ``+80 since 28 Apr``
    comments: str  # ``3 comments``
    stars: str  # ``2.3k stars on GitHub``
    summary: str  # Two lines
    reasons: tuple[str, ...]  # Why it is included, besides its section
    note: str  # The reader's tags and note, if it is bookmarked
    links: tuple[Link, ...]  # The paper's page first


class SectionView(NamedTuple):
    """A section of the digest as text."""

    name: str  # ``trending``, ``arxiv:cs.CL``, ``pinned`` or ``unopened``
    title: str
    notice: str  # One sentence or several, or empty
    papers: tuple[PaperView, ...]
    more: int  # How many papers were left out because of the limit
    more_url: str  # A page with all of them; empty if there is none


class DigestView(NamedTuple):
    """A digest as text."""

    title: str  # ``Papers of Thursday 30 April 2026``
    period: str  # ``Thursday 30 April 2026``
    lead: str  # The number of papers and sections
    made: str  # When it was composed: ``30 April 2026, 18:00 UTC``
    notices: tuple[str, ...]
    sections: tuple[SectionView, ...]
    left_out: int  # How many papers did not fit
    unsubscribe: str  # An https or mailto address; empty if there is none


def view_of(digest: Digest, unsubscribe: str = "") -> DigestView:
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
        unsubscribe if linkable(unsubscribe) or _MAIL.fullmatch(unsubscribe) else "",
    )


def summary(paper: Paper, room: int = TWO_LINES) -> str:
    """The paper's one-sentence summary, or as many first sentences of its abstract as fit.

    If these leave most of the room empty, the next sentence follows, cut.

    Args:
        paper: the paper.
        room: the largest width in cells; a longer first sentence is cut at a word.
    """
    text = paper.tldr or paper.abstract
    if cells(text) <= room:
        return text
    taken = ""
    for sentence in _sentences(text):
        longer = f"{taken} {sentence}".strip()
        if cells(longer) > room:
            return taken if cells(taken) * 2 > room else cut(longer, room)
        taken = longer
    return taken


def cut(text: str, room: int) -> str:
    """`text` in at most `room` cells, cut with an ellipsis, at a word boundary if that keeps most of the text."""
    if cells(text) <= room:
        return text
    kept = fitting(text, room - 1)
    head = text[:kept]
    if not text[kept].isspace() and (at := head.rfind(" ")) > kept // 2:
        head = head[:at]
    return head.rstrip(" ,;:-–—") + ELLIPSIS


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(text):
        sentence = text[start : end.end()].strip()
        if sentence and not _ABBREVIATED.search(sentence):
            sentences.append(sentence)
            start = end.end()
    return [*sentences, text[start:].strip()]


def shortened(view: DigestView, most: int) -> DigestView:
    """The digest with at most `most` papers and notices, the first ones of each section; the rest is counted."""
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


def subject(digest: Digest) -> str:
    """The subject: the period and the first paper, one printable line of about 80 cells."""
    entries = digest.entries
    if not entries:
        return f"No papers: {digest.period.short}"
    others = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    begin = f"Papers of {digest.period.short}: "
    return begin + _line(entries[0].paper.title, 78 - len(begin) - len(others)) + others


def linkable(url: str | None) -> str:
    """`url` if it is a web address that can be linked; else empty."""
    return url if url and len(url) <= _ADDRESS and web_url(url) else ""


def _paper(entry: DigestEntry, number: int, today: date) -> PaperView:
    paper = entry.paper
    page = linkable(address(paper.id, paper.url, pdf=False)) or linkable(address(paper.id, None, pdf=False))
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
    """The first few names and the number of the others."""
    if number > _AUTHORS + 1:
        return f"{', '.join(names[:_AUTHORS])} and {number - _AUTHORS} others"
    return ", ".join(names)


def _votes(entry: DigestEntry) -> str:
    if entry.paper.upvotes is None:
        return ""
    votes = plural(entry.paper.upvotes, "vote")
    return votes if entry.before is None else f"again: {votes}"


def _change(entry: DigestEntry, today: date) -> str:
    if entry.before is not None:
        gained = (entry.paper.upvotes or 0) - (entry.before.votes or 0)
        return f"{gained:+,} since {day(entry.before.at.date(), today)}"
    grown = entry.growth
    if grown is None or grown.since is None or not grown.gain or grown.votes != entry.paper.upvotes:
        return ""
    return since(grown, today)


def _note(entry: DigestEntry) -> str:
    mark = entry.bookmark
    if mark is None:
        return ""
    added = mark.added.date()
    parts = (f"bookmarked {day(added, added)} {added.year}", ", ".join(mark.tags), mark.note)
    return _line("; ".join(one_line(part) for part in parts if part.strip()), _PHRASE * 2)


def _links(paper: Paper, page: str) -> Iterable[Link]:
    links = {"Paper": page}
    if not paper.id.startswith("title/"):
        links["PDF"] = linkable(address(paper.id, paper.pdf, pdf=True)) if paper.pdf or is_arxiv(paper.id) else ""
    if is_arxiv(paper.id) and (paper.upvotes is not None or "huggingface" in paper.sources):
        links["Discussion"] = f"{_HUB}/{paper.id}"
    links["Code"], links["Project"] = linkable(paper.github), linkable(paper.project)
    seen: set[str] = set()
    for name, url in links.items():
        if url and url not in seen:
            seen.add(url)
            yield Link(name, url)


def _page_of(section: DigestSection, period: Period) -> str:
    """The web page with all papers of a section; empty if there is none."""
    name = section.feed
    if name is None:
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
    return linkable(name.detail) if name.kind == "url" else ""


def _lead(sections: Sequence[SectionView]) -> str:
    number = sum(len(section.papers) for section in sections)
    if not number:
        return "No papers this time."
    parts = sum(bool(section.papers) for section in sections)
    return plural(number, "paper") + (f" in {parts} sections" if parts > 1 else "") + "."


def _line(text: str, room: int) -> str:
    return cut(one_line(text), room)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
