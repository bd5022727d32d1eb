"""A paper as blocks of text in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from papertui.model.bookmark import RATINGS, Bookmark
from papertui.model.document import Document, DocumentPart
from papertui.model.format import count, day, plural
from papertui.model.mute import MuteRule
from papertui.model.paper import Paper, known_as
from papertui.model.reasons import Reason
from papertui.model.trend import Growth, day_bars, day_numbers, since
from papertui.model.versions import PaperNews
from papertui.tui.display_formulas import Formula
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import wrap


class Block(NamedTuple):
    """A piece of text with one style."""

    #: The style: ``title``, ``authors``, ``facts``, ``votes``, ``short``, ``head``, ``text``, ``faint``, ``link``,
    #: ``code``, ``formula``, ``picture`` or ``rule``.
    role: str
    #: Wrapped when it is shown; empty for an empty line.
    text: str
    #: Opened by a click.
    url: str | None = None
    #: Whether matched letters are highlighted.
    searched: bool = False
    #: Put before the first line (the number of a reference, for example); the other lines are indented by its width.
    mark: str = ""
    #: Cells to indent all lines by.
    indent: int = 0
    #: The action that a click runs.
    action: str = ""
    #: The part of the document that it belongs to; -1 for none.
    part: int = -1
    #: The lines of a picture, which has no text.
    rows: int = 0
    #: Start, end and style of letters that are emphasised, strong, code or a formula.
    looks: tuple[tuple[int, int, str], ...] = ()
    #: Start and end of letters that are not shown, in order.
    hidden: tuple[tuple[int, int], ...] = ()
    #: A displayed formula, which may take several lines.
    formula: Formula | None = None


#: An empty line.
GAP = Block("text", "")
#: The lines that the authors take beside a list.
_AUTHOR_LINES = 2


class PaperExtras(NamedTuple):
    """What is shown about a paper besides its own facts."""

    #: Growth of votes, if known.
    growth: Growth | None = None
    #: Why the paper is in the feed.
    reasons: tuple[Reason, ...] = ()
    #: That it is withdrawn, or that a new version of a kept paper is out.
    news: tuple[PaperNews, ...] = ()
    #: The key that shows what changed.
    versions_key: str = ""
    today: date = date.min
    #: The full text, while the paper is open.
    document: Document | None = None
    #: The state of the full text: loading, or why there is none.
    note: str = ""
    mark: Bookmark | None = None
    #: Whether only a few lines are shown, below a list that has the title: the summary comes first.
    brief: bool = False
    #: The rule that keeps the paper out of the feed, unless a filter shows it.
    muted: MuteRule | None = None
    #: Who submitted the paper to the daily papers, with the full name if it is known.
    submitter: str = ""
    #: Whether all authors are shown, and not only as many as fit into a few lines.
    all_authors: bool = False
    #: The sections about comments and about what cites the paper.
    community: tuple[Block, ...] = ()


def blocks(
    paper: Paper,
    glyphs: Glyphs,
    extras: PaperExtras = PaperExtras(),  # noqa: B008 - immutable
    measure: int = 80,
    text: Sequence[Block] | None = None,
) -> list[Block]:
    """Return all blocks of `paper`, for lines of `measure` cells; `text` are those of its document, if known."""
    head = [Block("title", paper.title, searched=True), *_metadata(paper, glyphs, extras, measure)]
    summary = _summary(paper)
    parts = [*summary[1:], GAP, *head] if extras.brief and summary else [*head, *summary]
    if paper.keywords:
        parts += [GAP, Block("head", "Keywords"), Block("faint", ", ".join(paper.keywords), searched=True)]
    parts += [GAP, Block("head", "Links"), *_links(paper)]
    is_read = bool(extras.note) or extras.document is not None
    if not is_read:
        parts += extras.community
    if extras.note:
        parts += [GAP, Block("faint", extras.note)]
    if extras.document is not None:
        shown = document_blocks(extras.document, glyphs) if text is None else text
        parts += [GAP, Block("rule", ""), *shown]
    if is_read and extras.community:  # readers look for the text first
        parts += [GAP, Block("rule", ""), *extras.community]
    return parts


def _metadata(paper: Paper, glyphs: Glyphs, extras: PaperExtras, measure: int) -> list[Block]:
    """Return authors, facts, votes, the bookmark, and why the paper is muted or in the feed."""
    dot = f"\u00a0{glyphs.dot} "  # a line does not begin with it
    parts = []
    if paper.authors:
        parts.append(_authors(paper, glyphs, extras, measure))
    facts = _facts(paper)
    if by := extras.submitter or paper.submitter:
        facts.append(_unbroken(f"submitted by {by}".replace("-", "\u2011")))
    parts.append(Block("facts", dot.join(facts), searched=True))
    if votes := _votes(paper, glyphs, extras):
        parts.append(Block("votes", dot.join(votes)))
    own: Iterable[Block] = ()
    if extras.mark is not None:
        own = _own(extras.mark, glyphs, extras.today)
    return [*parts, *_why(glyphs, extras), *own]  # the note of the reader last, which may have many lines


def _authors(paper: Paper, glyphs: Glyphs, extras: PaperExtras, measure: int) -> Block:
    """Return the authors, by default as many as fit into a few lines; a click shows all, or folds them again."""
    everybody = ", ".join(paper.authors)
    folded = folded_authors(paper.authors, measure, 1 if extras.brief else _AUTHOR_LINES, glyphs.ellipsis)
    is_long = folded != everybody
    return Block(
        "authors", everybody if extras.all_authors else folded, searched=True, action="authors" if is_long else ""
    )


def folded_authors(names: Sequence[str], measure: int, lines: int, ellipsis: str) -> str:
    """Return as many names as fit into some lines, and the number of the others: ``Ada Writer … and 14 more``."""

    def with_first(number: int) -> str:
        shown = ", ".join(names[:number])
        return shown if number == len(names) else f"{shown} {ellipsis} and\u00a0{len(names) - number}\u00a0more"

    # More letters than cells cannot fit: hundreds of names are not wrapped for that.
    most = bisect_right([*accumulate(len(name) + len(", ") for name in names)], lines * (measure + 2))
    if most >= len(names) and len(wrap(with_first(len(names)), measure)) <= lines:  # without words about the others
        return with_first(len(names))
    shorter = range(1, min(most, len(names) - 1) + 1)
    fitting = bisect_right(shorter, lines, key=lambda number: len(wrap(with_first(number), measure)))
    return with_first(max(1, fitting))


def _summary(paper: Paper) -> list[Block]:
    """Return the summary in one sentence and the abstract, each after an empty line."""
    parts = []
    if paper.tldr:
        parts += [GAP, Block("head", "In short"), Block("short", paper.tldr, searched=True)]
    if paper.abstract:
        own = "starter" in paper.sources
        head = "Summary (papertui's own words)" if own else "Abstract"
        parts += [GAP, Block("head", head), Block("text", paper.abstract, searched=True)]
    return parts


def _why(glyphs: Glyphs, extras: PaperExtras) -> Iterator[Block]:
    """Yield what is new, the rule that mutes the paper, and why it is in the feed."""
    for one in extras.news:
        is_new = one.kind == "new-version"
        hint = f" {extras.versions_key} shows what changed." if is_new and extras.versions_key else ""
        yield Block("votes", f"{one.sentence}{hint}", action="versions" if is_new else "")
    if (rule := extras.muted) is not None:
        yield Block("faint", f"{rule.words[:1].upper()}{rule.words[1:]}, a rule under {rule.table} in the settings")
    if extras.reasons:
        yield Block("faint", f"Here: {f' {glyphs.dot} '.join(reason.words for reason in extras.reasons)}")


def _own(mark: Bookmark, glyphs: Glyphs, today: date) -> Iterator[Block]:
    """Yield the bookmark: date, state, rating, tags and note."""
    words = [f"{glyphs.star} bookmarked {day(mark.added.date(), today)}", mark.state]
    if mark.rating is not None:
        words.append(f"rated {mark.rating} of {RATINGS[-1]}")
    if mark.highlights:
        words.append(_unbroken(plural(len(mark.highlights), "highlight")))
    yield Block("votes", f" {glyphs.dot} ".join(words))
    if mark.tags:
        # Non-breaking spaces keep each tag on one line.
        yield Block("link", "  ".join(f"#{tag}".replace(" ", "\u00a0") for tag in mark.tags))
    if mark.note:
        yield GAP
        yield Block("head", "Your note")
        yield from (Block("short", line.rstrip(), searched=True) for line in mark.note.strip("\n").split("\n"))


def document_blocks(
    document: Document, glyphs: Glyphs, picture_rows: Callable[[DocumentPart], int] = lambda _: 0
) -> Iterator[Block]:
    """Yield the parts of a text, each after an empty line unless it continues a list.

    Args:
        document: the text.
        glyphs: the symbols.
        picture_rows: returns the lines above the caption of a figure.
    """
    bullet = glyphs.dot
    before = ""
    for number, part in enumerate(document.parts):
        run_on = part.kind in {"item", "reference"} and before == part.kind
        before = part.kind
        if not run_on:
            yield GAP
        if part.kind == "figure" and (rows := picture_rows(part)):
            yield Block("picture", "", part=number, rows=rows)
        for block in _part_blocks(part, bullet):
            if part.kind == "formula" and part.tex and glyphs.is_unicode:
                block = block._replace(formula=Formula(part.tex, part.text, part.mark))  # noqa: PLW2901 - the same one
            yield block._replace(part=number, looks=_looks(part, block))


def _looks(part: DocumentPart, block: Block) -> tuple[tuple[int, int, str], ...]:
    """Return the styles of letters of a part with one block."""
    if not part.spans or block.role == "code" or (shift := block.text.find(part.text)) < 0:
        return ()
    return tuple((one.start + shift, one.end + shift, one.kind) for one in part.spans if one.kind != "link")


def _part_blocks(part: DocumentPart, bullet: str) -> Iterator[Block]:
    """Yield the blocks of a part: one, or the lines of a table or listing."""
    if part.kind == "heading":
        yield Block("title" if part.level <= 1 else "head", f"{part.mark} {part.text}".strip(), searched=True)
    elif part.kind in {"code", "table"}:
        yield from (Block("code", line or " ", indent=2) for line in part.text.split("\n"))
    elif part.kind == "item":
        depth = 2 * max(0, part.level - 1)
        yield Block("text", part.text, searched=True, mark=part.mark or bullet, indent=depth)
    elif part.kind == "formula":
        yield Block("formula", f"{part.text}   {part.mark}".rstrip(), indent=4)
    elif part.kind == "reference":
        yield Block("faint", part.text, mark=part.mark)
    else:
        indent = {"quote": 4, "figure": 2}.get(part.kind, 0)
        yield Block("faint" if part.kind == "figure" else "text", part.text, searched=True, indent=indent)


def _facts(paper: Paper) -> list[str]:
    facts = [known] if (known := known_as(paper)) else []
    if published := paper.published_date:
        facts.append(_unbroken(published.text()))
    if paper.featured:
        same_year = paper.published is not None and paper.published.year == paper.featured.year
        facts.append(_unbroken(f"daily {paper.featured.day} {paper.featured:{'%b' if same_year else '%b %Y'}}"))
    facts += paper.categories[:4]
    if paper.organization:
        facts.append(paper.organization)
    if paper.journal_ref:
        facts.append(paper.journal_ref)
    return facts


def _votes(paper: Paper, glyphs: Glyphs, extras: PaperExtras) -> list[str]:
    parts = []
    if paper.upvotes is not None:
        parts.append(_grown(plural(paper.upvotes, "vote"), glyphs, extras))
    if paper.comments:
        parts.append(_unbroken(plural(paper.comments, "comment")))
    if paper.stars is not None:
        parts.append(_unbroken(f"{glyphs.repo} {count(paper.stars)}"))
    for number, one in ((paper.models, "model"), (paper.datasets, "data set"), (paper.spaces, "Space")):
        if number:
            parts.append(_unbroken(plural(number, one)))
    return parts


def _unbroken(text: str) -> str:
    """Return a text that stays on one line."""
    return text.replace(" ", "\u00a0")


def _grown(votes: str, glyphs: Glyphs, extras: PaperExtras) -> str:
    """Return votes with their gain, and those of each day: ``33 votes, +21 since yesterday; a day: ▂▁█ 4 0 17``."""
    if extras.growth is None:
        return votes
    curve = extras.growth.curve
    grown = f"{votes}, {since(extras.growth, extras.today)}"
    if not (bars := day_bars(curve, glyphs.levels)):
        return grown
    numbers = day_numbers(curve, "–" if glyphs.is_unicode else "-")
    return f"{grown}; {_unbroken(f'a day: {bars} {numbers}')}"


def _links(paper: Paper) -> list[Block]:
    links = (
        ("Page", paper.url),
        ("PDF", paper.pdf),
        ("Code", paper.github),
        ("Project", paper.project),
        ("DOI", f"https://doi.org/{paper.doi}" if paper.doi else None),
    )
    # Non-breaking spaces keep a link on one line, or break it only at the edge.
    return [Block("link", f"{name:\u00a0<8}{url.split('://', 1)[-1]}", url) for name, url in links if url]
