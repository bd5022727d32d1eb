"""Records as JSON, written as they arrive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from papertui.printing.streams import write


def write_records(records: Iterable[Mapping[str, Any]], *, lines: bool) -> None:
    """Write records as one object per line, or all of them as one array.

    Raises:
        BrokenPipeError: the reader of the pipe is gone.
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
    """`value` as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)
