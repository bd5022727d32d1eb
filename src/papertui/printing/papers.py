"""Papers as lines of text for people."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.cells import cell, cells, wrapped
from papertui.core.paper import Paper
from papertui.core.wording import count, day, first_author, plural
from papertui.printing.streams import is_terminal, printable, terminal_width

#: Cells before a title: votes right-aligned in four cells, a space, the star, a space.
_INDENT = 7
#: The greatest width of running text, in cells; longer lines are hard to read.
MEASURE = 80
#: Authors beyond this number are only counted.
_AUTHORS_SHOWN = 14
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Look(NamedTuple):
    """How papers are formatted for people."""

    today: date
    #: Cells in a line; ``None`` cuts and wraps nothing, which suits a pipe.
    width: int | None = None
    #: Whether titles are bold and facts are dim.
    colour: bool = False
    #: Whether papertui's symbols are plain ASCII.
    ascii: bool = False

    @property
    def dot(self) -> str:
        """The separator between two facts."""
        return " - " if self.ascii else " · "

    @property
    def star(self) -> str:
        """The mark of a bookmarked paper."""
        return "*" if self.ascii else "★"

    def repo(self, stars: int) -> str:
        """The number of stars of a repository."""
        return f"{count(stars)} stars" if self.ascii else f"☆ {count(stars)}"

    def bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colour else text

    def dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self.colour else text


def look_of_stdout(environ: Mapping[str, str], today: date, *, ascii_signs: bool) -> Look:
    """The format for stdout: as wide as the terminal and in colour if it is one, otherwise uncut and plain.

    Args:
        environ: ``NO_COLOR`` (https://no-color.org), ``TERM`` and ``COLUMNS`` are read from it.
        today: today's date.
        ascii_signs: whether papertui's symbols are plain ASCII.
    """
    if not is_terminal(sys.stdout):
        return Look(today, ascii=ascii_signs)
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Look(today, terminal_width(environ), colour, ascii_signs)


def paper_lines(paper: Paper, look: Look, *, kept: bool) -> str:
    """A paper in a list, as two lines: votes, star, title; id, first author, day, stars and comments."""
    votes = "" if paper.upvotes is None else count(paper.upvotes)
    star = look.star if kept else " "
    room = None if look.width is None else max(look.width - _INDENT, 1)
    facts = [paper.id, first_author(paper.authors)]
    if when := paper.featured or (paper.published.date() if paper.published else None):
        facts.append(day(when, look.today))
    if paper.stars:
        facts.append(look.repo(paper.stars))
    if paper.comments:
        facts.append(plural(paper.comments, "comment"))
    below = look.dot.join(fact for fact in facts if fact)
    return (
        f"{votes:>4} {star} {look.bold(_cut(paper.title, room, look))}\n"
        f"{'':{_INDENT}}{look.dim(_cut(below, room, look))}\n"
    )


def paper_details(paper: Paper, look: Look, bookmark: Bookmark | None) -> str:
    """The details of one paper: metadata, links, abstract and, for a bookmark, its state, tags and note."""
    width = None if look.width is None else min(look.width, MEASURE)

    def block(text: str) -> list[str]:
        return wrapped(text, width)

    lines = [look.bold(line) for line in block(paper.title)]
    lines += block(_authors(paper.authors))
    lines += [look.dim(line) for facts in (_facts(paper, look), _figures(paper, look)) for line in block(facts)]
    if bookmark is not None:
        lines += block(_kept(bookmark, look))
        lines += [line for part in bookmark.note.splitlines() for line in block(printable(part))]
    if paper.tldr:
        lines += ["", *block(f"In short: {paper.tldr}")]
    if paper.abstract:
        lines += ["", *block(paper.abstract)]
    if paper.keywords:
        lines += ["", *block(f"Keywords: {', '.join(paper.keywords)}")]
    links = (("Page", paper.url), ("PDF", paper.pdf), ("Code", paper.github), ("Project", paper.project))
    if shown := [f"{name:<8} {url}" for name, url in links if url]:
        lines += ["", *shown]
    return "\n".join(lines) + "\n"


def _authors(names: tuple[str, ...]) -> str:
    if len(names) <= _AUTHORS_SHOWN + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_AUTHORS_SHOWN])} and {len(names) - _AUTHORS_SHOWN} more"


def _facts(paper: Paper, look: Look) -> str:
    facts = [paper.id]
    if paper.published:
        facts.append(f"{paper.published.day} {paper.published:%b %Y}")
    if paper.featured:
        facts.append(f"daily {paper.featured.day} {paper.featured:%b %Y}")
    facts += paper.categories
    facts += [fact for fact in (paper.organization, paper.journal_ref, paper.doi) if fact]
    return look.dot.join(facts)


def _figures(paper: Paper, look: Look) -> str:
    figures = [] if paper.upvotes is None else [plural(paper.upvotes, "vote")]
    if paper.comments:
        figures.append(plural(paper.comments, "comment"))
    if paper.stars:
        figures.append(look.repo(paper.stars))
    for number, one in ((paper.models, "model"), (paper.datasets, "data set"), (paper.spaces, "Space")):
        if number:
            figures.append(plural(number, one))
    return look.dot.join(figures)


def _kept(bookmark: Bookmark, look: Look) -> str:
    parts = [f"{look.star} bookmarked {bookmark.added.day} {bookmark.added:%b %Y}", bookmark.state]
    if bookmark.tags:
        parts.append(printable(", ".join(bookmark.tags)))
    return look.dot.join(parts)


def _cut(text: str, width: int | None, look: Look) -> str:
    if width is None or cells(text) <= width:
        return text
    room, kept = width - 1, []
    for char in text:
        room -= cell(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ("~" if look.ascii else "…")
