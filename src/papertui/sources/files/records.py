"""JSON lines: arXiv's metadata snapshot, and entries of the daily papers.

The snapshot is documented at https://www.kaggle.com/datasets/Cornell-University/arxiv: one object per line, texts in
TeX, dates as in mail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from papertui.core import text
from papertui.core.paper import Paper, page_url, paper_id, pdf_url
from papertui.errors import UsageError
from papertui.sources.files import SOURCE, Bad
from papertui.sources.files.lines import LONGEST
from papertui.sources.hf_entry import read_entry

Read = tuple[list[Paper], list[Bad]]
_DAY = "%Y-%m-%d"
_MAIL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|\+0000)"
)
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905


def read_lines(first: int, lines: Sequence[bytes | None]) -> Read:
    """Return the papers of some lines, the first of which has the number `first`; blank lines are skipped."""
    papers: list[Paper] = []
    bad: list[Bad] = []
    for number, line in enumerate(lines, first):
        if line is None:
            bad.append(Bad(number, f"longer than {LONGEST >> 20} MB"))
        elif line.strip():
            try:
                papers.append(_paper(line))
            except _BadLineError as problem:
                bad.append(Bad(number, str(problem)))
    return papers, bad


class _BadLineError(Exception):
    """The line is not a paper."""


def _paper(line: bytes) -> Paper:
    try:
        record = json.loads(line)
    except RecursionError:
        raise _BadLineError("nested too deep") from None
    except UnicodeDecodeError:
        raise _BadLineError("not UTF-8") from None
    except ValueError:
        raise _BadLineError("not valid JSON, perhaps truncated") from None
    if not isinstance(record, dict):
        raise _BadLineError("not a JSON object")
    found = read_record(record)
    if found is None:
        raise _BadLineError("no arXiv id or no title")
    return found


def read_record(record: dict[str, Any]) -> Paper | None:
    """Return the paper in an object of either format; ``None`` if it has no readable id or title."""
    if "authors_parsed" in record or "versions" in record or "update_date" in record:
        return _of_snapshot(record)
    if isinstance(record.get("paper"), dict) or "summary" in record or "publishedAt" in record:
        return read_entry(record)
    return _of_snapshot(record)


def _of_snapshot(record: dict[str, Any]) -> Paper | None:
    try:
        id_ = paper_id(record["id"])
        title = text.title(record["title"])
    except (KeyError, TypeError, AttributeError, UsageError):
        return None
    if not title:
        return None
    return Paper(
        id=id_,
        title=title,
        abstract=_text(record.get("abstract")),
        authors=_authors(record),
        published=_first_version(record),
        categories=_categories(written) if isinstance(written := record.get("categories"), str) else (),
        sources=(SOURCE,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=_plain(record.get("doi")),
        journal_ref=_plain(record.get("journal-ref")),
    )


def _text(value: object) -> str:
    return text.prose(value) if isinstance(value, str) else ""


def _plain(value: object) -> str | None:
    return (text.title(value) or None) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _categories(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.plain(written).split()))


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list):
        names = [_name(parts) for parts in parsed]
        found = tuple(name for name in names if name)
        if found:
            return found
    written = record.get("authors")
    if not isinstance(written, str):
        return ()
    parts = written.replace(" and ", ", ").split(",")
    return tuple(name for name in (text.name(part) for part in parts) if name)


def _name(parts: object) -> str:
    """Return the name in a list of last name, first names and suffix; affiliations that may follow are dropped."""
    if not isinstance(parts, list):
        return ""
    last, first, suffix = ([part if isinstance(part, str) else "" for part in parts[:3]] + ["", "", ""])[:3]
    return text.name(" ".join(part for part in (first.strip(), last.strip(), suffix.strip()) if part))


def _first_version(record: dict[str, Any]) -> datetime | None:
    versions = record.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], dict):
        found = _mail_date(versions[0].get("created"))
        if found is not None:
            return found
    day = record.get("update_date") or record.get("date")
    try:
        return datetime.strptime(day, _DAY).replace(tzinfo=UTC) if isinstance(day, str) else None
    except ValueError:
        return None


def _mail_date(value: object) -> datetime | None:
    """Parse a date as in mail (RFC 5322): ``Mon, 2 Apr 2007 19:18:42 GMT``, the only form in the snapshot."""
    found = _MAIL_DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except (ValueError, KeyError):
        return None
