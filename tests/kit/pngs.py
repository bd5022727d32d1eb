"""PNG files made without a library."""

import os
import struct
import zlib


def a_png(width: int, height: int, *, noise: int = 0, grey: int = 200) -> bytes:
    """Return a grey picture; with `noise`, with so many bytes more in a chunk that viewers ignore."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height)
    extra = chunk(b"teXt", os.urandom(noise)) if noise else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def a_bomb() -> bytes:
    """Return a small file that says to have more pixels than fit into the memory."""
    data = a_png(1, 1)
    return data[:16] + struct.pack(">II", 60_000, 60_000) + data[24:]
