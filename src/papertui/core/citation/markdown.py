"""Papers as a list in Markdown, with the reader's notes below them."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.core.citation import Cited
from papertui.core.citation.marked import link, marked
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper, address


def markdown(cited: Iterable[Cited]) -> str:
    """Papers as one list. What papers say of themselves is escaped; notes are the reader's Markdown and stay so."""
    return "".join(map(_item, cited))


def _item(cited: Cited) -> str:
    paper = cited.paper
    lines = [f"- **{marked(paper.title)}**", f"  {_by_line(paper)}"]
    if told := said(cited):
        lines.append(f"  {told}")
    body = "  \n".join(lines) + "\n"
    if cited.note:
        body += "\n" + "".join(f"  {line}\n" if line.strip() else "\n" for line in cited.note.splitlines())
        body += "\n"
    return body


def _by_line(paper: Paper) -> str:
    parts = [marked(", ".join(paper.authors))] if paper.authors else []
    if paper.published is not None:
        parts.append(f"{paper.published.year:04}")
    if paper.journal_ref:
        parts.append(marked(paper.journal_ref))
    parts.append(paper_link(paper))
    return ". ".join(parts)


def paper_link(paper: Paper) -> str:
    """A link to the paper's page."""
    words = f"arXiv:{paper.id}" if is_arxiv(paper.id) else paper.id
    return link(words, address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False))


def said(cited: Cited) -> str:
    """The reader's tags, reading state and rating, in one line; empty where there is nothing to say."""
    mark = cited.bookmark
    if mark is None:
        return ""
    parts = [marked(", ".join(mark.tags))] if mark.tags else []
    parts += [] if mark.state == "to read" else [mark.state]
    parts += [] if mark.rating is None else ["★" * mark.rating]
    return " · ".join(parts)
