"""BibTeX and BibLaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from papertui.citations.keys import AuthorName, Publication, date_of, own_doi, own_key, publication, split_name
from papertui.citations.model import CitedPaper, ExportOptions
from papertui.citations.tex import escape_tex, protect_capitals
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, address

Dialect = Literal["bibtex", "biblatex"]
#: The month macros of BibTeX, which each style expands in its own way.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_URL_SAFE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})


def bibtex(cited: Iterable[CitedPaper], dialect: Dialect, options: ExportOptions) -> str:
    """Format papers as a file of entries, in order, separated by empty lines."""
    return "\n".join(bibtex_item(one, dialect, options) for one in cited)


def bibtex_item(cited: CitedPaper, dialect: Dialect, options: ExportOptions) -> str:
    """Format one paper as an entry that ends with a line feed.

    Empty fields are left out. Authors keep the order of the paper, each as ``von Last, Jr, First``; the name of a group
    is put in braces. BibTeX gets TeX commands for accents and mathematics, BibLaTeX gets Unicode.
    """
    paper = cited.paper
    modern = dialect == "biblatex"
    where = publication(paper)
    kind, place = _place(where, modern=modern)

    def text(value: str) -> str:
        return _lined(escape_tex(value, ascii_only=not modern))

    fields: dict[str, str] = {
        "author": " and ".join(
            _author(split_name(name), ascii_only=not modern) for name in paper.authors if name.strip()
        ),
        "title": _lined(protect_capitals(paper.title, ascii_only=not modern)),
        **{name: text(value) for name, value in place.items()},
        **_date(date_of(paper, where), modern=modern),
    }
    if not fields["author"]:
        # Styles sort by this field if there is no author.
        fields["key"] = text(paper.title[:40])
    if is_arxiv(paper.id):
        archive, subject = ("eprinttype", "eprintclass") if modern else ("archivePrefix", "primaryClass")
        fields |= {
            "eprint": paper.id,
            archive: "arxiv" if modern else "arXiv",
            subject: text(paper.categories[0]) if paper.categories else "",
        }
    if doi := own_doi(paper):
        fields["doi"] = doi.translate(_URL_SAFE)
    fields["url"] = address(paper.id, None if is_arxiv(paper.id) else paper.url, pdf=False).translate(_URL_SAFE)
    fields["keywords"] = text(", ".join(tag.replace(",", " ") for tag in cited.tags))
    if options.abstracts:
        fields["abstract"] = text(paper.abstract)
    if options.notes:
        fields["annotation" if modern else "annote"] = text(cited.note)
    lines = [
        f"  {name:<13} = {value if name == 'month' and not modern else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    ]
    return f"@{kind}{{{cited.key},\n{''.join(lines)}}}\n"


def _place(where: Publication, *, modern: bool) -> tuple[str, dict[str, str]]:
    """Return the type of the entry and the fields for the place of publication."""
    if where.kind == "journal":
        names = ("journaltitle", "volume", "number", "pages") if modern else ("journal", "volume", "number", "pages")
        values = (where.name, where.volume, where.issue, where.pages.replace("-", "--"))
        return "article", dict(zip(names, values, strict=True))
    if where.kind == "meeting":
        return "inproceedings", {"booktitle": where.name}
    return ("online" if modern else "misc"), {}


def _date(date: tuple[int, ...], *, modern: bool) -> dict[str, str]:
    if not date:
        return {}
    if modern:
        return {"date": "-".join((f"{date[0]:04}", *(f"{part:02}" for part in date[1:])))}
    return {"year": f"{date[0]:04}", **({"month": _MONTHS[date[1] - 1]} if date[1:] else {})}


def _author(name: AuthorName, *, ascii_only: bool) -> str:
    def part(value: str) -> str:
        text = escape_tex(value, ascii_only=ascii_only)
        # BibTeX splits at a comma or “and” outside of braces.
        return f"{{{text}}}" if _divides(value) else text

    if name.many or not name.first:
        whole = escape_tex(str(name), ascii_only=ascii_only)
        return whole if str(name).isalpha() and not name.many and not _divides(str(name)) else f"{{{whole}}}"
    von = " ".join(part(word) for word in name.von.split())
    last = part(name.last)
    behind = f", {part(name.jr)}, {part(name.first)}" if name.jr else f", {part(name.first)}"
    return f"{von} {last}{behind}" if von else f"{last}{behind}"


def _divides(text: str) -> bool:
    return "," in text or "and" in text.lower().split()


def _lined(text: str) -> str:
    """Protect lines of `text` that parsers would take for the start of another entry."""
    return "\n".join(
        f"{{@}}{line.lstrip()[1:]}" if line.lstrip().startswith("@") else line for line in text.split("\n")
    )


def bibtex_entry(paper: Paper, key: str | None = None) -> str:
    """Format `paper` as a BibTeX entry with `key`, by default the paper's own key.

    This is for papers that are not stored. For stored papers use `papertui.citations.export`, which assigns unique keys
    and knows the bookmarks.
    """
    return bibtex_item(CitedPaper(paper, None, key or own_key(paper)), "bibtex", ExportOptions())
