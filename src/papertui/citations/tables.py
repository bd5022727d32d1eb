"""CSV (RFC 4180), and papertui's own JSON, which contains everything and can be imported without loss."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from papertui.citations.model import CitedPaper
from papertui.model.record import bookmark_record, iso, paper_record

#: Prefixes that spreadsheet programs interpret as a formula (OWASP, “CSV Injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal_ref", "categories", "keywords", "upvotes",
    "added", "tags", "state", "rating", "note", "abstract", "key", "type",
)  # fmt: skip
#: The prefix of columns for fields that have the name of another column.
ENTRY_PREFIX = "entry."


def csv_table(cited: Iterable[CitedPaper]) -> str:
    """Format papers as rows below a header row; lists such as authors share one cell, separated by semicolons.

    The fields of imported entries follow in further columns, those that most entries have first.
    """
    ones = list(cited)
    entries = [one.bookmark.entry if one.bookmark else None for one in ones]
    counted = Counter(name for entry in entries if entry for name, value in entry.fields if value)
    fields = [name for name, _ in counted.most_common()]
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(f"{ENTRY_PREFIX}{name}" if name in COLUMNS else name for name in fields)])
    for one, entry in zip(ones, entries, strict=True):
        cells = [entry.get(name) if entry else "" for name in fields]
        writer.writerow(_quoted([*_cells(one), *cells]))
    return written.getvalue()


def _quoted(cells: Iterable[str]) -> list[str]:
    """Quote cells that look like formulas."""
    return [f"'{cell}" if _is_formula(cell) else cell for cell in cells]


def unquoted(cell: str) -> str:
    """Return the text that `csv_table` wrote as `cell`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet could compute `cell`; with quotes before it, so that one more is never ambiguous."""
    return cell.lstrip("'").startswith(_FORMULA)


def _cells(cited: CitedPaper) -> Iterator[str]:
    paper, mark = cited.paper, cited.bookmark
    facts = {
        **paper._asdict(),
        "published": str(date) if (date := paper.published_date) else None,
        "added": iso(mark.added) if mark else None,
        "tags": cited.tags,
        "state": mark.state if mark else None,
        "rating": mark.rating if mark else None,
        "note": cited.note,
        "key": cited.key,
        "type": mark.entry.type if mark and mark.entry else None,
    }
    for column in COLUMNS:
        value = facts[column]
        yield "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def json_export(cited: Iterable[CitedPaper]) -> str:
    """Format papers as one array, with one object per line."""
    rows = [json.dumps(_record(one), ensure_ascii=False) for one in cited]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def _record(cited: CitedPaper) -> dict[str, Any]:
    bookmark = None if cited.bookmark is None else bookmark_record(cited.bookmark)
    return {**paper_record(cited.paper), "bookmark": bookmark}
