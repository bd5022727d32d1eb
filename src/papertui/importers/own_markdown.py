"""papertui's own Markdown: the list of ``export --format markdown``, and the notes of ``export --folder``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from papertui.citations.highlights import note_and_highlights, with_marks
from papertui.citations.markdown import HIGHLIGHTS
from papertui.citations.markdown_text import escape_markdown, unescape_markdown
from papertui.citations.names import parse_names
from papertui.citations.obsidian import BEGIN, END, split_front_matter
from papertui.citations.obsidian import HIGHLIGHTS as HIGHLIGHTS_OF_A_NOTE
from papertui.errors import UsageError
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark, safe_highlights
from papertui.importers.bibtex import LARGEST, decoded
from papertui.importers.dates import written_date
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.importers.works import journal_ref
from papertui.model import text
from papertui.model.bookmark import RATINGS, STATES, CitationEntry, State
from papertui.model.identity import doi_of, is_arxiv
from papertui.model.paper import Paper, page_url, paper_id, pdf_url
from papertui.model.partial_date import partial_date_from
from papertui.model.record import entry_from_record, moment_from
from papertui.model.safe_text import safe

# --- the list ----------------------------------------------------------------------------------------

_TITLE = re.compile(r"- \*\*(.+)\*\*\s*")
#: The link at the end of the second line: ``[arXiv:2604.26951](https://arxiv.org/abs/2604.26951)``.
_HOST = re.compile(r"https?://(?:www\.)?")
_LINK = re.compile(r"(?:^ {0,2}|\. )\[((?:[^\\\[\]]|\\.)+)\]\((https?://[^\s()]+)\)\s*$")
_FIRST_LINES = re.compile(r"(?:#[^\n]*\n|\s*\n)*- \*\*")
#: The entry that an imported paper comes from.
_ENTRY = re.compile(r"`@[^`]*` <!-- papertui: (\{.*\}) -->")
_YEAR = re.compile(r"(?:^|\. )(\d{4})(?:\. |$)", re.ASCII)
#: The end of a list of authors: a point that ends neither an initial nor an abbreviation.
_AUTHORS_END = re.compile(r"(?<=[^\W\d_]{2})(?<!\bJr)(?<!\bSr)(?<!\bSt)\. ")
_SHOWN_AS = re.compile("★{1,5}")
_ANNOTATION = " · "
#: How the place begins in a line without a date, and the fields with which it may begin.
_PLACES = ("In: ", "edited by ", "chapter ", "ISBN ", "ISSN ")
_AFTER_AUTHORS = "journaltitle volume pages type number series edition publisher institution organization note".split()  # noqa: SIM905
_BATCH = 1_000


def is_own_list(head: Head) -> bool:
    """Whether it begins with a title above a line that ends with a link to the paper, or above an imported entry."""
    written = _unix(head.text)
    if head.is_binary or not _FIRST_LINES.match(written):
        return False
    lines = written.split("\n")
    return any(
        _TITLE.fullmatch(title) and (_names_paper(line) or any("` <!-- papertui: {" in one for one in (line, other)))
        for title, line, other in zip(lines, lines[1:], lines[2:], strict=False)
    )


def _names_paper(line: str) -> bool:
    """Whether the line is as papertui writes it: the words of its link are an id, or the host of the address."""
    at = _LINK.search(line) if line.startswith("  ") else None
    words = unescape_markdown(at[1]) if at else ""
    return at is not None and (words.startswith(("arXiv:", "doi:")) or words == _HOST.sub("", at[2]).partition("/")[0])


def read_own_list(file: OpenedFile) -> Iterator[Batch]:
    written, notices = decoded(read_whole(file.stream, LARGEST))
    kept: list[ImportedBookmark] = []
    bad: list[BadRecord] = []
    number = 0
    for number, lines in enumerate(_items(_unix(written).split("\n")), 1):
        found = _listed(lines)
        if found is None:
            bad.append(BadRecord(number, "it is not a title in bold"))
        else:
            kept.append(found)
        if number % _BATCH == 0:
            yield Batch((), tuple(bad), 0, number, file.done(), kept=tuple(kept), unit="entry", notices=notices)
            kept, bad, notices = [], [], ()
    yield Batch((), tuple(bad), 0, number, file.done(), kept=tuple(kept), unit="entry", notices=notices)


def _unix(written: str) -> str:
    return written.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _items(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each entry: the one with its title, and those that are blank or indented after it."""
    item: list[str] = []
    for line in lines:
        if not line.startswith("- ") and item and (not line.strip() or line.startswith("  ")):
            item.append(line)
            continue
        if item:
            yield item
        item = [line] if line.startswith("- ") else []
    if item:
        yield item


