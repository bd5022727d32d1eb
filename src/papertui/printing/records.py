"""Records as JSON, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from papertui.printing.streams import write


def write_records(records: Iterable[Mapping[str, Any]], *, lines: bool) -> None:
    """Writes records: one object a line, or all of them in one array.

    Raises:
        BrokenPipeError: nobody reads them any more.
        StoreError: they cannot be written.
    """
    if lines:
        for record in records:
            write(as_json(record) + "\n")
        return
    between = "["
    for record in records:
        write(f"{between}\n{as_json(record)}")
        between = ","
    write("[]\n" if between == "[" else "\n]\n")


def as_json(value: Mapping[str, Any]) -> str:
    """`value` on one line."""
    return json.dumps(value, ensure_ascii=False)
