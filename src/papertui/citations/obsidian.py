"""Export to a folder of notes (Obsidian and similar tools): one file per paper, with YAML front matter.

The file belongs to the user. papertui writes only its own keys of the front matter and the section between two
markers; everything else, including other keys, stays unchanged byte for byte.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from papertui.citations.highlights import highlights_markdown, without_marks
from papertui.citations.markdown import paper_link
from papertui.citations.markdown_text import escape_markdown, link
from papertui.citations.model import CitedPaper
from papertui.citations.reference import reference
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, link_of, page_url, pdf_url
from papertui.model.record import iso

BEGIN, END = "<!-- papertui: begin -->", "<!-- papertui: end -->"
#: The line above the highlighted passages.
HIGHLIGHTS = "## Highlights"
_FENCE = "---"
_KEY = re.compile(r"(?:([A-Za-z_][\w-]*)|\"([^\"\\]*)\"|'([^']*)')\s*:(?=\s|$)")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
#: Obsidian allows only letters, digits and these in tags: https://help.obsidian.md/tags
_NOT_IN_TAGS = re.compile(r"[^\w/-]+")
_LONGEST = 120
#: The keys that papertui writes, in this order; a key that no longer has a value is removed.
KEYS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal", "categories", "keywords", "tags", "state",
    "rating", "added", "citekey",
)  # fmt: skip


def obsidian_name(id_: str) -> str:
    """Return the file name for a paper, derived from its id only: two papers never share a name."""
    plain = _NOT_IN_NAMES.sub("_", id_).strip(".")
    # The slash of an old arXiv id is unambiguous; any other replacement needs a checksum of the id.
    if (plain == id_.replace("/", "_") and is_arxiv(id_)) or plain == id_:
        return f"{plain}.md"
    return f"{plain[:_LONGEST]}-{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:8]}.md"


def obsidian_note(cited: CitedPaper, existing: str | None = None) -> str | None:
    """Render the file of a paper.

    Args:
        cited: the paper.
        existing: the current content of the file; ``None`` if there is no file.

    Returns:
        The new content; ``None`` if papertui did not create the file.
    """
    facts = _front_matter(cited)
    if existing is None:
        return f"{_FENCE}\n{facts}{_FENCE}\n\n{_section(cited)}\n"
    end = "\r\n" if "\r\n" in existing else "\n"
    front, rest = split_front_matter(existing)
    if front is None or BEGIN not in rest or END not in rest.split(BEGIN, 1)[1]:
        return None
    before, _, behind = rest.partition(BEGIN)
    behind = behind.partition(END)[2]
    ours = f"{facts}{_of_others(front)}{_FENCE}\n".replace("\n", end)
    section = _section(cited).replace("\n", end)
    return f"{_FENCE}{end}{ours}{before}{section}{behind}"


def _front_matter(cited: CitedPaper) -> str:
    paper, mark, ref = cited.paper, cited.bookmark, reference(cited)
    facts: dict[str, Any] = {
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "published": str(date)[:10] if (date := paper.published_date) else None,
        "url": page_url(paper.id) if is_arxiv(paper.id) else link_of(paper),
        "pdf": paper.pdf,
        "doi": paper.doi,
        "journal": ref.get("journaltitle", "booktitle") if ref.is_imported else paper.journal_ref,
        "categories": list(paper.categories),
        "keywords": list(paper.keywords),
        "tags": [name for tag in cited.tags if (name := _NOT_IN_TAGS.sub("-", tag).strip("-"))],
        "state": mark.state if mark else None,
        "rating": mark.rating if mark else None,
        "added": iso(mark.added) if mark else None,
        "citekey": cited.key,
    }
    # Each value is JSON, which is also valid YAML, so no title can break out of it.
    return "".join(f"{key}: {_yaml(facts[key])}\n" for key in KEYS if facts[key] not in (None, "", []))


def _yaml(value: object) -> str:
    """Format `value` as JSON on one line, with escapes for line ends and characters that YAML does not allow."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == " " else _numbered(char) for char in text)


def _numbered(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the basic plane


def split_front_matter(text: str) -> tuple[str | None, str]:
    """Split a file into its front matter (``None`` if it has none) and the rest."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].rstrip() != _FENCE:
        return None, text
    for place, line in enumerate(lines[1:], 1):
        if line.rstrip() in {_FENCE, "..."}:
            return "".join(lines[1:place]), "".join(lines[place + 1 :])
    return None, text


def _of_others(front: str) -> str:
    """Return the keys of a front matter that papertui does not write, with their values."""
    kept: list[str] = []
    ours = False
    for line in front.replace("\r\n", "\n").splitlines(keepends=True):
        if found := _KEY.match(line):
            ours = (found[1] or found[2] or found[3]) in KEYS
        if not ours:
            kept.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(kept)


def _section(cited: CitedPaper) -> str:
    paper = cited.paper
    parts = [BEGIN, f"# {escape_markdown(paper.title)}", escape_markdown(", ".join(paper.authors)), _links(cited)]
    if paper.tldr:
        parts.append(f"**In short:** {escape_markdown(paper.tldr)}")
    parts.append(escape_markdown(paper.abstract))
    if cited.note:
        parts.append(f"## Note\n\n{without_marks(cited.note)}")  # or it could end the section
    if cited.highlights:
        parts.append(f"{HIGHLIGHTS}\n\n{highlights_markdown(cited.highlights)}")
    return "\n\n".join(part for part in (*parts, END) if part)


def _pdf_link(paper: Paper) -> str:
    url = paper.pdf or (pdf_url(paper.id) if is_arxiv(paper.id) else "")
    return link("PDF", url) if url else ""


def _links(cited: CitedPaper) -> str:
    paper = cited.paper
    links = [text for text in (paper_link(paper), _pdf_link(paper)) if text]
    if paper.github:
        links.append(link("code", paper.github))
    return " · ".join(links)
