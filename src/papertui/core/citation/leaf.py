"""One paper as a file of a folder of notes (Obsidian and its kin): front matter in YAML, then what papertui tells.

The file belongs to the reader. papertui writes its own keys of the front matter and what stands between two marks;
everything else, keys of others included, stays byte for byte.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from papertui.core.citation import Cited
from papertui.core.citation.markdown import paper_link
from papertui.core.citation.marked import link, marked
from papertui.core.identity import is_arxiv
from papertui.core.paper import address
from papertui.core.record import iso

BEGIN, END = "<!-- papertui: begin -->", "<!-- papertui: end -->"
_FENCE = "---"
_KEY = re.compile(r"(?:([A-Za-z_][\w-]*)|\"([^\"\\]*)\"|'([^']*)')\s*:(?=\s|$)")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
#: Obsidian's tags are letters, digits and these: https://help.obsidian.md/tags
_NOT_IN_TAGS = re.compile(r"[^\w/-]+")
_LONGEST = 120
#: The keys that papertui writes, in this order; keys that it wrote once and has no value for any more go.
KEYS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal", "categories", "keywords", "tags", "state",
    "rating", "added", "citekey",
)  # fmt: skip


def leaf_name(id_: str) -> str:
    """The name of the file of a paper, made from nothing but its id: two papers never share one."""
    plain = _NOT_IN_NAMES.sub("_", id_).strip(".")
    # One slash of an old id is told from all else; what is changed beyond that gets a mark of what it was.
    if (plain == id_.replace("/", "_") and is_arxiv(id_)) or plain == id_:
        return f"{plain}.md"
    return f"{plain[:_LONGEST]}-{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:8]}.md"


def leaf(cited: Cited, there: str | None = None) -> str | None:
    """The file of a paper.

    Args:
        cited: the paper.
        there: what the file holds now; ``None`` where there is none.

    Returns:
        What it must hold; ``None`` where the file is not one that papertui began.
    """
    facts = _front_matter(cited)
    if there is None:
        return f"{_FENCE}\n{facts}{_FENCE}\n\n{_told(cited)}\n"
    end = "\r\n" if "\r\n" in there else "\n"
    front, rest = _split(there)
    if front is None or BEGIN not in rest or END not in rest.split(BEGIN, 1)[1]:
        return None
    before, _, behind = rest.partition(BEGIN)
    behind = behind.partition(END)[2]
    ours = f"{facts}{_of_others(front)}{_FENCE}\n".replace("\n", end)
    told = _told(cited).replace("\n", end)
    return f"{_FENCE}{end}{ours}{before}{told}{behind}"


def _front_matter(cited: Cited) -> str:
    paper, mark = cited.paper, cited.bookmark
    facts: dict[str, Any] = {
        "id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "published": paper.published.date().isoformat() if paper.published else None,
        "url": address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False),
        "pdf": paper.pdf,
        "doi": paper.doi,
        "journal": paper.journal_ref,
        "categories": list(paper.categories),
        "keywords": list(paper.keywords),
        "tags": [told for tag in cited.tags if (told := _NOT_IN_TAGS.sub("-", tag).strip("-"))],
        "state": mark.state if mark else None,
        "rating": mark.rating if mark else None,
        "added": iso(mark.added) if mark else None,
        "citekey": cited.key,
    }
    # Each value in JSON, which is YAML too: nothing in a title can end it.
    return "".join(f"{key}: {_yaml(facts[key])}\n" for key in KEYS if facts[key] not in (None, []))


def _yaml(value: object) -> str:
    """`value` as JSON on one line; what YAML takes for a line end, or does not take at all, by its number."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() or char == " " else _numbered(char) for char in text)


def _numbered(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the first plane


def _split(text: str) -> tuple[str | None, str]:
    """The front matter of a file, and all that follows it; ``None`` where there is none."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].rstrip() != _FENCE:
        return None, text
    for place, line in enumerate(lines[1:], 1):
        if line.rstrip() in {_FENCE, "..."}:
            return "".join(lines[1:place]), "".join(lines[place + 1 :])
    return None, text


def _of_others(front: str) -> str:
    """The keys of a front matter that are not papertui's, with all that belongs to them."""
    kept: list[str] = []
    ours = False
    for line in front.replace("\r\n", "\n").splitlines(keepends=True):
        if found := _KEY.match(line):
            ours = (found[1] or found[2] or found[3]) in KEYS
        if not ours:
            kept.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(kept)


def _told(cited: Cited) -> str:
    paper = cited.paper
    parts = [BEGIN, f"# {marked(paper.title)}", marked(", ".join(paper.authors)), _links(cited)]
    if paper.tldr:
        parts.append(f"**In short:** {marked(paper.tldr)}")
    parts.append(marked(paper.abstract))
    if cited.note:
        # The marks are ours alone.
        note = cited.note.replace("<!-- papertui:", "<!-- papertui :")
        parts.append(f"## Note\n\n{note}")
    return "\n\n".join(part for part in (*parts, END) if part)


def _links(cited: Cited) -> str:
    paper = cited.paper
    links = [paper_link(paper), link("PDF", address(paper.id, paper.pdf, pdf=True))]
    if paper.github:
        links.append(link("code", paper.github))
    return " · ".join(links)
