"""Export to papertui's own JSON, which contains everything and can be imported without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from papertui.core.citation import Cited
from papertui.core.record import iso, paper_record


def whole(cited: Iterable[Cited]) -> str:
    """Format papers as one array, with one object per line."""
    rows = [json.dumps(_record(one), ensure_ascii=False) for one in cited]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def _record(cited: Cited) -> dict[str, Any]:
    mark = cited.bookmark
    record = paper_record(cited.paper)
    record["bookmark"] = None
    if mark is not None:
        record["bookmark"] = {
            "added": iso(mark.added),
            "tags": list(mark.tags),
            "note": mark.note,
            "state": mark.state,
            "rating": mark.rating,
        }
    return record
