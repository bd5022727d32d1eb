"""Export to CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from papertui.core.citation import Cited
from papertui.core.record import iso

#: Prefixes that spreadsheet programs interpret as a formula (OWASP, “CSV Injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "id", "title", "authors", "published", "url", "pdf", "doi", "journal_ref", "categories", "keywords", "upvotes",
    "added", "tags", "state", "rating", "note", "abstract",
)  # fmt: skip


def table(cited: Iterable[Cited]) -> str:
    """Format papers as rows below a header row; lists such as authors share one cell, separated by semicolons."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_quoted(_cells(one)) for one in cited)
    return written.getvalue()


def _quoted(cells: Iterator[str]) -> list[str]:
    """Quote cells that look like formulas."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _cells(cited: Cited) -> Iterator[str]:
    paper, mark = cited.paper, cited.bookmark
    facts = {
        **paper._asdict(),
        "published": iso(paper.published) if paper.published else None,
        "added": iso(mark.added) if mark else None,
        "tags": cited.tags,
        "state": mark.state if mark else None,
        "rating": mark.rating if mark else None,
        "note": cited.note,
    }
    for column in COLUMNS:
        value = facts[column]
        yield "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
