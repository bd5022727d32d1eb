"""What the formats of bibliographies have in common: ids, dates, names, places of publication."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from papertui.core.citation.names import parted
from papertui.core.citation.plain import plain_name
from papertui.core.identity import arxiv_id_of_doi, doi_of
from papertui.core.paper import ARXIV_ID, paper_id
from papertui.errors import UsageError

#: An arXiv id as written in any field: an address, “arXiv:2604.26951”, CoRR's “abs/2604.26951”.
_NAMED = re.compile(
    rf"(?:arxiv(?:\.org)?[:/\s]\s*(?:(?:abs|pdf|html)/)?|huggingface\.co/papers/|\babs/)\s*({ARXIV_ID.pattern})(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Characters searched in a field that may contain an id.
_LONGEST = 10_000
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def arxiv_id(*values: str) -> str:
    """Return the arXiv id in one of `values`, without its version; empty if there is none."""
    for value in values:
        if found := _NAMED.search(value[:_LONGEST]):
            return found[2]
    return ""


def bare_arxiv_id(value: str) -> str:
    """Return `value` as an arXiv id, whatever its form; empty if it is not one."""
    try:
        id_ = paper_id(value)
    except UsageError:
        return ""
    return id_ if ARXIV_ID.fullmatch(id_) else ""


def dois(value: str) -> tuple[str, str | None]:
    """Return the arXiv id that a DOI stands for, or the DOI itself."""
    doi = doi_of(value)
    if doi is None:
        return "", None
    id_ = arxiv_id_of_doi(doi)
    return (id_, None) if id_ else ("", doi)


def moment(date: str, year: str = "", month: str = "", day: str = "") -> datetime | None:
    """Return the date, as precisely as it is given: for a year alone its first day."""
    found = _DATE.match(date.strip()) or _DATE.match(year.strip())
    if found is None:
        return None
    numbers = [int(found[1]), int(found[2] or 0) or _month(month) or 1, int(found[3] or 0) or _number(day) or 1]
    try:
        return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None


def _month(text: str) -> int:
    word = text.strip().strip("{}\"'").lower()
    return next((number for number, name in enumerate(_MONTHS, 1) if word.startswith(name)), _number(word))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0  # noqa: PLR2004 - days and months


def authors(value: str) -> tuple[str, ...]:
    """Return the authors in a BibTeX field, first names first; “and others” is dropped."""
    names = (_one_author(part) for part in _parted_at_and(value))
    return tuple(name for name in names if name and name.lower() != "others")


def last_first(values: Iterable[str]) -> tuple[str, ...]:
    """Return authors written as ``Last, First, Jr``, first names first."""
    return tuple(name for value in values if (name := _turned(value.split(","), jr_last=True)))


def _one_author(part: str) -> str:
    if part.startswith("{") and part.endswith("}") and _depths(part).index(0) == len(part) - 1:
        return plain_name(part)
    pieces = [""]
    for char, depth in zip(part, _depths(part), strict=True):
        if char == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return _turned(pieces, jr_last=False)


def _turned(pieces: list[str], *, jr_last: bool) -> str:
    names = [plain_name(piece) for piece in pieces]
    last, *rest = [name for name in names if name] or [""]
    if len(rest) < 2:  # noqa: PLR2004 - no suffix
        return str(parted(f"{last}, {rest[0]}")) if rest else last
    first, jr = (rest[0], rest[1]) if jr_last else (rest[1], rest[0])
    return " ".join((str(parted(f"{last}, {first}")), jr))


def _parted_at_and(value: str) -> list[str]:
    parts, start = [], 0
    depths = _depths(value)
    for found in _AND.finditer(value):
        if depths[found.start()] == 0:
            parts.append(value[start : found.start()])
            start = found.end()
    return [part.strip() for part in [*parts, value[start:]] if part.strip()]


def _depths(text: str) -> list[int]:
    """Return for each character how many braces enclose it; a closing brace counts as outside."""
    depth, depths = 0, []
    for char in text:
        depth = max(0, depth - (char == "}"))
        depths.append(depth)
        depth += char == "{"
    return depths
