"""The list of the segments that count. Whoever replaces it publishes another state of the index, in one step."""

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

#: Grows when the meaning of the list or of the segments changes; an index of another version is made anew.
VERSION = 4
_NAME = "segments.json"


class Listed(NamedTuple):
    """A segment that counts.

    Attributes:
        file: its name in the folder of the index.
        written: what the file must be.
        papers: how many it holds.
        dead: those of them that are no longer there, or are in a later segment anew.
    """

    file: str
    written: Written
    papers: int
    dead: NDArray[np.uint32]


class Manifest(NamedTuple):
    """A state of the index.

    Attributes:
        archive: which archive was indexed, see `papertui.store.archive`.
        row: the greatest row of it that is in the index.
        change: the last of its changes that is in the index.
        segments: the oldest first.
    """

    archive: str = ""
    row: int = 0
    change: int = 0
    segments: tuple[Listed, ...] = ()


def read_manifest(folder: Path) -> Manifest | None:
    """The state of the index in `folder`; ``None`` when there is no index yet, or one of another version.

    Raises:
        DamagedError: the list is damaged.
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
        raise DamagedError("the list of segments has no head") from None
    if version != VERSION:
        return None
    if zlib.crc32(body) != checksum:
        raise DamagedError("the list of segments does not have its checksum")
    try:
        told: dict[str, Any] = json.loads(body)
        segments = tuple(
            Listed(
                one["file"],
                Written(one["size"], one["seal"]),
                one["papers"],
                np.frombuffer(base64.b64decode(one["dead"]), np.uint32),
            )
            for one in told["segments"]
        )
        return Manifest(told["archive"], told["row"], told["change"], segments)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise DamagedError("the list of segments cannot be read") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publishes a state of the index: wholly, or not at all.

    Raises:
        OSError: it cannot be written; the state before still counts.
    """
    told = {
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
    body = json.dumps(told).encode()
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