def _listed(lines: list[str]) -> ImportedBookmark | None:
    # The line below the title may have nothing but its indentation.
    blank = (
        place for place, line in enumerate(lines) if not line.strip() and (place != 1 or not line.startswith("  "))
    )
    stop = next(blank, len(lines))
    head, note = [line.strip() for line in lines[:stop]], lines[stop + 1 :]
    heading = _TITLE.fullmatch(head.pop(0))
    name = text.plain(unescape_markdown(heading[1])) if heading else ""
    if not name:
        return None
    by_line = head.pop(0) if head and not _ENTRY.fullmatch(head[0]) else ""
    entry = _ENTRY.fullmatch(head.pop(0)) if head and _ENTRY.fullmatch(head[0]) else None
    at = _LINK.search(by_line)
    words, url = (unescape_markdown(at[1]), at[2]) if at else ("", "")
    paper = _paper_of(name, by_line[: at.start()] if at else by_line, words, url)
    imported = entry_from_record(_json(entry[1])) if entry else None
    if imported:
        imported = _made_safe(imported)
        paper = _with_entry(paper, imported, unescape_markdown(by_line[: at.start()] if at else by_line))
    own, highlights = note_and_highlights("\n".join(line[2:].rstrip() for line in note), HIGHLIGHTS)
    tags, state, rating = _annotations(head[0] if head else "")
    return ImportedBookmark(
        paper,
        tags=tags,
        note=safe(own.rstrip("\n")),
        state=state,
        rating=rating,
        entry=imported,
        highlights=safe_highlights(highlights),
    )


def _json(written: str) -> dict[str, Any]:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _made_safe(entry: CitationEntry) -> CitationEntry:
    fields = tuple((text.plain(name), safe(value)) for name, value in entry.fields)
    return CitationEntry(text.plain(entry.type), text.plain(entry.key), fields)


def _with_entry(paper: Paper, entry: CitationEntry, by_line: str) -> Paper:
    """Return the paper with what its entry says instead of the line for readers, which also names the publisher."""
    fields = dict(entry.fields)
    date = written_date(fields.get("date") or fields.get("year", "")).date
    moment, precision = date or (None, None)
    names = parse_names(fields["author"]).shown() if "author" in fields else _authors_in(by_line, fields)
    subtitle = fields.get("subtitle", "")
    return paper._replace(
        title=paper.title.removesuffix(f": {subtitle}") if subtitle else paper.title,
        authors=names,
        published=moment,
        precision=precision,
        journal_ref=journal_ref(entry.type, fields, moment.year if moment else None),
        url=paper.url or text.web_url(fields.get("url", "")),
    )


