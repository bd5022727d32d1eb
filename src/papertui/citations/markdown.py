"""Papers as a list in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.citations.model import CitedPaper
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, address

#: Characters with a meaning anywhere in CommonMark, in GitHub's tables or in Obsidian's comments and tags.
_ACTING = re.compile(r"([\\`*_\[\]<>|~$#%^=!{}&@])")
#: Characters with a meaning only at the start of a line.
_AT_START = re.compile(r"^(\s*)([-+]|\d{1,9}[.)](?=\s|$))")
_ESCAPED = re.compile(r"\\([\\`*_\[\]|~$#%^=!{}@\-+.)])|&(?:lt|gt|amp);")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22"})


def escape_markdown(text: str) -> str:
    """Escape `text`, on one line, so that Markdown shows it literally."""
    line = _ACTING.sub(_escaped, " ".join(text.split()))
    if found := _AT_START.match(line):
        sign = found[2]
        return f"{found[1]}{sign[:-1]}\\{sign[-1]}{line[found.end() :]}"
    return line


def _escaped(sign: re.Match[str]) -> str:
    # CommonMark allows a backslash before all of these, but an HTML comment does not, so these become entities.
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[1], f"\\{sign[1]}")


def unescape_markdown(text: str) -> str:
    """Return the text that `escape_markdown` wrote as `text`."""
    return _ESCAPED.sub(lambda found: found[1] or _ENTITIES[found[0]], text)


def link(words: str, url: str) -> str:
    """Return a link that shows `words`; only the words if `url` is not a web address."""
    if not url.startswith(("https://", "http://")):
        return escape_markdown(words)
    return f"[{escape_markdown(words)}]({url.translate(_ADDRESS)})"


def markdown(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one list, with the user's notes below them. Text of papers is escaped; notes stay unchanged."""
    return "".join(map(_item, cited))


def _item(cited: CitedPaper) -> str:
    paper = cited.paper
    lines = [f"- **{escape_markdown(paper.title)}**", f"  {_by_line(paper)}"]
    if annotations := annotation_lines(cited):
        lines.append(f"  {annotations}")
    body = "  \n".join(lines) + "\n"
    if cited.note:
        body += "\n" + "".join(f"  {line}\n" if line.strip() else "\n" for line in cited.note.splitlines())
        body += "\n"
    return body


def _by_line(paper: Paper) -> str:
    parts = [escape_markdown(", ".join(paper.authors))] if paper.authors else []
    if paper.published is not None:
        parts.append(f"{paper.published.year:04}")
    if paper.journal_ref:
        parts.append(escape_markdown(paper.journal_ref))
    parts.append(paper_link(paper))
    return ". ".join(parts)


def paper_link(paper: Paper) -> str:
    words = f"arXiv:{paper.id}" if is_arxiv(paper.id) else paper.id
    return link(words, address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False))


def annotation_lines(cited: CitedPaper) -> str:
    """Return the tags, reading state and rating on one line; empty if there are none."""
    mark = cited.bookmark
    if mark is None:
        return ""
    parts = [escape_markdown(", ".join(mark.tags))] if mark.tags else []
    parts += [] if mark.state == "to read" else [mark.state]
    parts += [] if mark.rating is None else ["★" * mark.rating]
    return " · ".join(parts)
