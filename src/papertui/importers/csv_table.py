"""Tables in CSV: papertui's own export, also as spreadsheets save it, and others with such columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from papertui.citations.bibtex_parse import bare_arxiv_id
from papertui.citations.keys import split_name
from papertui.citations.tables import COLUMNS, ENTRY_PREFIX, unquoted
from papertui.errors import UsageError
from papertui.importers.batch import SOURCE, BadRecord, Batch, ImportedBookmark
from papertui.importers.bibtex import LARGEST, decoded
from papertui.importers.dates import written_date
from papertui.importers.files import Head, OpenedFile, read_whole
from papertui.model import text
from papertui.model.bookmark import RATINGS, STATES, CitationEntry
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, page_url, paper_id, pdf_url
from papertui.model.partial_date import PartialDate, partial_date_from
from papertui.model.record import moment_from
from papertui.model.safe_text import safe

#: Columns of other programs (Zotero), and what people call them.
_ALIASES = {
    "author": "authors", "year": "published", "publication year": "published", "date": "published",
    "journal": "journal_ref", "publication title": "journal_ref", "abstract note": "abstract", "notes": "note",
    "manual tags": "tags", "keyword": "keywords", "link": "url", "status": "state",
}  # fmt: skip
_DELIMITERS = ",;\t|"
_BATCH = 1_000
#: An abstract or a note is shorter.
_LONGEST_CELL = 1 << 20
#: Each row with wrong quotes is read up to this many lines before the next line is tried.
_LONGEST_ROW, _MOST_UNREADABLE = 2_000, 100
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")
_TOO_MANY_COLUMNS = 5
_NUMBER = re.compile(r"\d{3,4}[.,]\d{1,5}", re.ASCII)


class _Header(NamedTuple):
    delimiter: str
    names: tuple[str, ...]  # as in `COLUMNS` where they are known
    unknown: tuple[str, ...]  # as written, except for fields of entries
    fields: Mapping[int, str]  # columns that hold fields of entries
    last_first: bool  # whether authors are written “Last, First”


def is_csv_table(head: Head) -> bool:
    """Whether the first line names the column ``title`` and another one that papertui knows."""
    if head.is_binary or head.start.startswith((b"{", b"[", b"<", b"@", b"%")):
        return False
    return _header(_lines(head.text)) is not None


def read_csv_table(file: OpenedFile) -> Iterator[Batch]:
    written, notices = decoded(read_whole(file.stream, LARGEST))
    lines = _lines(written)
    header = _header(lines)
    if header is None:  # `is_csv_table` accepted the beginning of the same text
        return
    if header.unknown:
        shown = ", ".join(text.plain(name)[:40] for name in header.unknown[:_TOO_MANY_COLUMNS])
        more = ", …" if len(header.unknown) > _TOO_MANY_COLUMNS else ""
        notices = (*notices, f"Columns that papertui does not know were skipped: {shown}{more}.")
    batch = Batch((), (), 0, 0, file.done(), unit="entry", notices=notices)
    for number, row in enumerate(_rows(lines[1:], header.delimiter), 1):
        one = row if isinstance(row, str) else _read([unquoted(cell) for cell in row], header)
        batch = batch._replace(number=number)
        if isinstance(one, str):
            batch = batch._replace(bad=(*batch.bad, BadRecord(number, one)))
        elif isinstance(one, Paper):
            batch = batch._replace(papers=(*batch.papers, one))
        else:
            batch = batch._replace(kept=(*batch.kept, one))
        if len(batch.papers) + len(batch.bad) + len(batch.kept) >= _BATCH:
            yield batch
            batch = Batch((), (), 0, number, file.done(), unit="entry")
    yield batch


def _lines(written: str) -> list[str]:
    lines = list(io.StringIO(written.lstrip("\ufeff\r\n"), newline=""))
    # Excel writes and reads a first line “sep=;”.
    return lines[1:] if lines and lines[0].lower().startswith("sep=") else lines


def _header(lines: list[str]) -> _Header | None:
    first = lines[0][:4096] if lines else ""
    for delimiter in _DELIMITERS:
        try:
            cells = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
        except csv.Error:
            return None
        folded = [cell.casefold().replace("-", " ") for cell in cells]
        # papertui's own table with entries has fields with such names.
        is_own = {"key", "type"} <= {*folded}
        names = [name if is_own else _ALIASES.get(name, name.replace(" ", "_")) for name in folded]
        known = set(names).intersection(COLUMNS)
        if "title" in known and len(known) > 1:
            others = {at: cell for at, cell in enumerate(cells) if cell and names[at] not in COLUMNS}
            if is_own:
                fields = {at: cell.removeprefix(ENTRY_PREFIX) for at, cell in others.items()}
                return _Header(delimiter, tuple(names), (), fields, last_first=False)
            return _Header(delimiter, tuple(names), tuple(others.values()), {}, "author" in folded)
    return None


def _rows(lines: list[str], delimiter: str) -> Iterator[list[str] | str]:
    """Yield the rows that are not blank; for one that cannot be read, why.

    An opening quote that is never closed would make the rest of the file one cell. So a row that does not end is given
    up, and reading goes on in the line after its first one.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    at, unreadable = 0, 0
    while at < len(lines):
        reader = csv.reader(lines[at : at + _LONGEST_ROW], delimiter=delimiter, strict=True)
        read = 0  # lines of whole rows
        try:
            for row in reader:
                read = reader.line_num
                if any(cell.strip() for cell in row):
                    yield row
        except csv.Error:
            if read == 0:
                unreadable += 1
                yield "its quotes do not match"
                read = 1
        at += read
        if unreadable > _MOST_UNREADABLE:
            yield "its quotes do not match either, so nothing after it was read"
            return