def _authors_in(by_line: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the authors before the date, or the place, of a line for readers, which may begin with other facts."""
    date = fields.get("date") or " ".join(filter(None, (fields.get("month"), fields.get("year"))))
    if date:
        authors, is_there, _ = f". {by_line}. ".partition(f". {date}. ")
        authors = authors.removeprefix(". ") if is_there else ""
    else:
        places = [*_PLACES, *(fields[name] for name in _AFTER_AUTHORS if fields.get(name))]
        ends = [end for words in places if (end := f". {by_line}".find(f". {words}")) >= 0]
        authors = f". {by_line}"[: min(ends)].removeprefix(". ") if ends else by_line
    names = authors.removesuffix(", et al.").split(", ")
    found = tuple(name for part in names if (name := text.plain(part)))
    return () if found and found[-1].endswith(("(ed.)", "(eds.)")) else found


def _paper_of(title: str, by_line: str, words: str, url: str) -> Paper:
    year = _YEAR.search(by_line)
    if year is not None:
        authors, journal = by_line[: year.start()], by_line[year.end() :]
    else:
        end = _AUTHORS_END.search(by_line)
        authors, journal = (by_line[: end.start()], by_line[end.end() :]) if end else (by_line, "")
    date = partial_date_from(year[1]) if year else None
    moment, precision = date or (None, None)
    id_ = _id_of(words, url)
    names = unescape_markdown(authors).removesuffix(", et al.").split(", ")
    return _addressed(
        Paper(
            id=id_,
            title=title,
            authors=tuple(name for part in names if (name := text.plain(part))),
            published=moment,
            precision=precision,
            sources=(SOURCE,),
            pdf=pdf_url(id_) if is_arxiv(id_) else None,
            journal_ref=text.plain(unescape_markdown(journal)) or None,
        ),
        url,
    )


def _id_of(*values: str) -> str:
    for value in values:
        try:
            return paper_id(value)
        except UsageError:
            continue
    return ""


def _addressed(paper: Paper, url: str) -> Paper:
    """Return the paper with what its link says: its DOI, or its page unless that was derived from its id."""
    if doi := doi_of(url):
        paper = paper._replace(doi=paper.doi or doi if paper.id != f"doi:{doi}" else paper.doi)
        return paper._replace(url=page_url(paper.id)) if is_arxiv(paper.id) else paper
    if is_arxiv(paper.id):
        return paper._replace(url=page_url(paper.id))
    return paper._replace(url=text.web_url(url) if url else None)


def _annotations(line: str) -> tuple[tuple[str, ...], State, int | None]:
    parts = line.split(_ANNOTATION) if line else []
    rating = len(parts.pop()) if parts and _SHOWN_AS.fullmatch(parts[-1]) else None
    state: State = STATES[0]
    if parts and (found := next((name for name in STATES if name == parts[-1]), None)):
        state = found
        parts.pop()
    tags = unescape_markdown(_ANNOTATION.join(parts)).split(", ")
    return tuple(tag for part in tags if (tag := text.plain(part))), state, rating


# --- notes, one per file ------------------------------------------------------------------------------

_KEY = re.compile(r"([A-Za-z_][\w-]*|\"[^\"\\]*\"|'[^']*')\s*:(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-\s+(.*)")
_ESCAPE = re.compile(r"\\(?:U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_BLOCK = re.compile(r"[>|][+-]?")
_IN_SHORT, _NOTE = "**In short:** ", "## Note"
_LINKS = re.compile(r"\[(?:[^\\\[\]]|\\.)*\]\(https?://[^\s()]+\)(?: · \[[^\[\]]*\]\(https?://[^\s()]+\))*")
_CODE = re.compile(r"\[code\]\((https?://[^\s()]+)\)")


def is_own_note(head: Head) -> bool:
    start = head.start
    return start.startswith(b"---") and BEGIN.encode() in start and b"\nid:" in start


def read_own_note(file: OpenedFile) -> Iterator[Batch]:
    written, notices = decoded(read_whole(file.stream, LARGEST))
    front, rest = split_front_matter(_unix(written).lstrip())
    found = _noted(front_matter(front or ""), rest.partition(BEGIN)[2].partition(END)[0])
    bad = () if found else (BadRecord(1, "its properties have no id and title"),)
    yield Batch((), bad, 0, 1, file.done(), kept=(found,) if found else (), unit="entry", notices=notices)


def _noted(facts: Mapping[str, str | list[str]], section: str) -> ImportedBookmark | None:
    title = text.plain(_one(facts, "title"))
    id_ = _id_of(_one(facts, "id"), _one(facts, "url"))
    if not title or not id_:
        return None
    section, highlights = note_and_highlights(section, HIGHLIGHTS_OF_A_NOTE)
    body, _, note = section.partition(f"\n{_NOTE}\n")
    links, tldr, abstract = _body(body, escape_markdown(", ".join(_many(facts, "authors"))))
    date = partial_date_from(_one(facts, "published"))
    moment, precision = date or (None, None)
    code = _CODE.search(links)
    paper = Paper(
        id=id_,
        title=title,
        abstract=text.plain(unescape_markdown(abstract)),
        authors=_many(facts, "authors"),
        published=moment,
        precision=precision,
        github=text.web_url(code[1]) if code else None,
        tldr=text.plain(unescape_markdown(tldr)) or None,
        categories=_many(facts, "categories"),
        keywords=_many(facts, "keywords"),
        sources=(SOURCE,),
        pdf=text.web_url(_one(facts, "pdf")),
        doi=text.plain(_one(facts, "doi")) or None,
        journal_ref=text.plain(_one(facts, "journal")) or None,
    )
    rating, state = _one(facts, "rating"), _one(facts, "state")
    return ImportedBookmark(
        _addressed(paper, _one(facts, "url")),
        added=moment_from(_one(facts, "added")),
        tags=_many(facts, "tags"),
        note=safe(with_marks(note).strip("\n")),
        state=next((name for name in STATES if name == state), STATES[0]),
        rating=int(rating) if rating in map(str, RATINGS) else None,
        highlights=safe_highlights(highlights),
    )


def _body(body: str, authors: str) -> tuple[str, str, str]:
    """Return the line of links, the sentence and the abstract of a section, as they are written."""
    rest = [part for part in (part.strip() for part in body.split("\n\n")) if part]
    if rest and rest[0].startswith("# "):
        rest.pop(0)
    if authors and rest and rest[0] == authors:
        rest.pop(0)
    links = rest.pop(0) if rest and _LINKS.fullmatch(rest[0]) else ""
    tldr = rest.pop(0).removeprefix(_IN_SHORT) if rest and rest[0].startswith(_IN_SHORT) else ""
    return links, tldr, "\n\n".join(rest)


def _one(facts: Mapping[str, str | list[str]], name: str) -> str:
    value = facts.get(name, "")
    return value if isinstance(value, str) else ", ".join(value)


def _many(facts: Mapping[str, str | list[str]], name: str) -> tuple[str, ...]:
    value = facts.get(name, [])
    items = value if isinstance(value, list) else [value]
    return tuple(item for one in items if (item := text.plain(one)))


def front_matter(written: str) -> dict[str, str | list[str]]:
    """Parse the properties of a note: scalars and lists of scalars, as papertui and Obsidian write them in YAML."""
    facts: dict[str, str | list[str]] = {}
    folded: dict[str, tuple[str, list[str]]] = {}  # texts of several lines, with what joins them
    name = ""
    for line in written.split("\n"):
        value = facts.get(name)
        if name in folded and line[:1].isspace():
            folded[name][1].append(line.strip())
        elif name and name not in folded and (item := _ITEM.fullmatch(line)):
            if isinstance(value, list):
                value.append(_scalar(item[1]))
            else:
                facts[name] = [_scalar(item[1])]
        elif found := _KEY.match(line):
            name, raw = found[1].strip("\"'"), (found[2] or "").strip()
            facts[name] = _value(raw)
            if _BLOCK.fullmatch(raw):
                folded[name] = ("\n" if raw[0] == "|" else " ", [])
    return facts | {name: sign.join(lines) for name, (sign, lines) in folded.items()}


def _value(raw: str) -> str | list[str]:
    if not (raw.startswith("[") and raw.endswith("]")):
        return _scalar(raw)
    try:
        items = json.loads(_without_long_escapes(raw))
    except ValueError:
        return [_scalar(item.strip()) for item in raw[1:-1].split(",") if item.strip()]
    return [item if isinstance(item, str) else str(item) for item in items]


def _scalar(raw: str) -> str:
    if raw.startswith('"'):
        try:
            value = json.loads(_without_long_escapes(raw))
        except ValueError:
            return raw.strip('"')
        return value if isinstance(value, str) else raw
    return raw[1:-1].replace("''", "'") if raw.startswith("'") and raw.endswith("'") and len(raw) > 1 else raw


def _without_long_escapes(raw: str) -> str:
    r"""Replace YAML's escapes of eight digits, which JSON does not have, by the character."""

    def char(found: re.Match[str]) -> str:
        return chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[0]

    return _ESCAPE.sub(char, raw)
