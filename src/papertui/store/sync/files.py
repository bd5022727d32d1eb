"""Bookmarks as files of a repository: one JSON file each, so that git diffs are readable."""

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

#: The format of the files. A repository with a greater number is not touched.
FORMAT = 1
FORMAT_FILE = "papertui.json"
README_FILE = "README.md"
FOLDER = "bookmarks/"
#: In bytes; a bookmark with a long abstract has some kilobytes.
LARGEST = 2_000_000
_README = """\
# A papertui library

The bookmarks of one person, one file each in `bookmarks/`, synced between machines by papertui.
To use it on another machine:

    papertui sync setup ADDRESS-OF-THIS-REPOSITORY

Each change is a commit. Files may also be edited by hand; papertui skips and reports those that it cannot read.
"""
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_LONGEST_NAME = 120
#: Names of devices on Windows, where a USB drive may also be used.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.ASCII)


def fixed_files() -> dict[str, bytes]:
    """The files of every repository besides its bookmarks."""
    about = json.dumps({"format": FORMAT, "of": "papertui"}, indent=2, sort_keys=True) + "\n"
    return {FORMAT_FILE: about.encode("ascii"), README_FILE: _README.encode("utf-8")}


def format_of(data: bytes) -> int | None:
    """The format number of a repository; ``None`` if there is none."""
    try:
        about: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    number = about.get("format") if isinstance(about, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def path_of(id_: str) -> str:
    """The file of the paper with this id, unique on every file system.

    ``2604.26951`` is ``bookmarks/2604.26951.json``. In ids with slashes, colons or capitals these are replaced, and a
    part of the hash is appended to keep the name unique.
    """
    if _PLAIN_NAME.fullmatch(id_) and len(id_) <= _LONGEST_NAME and not _DEVICES.fullmatch(id_) and ".." not in id_:
        return f"{FOLDER}{id_}.json"
    name = re.sub(r"[^a-z0-9.-]+", "_", id_.lower(), flags=re.ASCII).strip("._-")[:_LONGEST_NAME]
    return f"{FOLDER}{name.replace('..', '_')}~{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:10]}.json"


def text_of(entry: Entry) -> bytes:
    """The file of an entry: JSON with sorted keys and unescaped characters."""
    edited = entry.edited
    moments = {"note": edited.note, "state": edited.state, "rating": edited.rating}
    times: dict[str, Any] = {name: iso(moment) for name, moment in moments.items() if moment is not None}
    times |= {"tags": {tag: iso(moment) for tag, moment in edited.tags.items()}} if edited.tags else {}
    # Rows of the bookmark file have no abstract; here it is included, so that the other machine has it offline.
    row = row_of(entry.bookmark) | {"abstract": entry.bookmark.paper.abstract, "edited": times}
    return (json.dumps(row, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8", "replace")


def entry_of(path: str, data: bytes) -> Entry | None:
    """The entry in a file; ``None`` if there is none, or if it does not match the file name."""
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
    edits = row.get("edited")
    times: Mapping[str, Any] = edits if isinstance(edits, dict) else {}
    given = times.get("tags")
    tags = {tag: moment for tag in bookmark.tags if (moment := _moment(given, tag)) is not None}
    edited = Edited(_moment(times, "note"), _moment(times, "state"), _moment(times, "rating"), tags)
    return Entry(bookmark, edited)


def _moment(times: object, name: str) -> datetime | None:
    if not isinstance(times, dict):
        return None
    try:
        return moment_from(times.get(name))
    except OverflowError:  # the first or the last year, and a zone that leads beyond it
        return None