def _read(cells: list[str], header: _Header) -> ImportedBookmark | Paper | str:
    row = dict(zip(header.names, cells, strict=False))
    title = text.plain(row.get("title", ""))
    if not title:
        return "it has no title"
    paper = _paper(title, row, header)
    rating = row.get("rating", "").strip().removesuffix(".0")
    added, tags, note = row.get("added", "").strip(), _list(row, "tags"), safe(row.get("note", ""))
    state = next((state for state in STATES if state == row.get("state", "").strip().lower()), None)
    # papertui's own table may hold papers that are not bookmarked; a table without these columns is a bibliography.
    if not (added or tags or note or state or rating) and "added" in row:
        return paper
    return ImportedBookmark(
        paper,
        added=_moment(added),
        tags=tags,
        note=note,
        state=state or STATES[0],
        rating=int(rating) if rating in map(str, RATINGS) else None,
        entry=_entry(cells, row, header),
    )


def _entry(cells: list[str], row: Mapping[str, str], header: _Header) -> CitationEntry | None:
    type_ = text.plain(row.get("type", "")).lower()
    if not type_ or "key" not in row:
        return None
    fields = ((name, safe(cells[at])) for at, name in header.fields.items() if at < len(cells))
    return CitationEntry(type_, text.plain(row["key"]), tuple((name, value) for name, value in fields if value))


def _paper(title: str, row: Mapping[str, str], header: _Header) -> Paper:
    id_ = _id(row)
    date = partial_date_from(row.get("published", "").strip()) or written_date(row.get("published", "")).date
    moment, precision = date or (None, None)
    authors = _list(row, "authors")
    upvotes = row.get("upvotes", "").strip()
    return Paper(
        id=id_,
        title=title,
        abstract=text.plain(row.get("abstract", "")),
        authors=tuple(str(split_name(name)) for name in authors) if header.last_first else authors,
        published=moment,
        precision=precision,
        categories=_list(row, "categories"),
        keywords=_list(row, "keywords"),
        upvotes=int(upvotes) if upvotes.isascii() and upvotes.isdecimal() and len(upvotes) < 10 else None,  # noqa: PLR2004
        sources=(SOURCE,),
        url=text.web_url(row["url"]) if "url" in row else page_url(id_) if is_arxiv(id_) else None,
        pdf=text.web_url(row["pdf"]) if "pdf" in row else pdf_url(id_) if is_arxiv(id_) else None,
        doi=text.plain(row.get("doi", "")) or None,
        journal_ref=text.plain(row.get("journal_ref", "")) or None,
    )


def _id(row: Mapping[str, str]) -> str:
    """Return the id of a row; empty if it has none.

    A spreadsheet takes an arXiv id for a number: 2604.00010 becomes 2604.0001, and 0704.1230 becomes 704.123. The
    addresses beside it still have it.
    """
    written = row.get("id", "").strip()
    addresses = [id_ for name in ("url", "pdf") if (id_ := bare_arxiv_id(row.get(name, "")))]
    for id_ in addresses:
        if _as_number(id_) is not None and _as_number(written) == _as_number(id_):
            return id_
    try:
        return paper_id(written)
    except UsageError:
        return addresses[0] if addresses else ""


def _as_number(id_: str) -> float | None:
    return float(id_.replace(",", ".")) if _NUMBER.fullmatch(id_) else None


def _list(row: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(item for part in row.get(name, "").split("; ") if (item := text.plain(part)))


def _moment(value: str) -> datetime | None:
    if found := moment_from(value):
        return found
    for form in _DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    date: PartialDate | None = written_date(value).date
    return date.moment if date and date.precision is None else None
