"""Bookmarks as files of a repository: one JSON file each, so that a forge shows what changed line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from papertui.core.reconcile import Edited, Entry
from papertui.core.record import iso, moment_from
from papertui.core.safe import safe
from papertui.store.bookmark_rows import bookmark_of, row_of

#: What the files mean. A repository that tells a greater number is left alone.
FORMAT = 1
FORMAT_FILE = "papertui.json"
README_FILE = "README.md"
FOLDER = "bookmarks/"
#: A bookmark with the longest abstract has some kilobytes.
LARGEST = 2_000_000
_README = """\
# A papertui library

The bookmarks of one reader, one file each in `bookmarks/`, kept in step between machines by papertui.
On another machine:

    papertui sync setup ADDRESS-OF-THIS-REPOSITORY

Each change is a commit. Files may be edited by hand, too; what papertui cannot read it leaves out, and says so.
"""
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_LONGEST_NAME = 120
#: Names that mean a device on Windows, where a stick may be read too.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.ASCII)


def fixed_files() -> dict[str, bytes]:
    """The files every repository has beside its bookmarks."""
    about = json.dumps({"format": FORMAT, "of": "papertui"}, indent=2, sort_keys=True) + "\n"
    return {FORMAT_FILE: about.encode("ascii"), README_FILE: _README.encode("utf-8")}


def format_of(data: bytes) -> int | None:
    """The number of the format that a repository tells; ``None`` when it tells none."""
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    number = told.get("format") if isinstance(told, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def path_of(id_: str) -> str:
    """The file of the paper with this id; the same for no other, on no file system.

    ``2604.26951`` is ``bookmarks/2604.26951.json``. Ids with slashes, colons or capitals have these replaced, and end
    in a part of their hash that tells them apart.
    """
    if _PLAIN_NAME.fullmatch(id_) and len(id_) <= _LONGEST_NAME and not _DEVICES.fullmatch(id_) and ".." not in id_:
        return f"{FOLDER}{id_}.json"
    name = re.sub(r"[^a-z0-9.-]+", "_", id_.lower(), flags=re.ASCII).strip("._-")[:_LONGEST_NAME]
    return f"{FOLDER}{name.replace('..', '_')}~{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:10]}.json"


def text_of(entry: Entry) -> bytes:
    """The file of an entry: JSON, its keys in order, letters as they are."""
    edited = entry.edited
    moments = {"note": edited.note, "state": edited.state, "rating": edited.rating}
    times: dict[str, Any] = {name: iso(moment) for name, moment in moments.items() if moment is not None}
    times |= {"tags": {tag: iso(moment) for tag, moment in edited.tags.items()}} if edited.tags else {}
    # Rows of the bookmark file may leave the abstract out; here it goes along, to be read on the other machine's train.
    row = row_of(entry.bookmark) | {"abstract": entry.bookmark.paper.abstract, "edited": times}
    return (json.dumps(row, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8", "replace")


def entry_of(path: str, data: bytes) -> Entry | None:
    """The entry that a file holds; ``None`` when it is none, or not the one that its name tells."""
    if len(data) > LARGEST:
        return None
    try:
        row: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or path_of(safe(row["id"])) != path:
        return None
    try:
        bookmark = bookmark_of(row)
    except (ValueError, OverflowError):
        return None
    told = row.get("edited")
    times: Mapping[str, Any] = told if isinstance(told, dict) else {}
    given = times.get("tags")
    tags = {tag: moment for tag in bookmark.tags if (moment := _moment(given, tag)) is not None}
    edited = Edited(_moment(times, "note"), _moment(times, "state"), _moment(times, "rating"), tags)
    return Entry(bookmark, edited)


def _moment(times: object, name: str) -> datetime | None:
    if not isinstance(times, dict):
        return None
    try:
        return moment_from(times.get(name))
    except OverflowError:  # the first or the last year, and a zone that leads out of it
        return None
