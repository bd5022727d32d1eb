"""Papers and full texts as lines of text."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from papertui.cli.output import is_terminal, printable, terminal_width
from papertui.model.bookmark import Bookmark
from papertui.model.document import Document, DocumentPart
from papertui.model.format import authors_shown, cells, count, first_author, fitting, plural, wrapped
from papertui.model.merge import with_saved_facts
from papertui.model.paper import Paper
from papertui.model.record import public_record
from papertui.model.versions import PaperNews

# --- papers ------------------------------------------------------------------------------------------

#: Cells before a title: votes right-aligned in four cells, a space, the star, a space.
_INDENT = 7
#: The greatest width of running text, in cells; longer lines are hard to read.
MEASURE = 80
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def record_of(paper: Paper, bookmark: Bookmark | None) -> dict[str, Any]:
    """A paper as the commands print it in JSON."""
    return public_record(with_saved_facts(paper, bookmark), bookmark)


class TextStyle(NamedTuple):
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
        return f"{count(stars)} stars" if self.ascii else f"✦ {count(stars)}"

    def bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colour else text

    def dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self.colour else text


def stdout_style(environ: Mapping[str, str], today: date, *, ascii_glyphs: bool) -> TextStyle:
    """The format for stdout: as wide as the terminal and in colour if it is one, otherwise uncut and plain.

    In a preview of fzf, it is plain and as wide as the preview.

    Args:
        environ: ``NO_COLOR`` (https://no-color.org), ``TERM``, ``COLUMNS`` and ``FZF_PREVIEW_COLUMNS`` are used.
        today: today's date.
        ascii_glyphs: whether papertui's symbols are plain ASCII.
    """
    if not is_terminal(sys.stdout):
        preview = environ.get("FZF_PREVIEW_COLUMNS", "")[:6]
        width = int(preview) if preview.isascii() and preview.isdigit() and int(preview) else None
        return TextStyle(today, width, ascii=ascii_glyphs)
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return TextStyle(today, terminal_width(environ), colour, ascii_glyphs)


def paper_lines(paper: Paper, style: TextStyle, *, bookmarked: bool, why: str = "", news: str = "") -> str:
    """A paper in a list, as two lines: votes, star, title; id, news, why it is there, author, day, stars, comments."""
    votes = "" if paper.upvotes is None else count(paper.upvotes)
    star = style.star if bookmarked else " "
    room = None if style.width is None else max(style.width - _INDENT, 1)
    facts = [paper.id, news, why, first_author(paper.authors), paper.day_text(style.today)]
    if paper.stars:
        facts.append(style.repo(paper.stars))
    if paper.comments:
        facts.append(plural(paper.comments, "comment"))
    below = style.dot.join(fact for fact in facts if fact)
    return (
        f"{votes:>4} {star} {style.bold(cut_text(paper.title, room, style))}\n"
        f"{'':{_INDENT}}{style.dim(cut_text(below, room, style))}\n"
    )


def paper_details(paper: Paper, style: TextStyle, bookmark: Bookmark | None, news: Sequence[PaperNews] = ()) -> str:
    """The details of a paper: metadata, news, links, abstract and, of a bookmark, state, tags, note and highlights."""
    width = None if style.width is None else min(style.width, MEASURE)

    def block(text: str) -> list[str]:
        return wrapped(text, width)

    lines = [style.bold(line) for line in block(paper.title)]
    lines += block(authors_shown(paper.authors))
    lines += [style.dim(line) for facts in (_facts(paper, style), _figures(paper, style)) for line in block(facts)]
    lines += [style.bold(line) for one in news for line in block(printable(one.sentence))]
    if bookmark is not None:
        lines += block(_bookmark_facts(bookmark, style))
        lines += [line for part in bookmark.note.splitlines() for line in block(printable(part))]
        lines += _highlights(bookmark, style, width)
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


def _facts(paper: Paper, style: TextStyle) -> str:
    facts = [paper.id]
    if published := paper.published_date:
        facts.append(published.text())
    if paper.featured:
        facts.append(f"daily {paper.featured.day} {paper.featured:%b %Y}")
    facts += paper.categories
    facts += [fact for fact in (paper.organization, paper.journal_ref, paper.doi) if fact]
    return style.dot.join(facts)


def _figures(paper: Paper, style: TextStyle) -> str:
    figures = [] if paper.upvotes is None else [plural(paper.upvotes, "vote")]
    if paper.comments:
        figures.append(plural(paper.comments, "comment"))
    if paper.stars:
        figures.append(style.repo(paper.stars))
    for number, one in ((paper.models, "model"), (paper.datasets, "data set"), (paper.spaces, "Space")):
        if number:
            figures.append(plural(number, one))
    return style.dot.join(figures)


def _bookmark_facts(bookmark: Bookmark, style: TextStyle) -> str:
    parts = [f"{style.star} bookmarked {bookmark.added.day} {bookmark.added:%b %Y}", bookmark.state]
    if bookmark.tags:
        parts.append(printable(", ".join(bookmark.tags)))
    return style.dot.join(parts)


def _highlights(bookmark: Bookmark, style: TextStyle, width: int | None) -> list[str]:
    """Each highlighted passage as a quote, with its section, and its comment below."""
    bar = "> " if style.ascii or width is None else "│ "
    room = None if width is None else max(10, width - len(bar))
    lines: list[str] = []
    for passage in bookmark.highlights:
        quoted = [line for part in passage.quote.split("\n") for line in wrapped(printable(part), room)]
        quoted += [style.dim(line) for line in wrapped(printable(passage.section), room)] if passage.section else []
        lines += ["", *(f"{bar}{line}" for line in quoted)]
        lines += [line for part in passage.comment.splitlines() for line in wrapped(printable(part), width)]
    return lines


def cut_text(text: str, width: int | None, style: TextStyle) -> str:
    """`text`, cut to `width` cells."""
    if width is None or cells(text) <= width:
        return text
    return text[: fitting(text, width - 1)].rstrip() + ("~" if style.ascii else "…")


# --- full texts --------------------------------------------------------------------------------------

#: Cells of indentation for a nested list; code and formulas are indented by twice as much.
_STEP = 2
#: The widest reference mark (in cells) that shares a line with its text; a longer one gets a separate line.
_LONGEST_MARK = 12
#: In a terminal narrower than this, nothing is indented.
_NARROW = 24


def document_lines(document: Document, style: TextStyle) -> Iterator[str]:
    """Yield the lines of `document`, each with its line end.

    Blocks are separated by empty lines; items of a list are not. With a width, words are wrapped at a readable measure,
    while code and tables keep their layout. Without one, which suits a pipe, every paragraph is one line and headings
    begin with ``#``.
    """
    if document.title:
        for line in _heading(document.title, 1, style):
            yield f"{line}\n"
    last: DocumentPart | None = None
    for part in document.parts:
        if (last is None and document.title) or (last is not None and not _belong_together(last, part)):
            yield "\n"
        for line in _lines(part, style):
            yield f"{line}\n" if line else "\n"
        last = part


def _belong_together(one: DocumentPart, other: DocumentPart) -> bool:
    return one.kind == other.kind == "item" or one.kind == other.kind == "reference"


def _lines(part: DocumentPart, style: TextStyle) -> list[str]:
    match part.kind:
        case "heading":
            lines = _heading(part.text, part.level, style)
        case "item":
            lines = _hanging(part, " " * (_STEP * (part.level - 1)), style)
        case "reference":
            lines = _hanging(part, "", style)
        case "quote":
            lines = _set(part.text, "> " if style.ascii or style.width is None else "│ ", style)
        case "code":
            lines = _as_set(part.text, " " * (2 * _STEP))
        case "table":
            lines = _as_set(part.text.replace("─", "-") if style.ascii else part.text, "")
        case "formula":
            lines = _formula(part, style)
        case "figure":
            lines = [style.dim(line) for line in _set(part.text, "", style)]
        case _:
            lines = _set(part.text, "", style)
    return lines


def _heading(text: str, level: int, style: TextStyle) -> list[str]:
    if style.width is None:
        return [f"{'#' * max(level, 1)} {text}"]
    return [style.bold(line) for line in _set(text, "", style)]


def _hanging(part: DocumentPart, indent: str, style: TextStyle) -> list[str]:
    """A part after its mark, with its other lines aligned below the first word."""
    mark = "-" if style.ascii and part.mark == "•" else part.mark
    if style.width is None:
        return [f"{indent}{mark} {part.text}" if mark else f"{indent}{part.text}"]
    size = cells(mark) + 1 if mark else _STEP
    if size > _LONGEST_MARK or style.width < _NARROW:
        return [*_set(mark, indent, style), *_set(part.text, indent + " " * _STEP, style)]
    first, *others = _set(part.text, indent + " " * size, style)
    return [f"{indent}{mark:<{size - 1}} {first.lstrip()}" if mark else first, *others]


def _formula(part: DocumentPart, style: TextStyle) -> list[str]:
    """An indented formula, with its number at the right end of the line if there is room."""
    indent = " " * (2 * _STEP)
    if style.width is None:
        return [f"{indent}{part.text}  {part.mark}" if part.mark else indent + part.text]
    if rows := _display(part, style, indent):
        return rows
    lines = _set(part.text, indent, style)
    missing = min(style.width, MEASURE) - cells(lines[-1]) - cells(part.mark)
    if part.mark:
        lines[-1] += " " * max(missing, _STEP) + part.mark
    return lines


def _display(part: DocumentPart, style: TextStyle, indent: str) -> list[str]:
    """A formula over several lines, with its number beside the middle one; empty if it is better on one line."""
    if style.ascii or style.width is None or style.width < _NARROW or not part.tex:
        return []
    from papertui.model.display import display_rows  # noqa: PLC0415 - parses TeX, which listings do not need

    measure = min(style.width, MEASURE)
    room = measure - cells(indent) - (cells(part.mark) + _STEP if part.mark else 0)
    rows = [indent + row for row in display_rows(part.tex, part.text, room, cells)]
    if rows and part.mark:
        at = len(rows) // 2
        rows[at] += " " * (measure - cells(rows[at]) - cells(part.mark)) + part.mark
    return rows


def _as_set(text: str, indent: str) -> list[str]:
    return [f"{indent}{line}".rstrip() for line in text.split("\n")]


def _set(text: str, indent: str, style: TextStyle) -> list[str]:
    """`text` as lines that begin with `indent`."""
    if style.width is None:
        return [indent + text]
    if style.width < _NARROW:
        indent = ""
    width = min(style.width, MEASURE) - cells(indent)
    return [indent + line for line in wrapped(text, width)]
