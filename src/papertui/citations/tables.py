"""CSV (RFC 4180), and papertui's own JSON, which contains everything and can be imported without loss."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from papertui.citations.model import CitedPaper
from papertui.model.record import bookmark_record, iso, paper_record

#: Prefixes that spreadsheet programs interpret as a formula (OWASP, “CSV Injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal_ref", "categories", "keywords", "upvotes",
    "added", "tags", "state", "rating", "note", "abstract",
)  # fmt: skip


def csv_table(cited: Iterable[CitedPaper]) -> str:
    """Format papers as rows below a header row; lists such as authors share one cell, separated by semicolons."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_quoted(_cells(one)) for one in cited)
    return written.getvalue()


def _quoted(cells: Iterator[str]) -> list[str]:
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
