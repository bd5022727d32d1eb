"""The list of the current segments. Replacing it publishes a new state of the index atomically."""

from __future__ import annotations

import base64
import binascii
import json
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.store.index.segmentfile import DamagedError, Written

#: Incremented when the format of the list or of the segments changes; an index of another version is rebuilt.
VERSION = 4
_NAME = "segments.json"


class Listed(NamedTuple):
    """A current segment."""

    #: Its file name in the folder of the index.
    file: str
    #: The expected size and checksum of the file.
    written: Written
    #: The number of its papers.
    papers: int
    #: Those of them that are gone, or are in a later segment.
    dead: NDArray[np.uint32]


class Manifest(NamedTuple):
    """A state of the index."""

    #: The random id of the indexed archive file.
    archive: str = ""
    #: The greatest row number in the index.
    row: int = 0
    #: The last change in the index.
    change: int = 0
    #: Oldest first.
    segments: tuple[Listed, ...] = ()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the index in `folder`; ``None`` if there is no index, or one of another version.

    Raises:
        DamagedError: the manifest is damaged.
        OSError: it cannot be read.
    """
    try:
        data = (folder / _NAME).read_bytes()
    except FileNotFoundError:
        return None
    head, _, body = data.partition(b"\n")
    try:
        version, checksum = map(int, head.split())
    except ValueError:
        raise DamagedError("the list of segments has no header") from None
    if version != VERSION:
        return None
    if zlib.crc32(body) != checksum:
        raise DamagedError("the checksum of the list of segments is wrong")
    try:
        record: dict[str, Any] = json.loads(body)
        segments = tuple(
            Listed(
                one["file"],
                Written(one["size"], one["seal"]),
                one["papers"],
                np.frombuffer(base64.b64decode(one["dead"]), np.uint32),
            )
            for one in record["segments"]
        )
        return Manifest(record["archive"], record["row"], record["change"], segments)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise DamagedError("the list of segments cannot be read") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a manifest atomically.

    Raises:
        OSError: it cannot be written; the previous one stays current.
    """
    record = {
        "archive": manifest.archive,
        "row": manifest.row,
        "change": manifest.change,
        "segments": [
            {
                "file": one.file, "size": one.written.size, "seal": one.written.seal, "papers": one.papers,
                "dead": base64.b64encode(one.dead.astype(np.uint32).tobytes()).decode(),
            }
            for one in manifest.segments
        ],
    }  # fmt: skip
    body = json.dumps(record).encode()
    handle, name = tempfile.mkstemp(prefix=".segments-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(f"{VERSION} {zlib.crc32(body)}\n".encode() + body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, folder / _NAME)  # noqa: PTH105 - both are names in the folder
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder_handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(folder_handle)
    finally:
        os.close(folder_handle)
