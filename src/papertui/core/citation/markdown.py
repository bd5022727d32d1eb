"""Export to a Markdown list, with the user's notes below the papers."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.core.citation import Cited
from papertui.core.citation.marked import link, marked
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper, address


def markdown(cited: Iterable[Cited]) -> str:
    """Format papers as one list. Text of papers is escaped; notes are Markdown and stay unchanged."""
    return "".join(map(_item, cited))


def _item(cited: Cited) -> str:
    paper = cited.paper
    lines = [f"- **{marked(paper.title)}**", f"  {_by_line(paper)}"]
    if annotations := said(cited):
        lines.append(f"  {annotations}")
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
    words = f"arXiv:{paper.id}" if is_arxiv(paper.id) else paper.id
    return link(words, address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False))


def said(cited: Cited) -> str:
    """Return the tags, reading state and rating on one line; empty if there are none."""
    mark = cited.bookmark
    if mark is None:
        return ""
    parts = [marked(", ".join(mark.tags))] if mark.tags else []
    parts += [] if mark.state == "to read" else [mark.state]
    parts += [] if mark.rating is None else ["★" * mark.rating]
    return " · ".join(parts)
