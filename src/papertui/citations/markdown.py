"""Papers as a list in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from papertui.citations.highlights import highlights_markdown
from papertui.citations.markdown_text import escape_markdown, hidden, link
from papertui.citations.model import CitedPaper
from papertui.citations.reference import Reference, reference
from papertui.citations.vocabulary import GENRES
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, known_as, link_of

#: The line above the highlighted passages.
HIGHLIGHTS = "**Highlights**"


def markdown(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one list, with the user's notes and highlights below them.

    Text of papers is escaped; notes and comments are not.
    """
    return "".join(map(_item, cited))


def _item(cited: CitedPaper) -> str:
    ref = reference(cited)
    lines = [f"- **{escape_markdown(ref.full_title or ref.paper.title)}**"]
    if by_line := _by_line(ref):
        lines.append(f"  {by_line}")
    if ref.is_imported:
        lines.append(f"  {_entry_line(ref)}")
    if annotations := annotation_lines(cited):
        lines.append(f"  {annotations}")
    body = "  \n".join(lines) + "\n"
    below = [cited.note] if cited.note else []
    if cited.highlights:
        below += [HIGHLIGHTS, highlights_markdown(cited.highlights)]
    body += "".join("\n" + "".join(map(_indented, part.splitlines())) for part in below)
    return f"{body}\n" if below else body


def _indented(line: str) -> str:
    return f"  {line}\n" if line.strip() else "\n"


def _by_line(ref: Reference) -> str:
    paper = ref.paper
    authors, editors = (people(ref, field) for field in ("author", "editor"))
    if not authors and editors:
        authors, editors = f"{editors} ({plural_editors(ref)})", ""
    if ref.is_imported:
        date = ref.get("date") or " ".join(filter(None, (ref.get("month"), ref.get("year"))))
        where = [_place(ref), f"edited by {editors}" if editors else "", *_published(ref)]
    else:
        date = f"{paper.published.year:04}" if paper.published is not None else ""
        where = [paper.journal_ref or ""]
    words = [escape_markdown(part) for part in (authors, date, *where) if part]
    return ". ".join([*words, *filter(None, [paper_link(paper)])])


def people(ref: Reference, field: str) -> str:
    """Return the people in a field, as shown to the reader."""
    names = ref.named(field)
    return ", ".join([*names.shown(), *(["et al."] if names.others else [])])


def plural_editors(ref: Reference) -> str:
    names = ref.named("editor")
    return "eds." if names.others or len(names.names) > 1 else "ed."


def _place(ref: Reference) -> str:
    """Return where a work was published: ``Journal 12(3), 45–67``, ``In: Book, chapter 3, 33–44``."""
    name = ref.get("journaltitle") or (f"In: {book}" if (book := ref.get("booktitle")) else "")
    number = ref.get("number")
    volume = " ".join(filter(None, (name, ref.get("volume")))) + (f"({number})" if number and name else "")
    chapter = f"chapter {chapter}" if (chapter := ref.get("chapter")) else ""
    return ", ".join(filter(None, (volume, chapter, ref.get("pages"))))


def _published(ref: Reference) -> list[str]:
    """Return series, edition, publisher and numbers."""
    number = ref.get("number") if not ref.get("journaltitle", "booktitle") else ""
    kind = " ".join(filter(None, (ref.get("type") or GENRES.get(ref.type, ""), number)))
    publisher = ref.get("publisher", "institution", "organization")
    numbers = [f"{word} {ref.get(name)}" for name, word in (("isbn", "ISBN"), ("issn", "ISSN")) if ref.get(name)]
    edition = f"{edition} edition" if (edition := ref.get("edition")) and edition.isascii() else ref.get("edition")
    return [
        kind,
        ref.get("series"),
        edition,
        ", ".join(filter(None, (publisher, ref.get("location")))),
        *numbers,
        ref.get("note"),
    ]


def _entry_line(ref: Reference) -> str:
    """Return the key, and the whole entry in a comment, from which an import restores it."""
    return f"`@{ref.key}` {hidden({'key': ref.key, 'type': ref.type, 'fields': dict(ref.entry)})}"


def paper_link(paper: Paper) -> str:
    """Return the link of a paper; only what it is known as if there is none."""
    words = f"arXiv:{paper.id}" if is_arxiv(paper.id) else paper.id
    if url := link_of(paper):
        return link(words if not paper.id.startswith("title/") else known_as(paper), url)
    return ""


def annotation_lines(cited: CitedPaper) -> str:
    """Return the tags, reading state and rating on one line; empty if there are none."""
    mark = cited.bookmark
    if mark is None:
        return ""
    parts = [escape_markdown(", ".join(mark.tags))] if mark.tags else []
    parts += [] if mark.state == "to read" else [mark.state]
    parts += [] if mark.rating is None else ["★" * mark.rating]
    return " · ".join(parts)
