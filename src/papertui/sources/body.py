"""The body of an answer, unpacked with a limit, whole or not at all.

httpx unpacks without one: 33 kB on the wire can become 1 GiB in a single piece. So the bytes are taken as they come
over the wire and unpacked here, never further than the limit.
"""

from __future__ import annotations

import zlib

#: What we ask for and understand. https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding
_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """The body cannot be used; `str` of it goes on after the name of the service."""


class DamagedBodyError(BodyError):
    """The body was cut or changed on its way: asking again may help."""


class Body:
    """Takes a body piece by piece and holds it unpacked, at most `limit` bytes of it."""

    def __init__(self, coding: str, limit: int) -> None:
        """Makes an empty body.

        Args:
            coding: the header ``Content-Encoding``, empty when there is none.
            limit: how many bytes it may have, packed and unpacked.

        Raises:
            BodyError: it is packed in a way we did not ask for.
        """
        coding = coding.strip().lower()
        if coding not in _GZIP | _PLAIN:
            raise BodyError("packed its answer in a way papertui did not ask for")
        self._unpack = zlib.decompressobj(wbits=_GZIP_FORMAT) if coding in _GZIP else None
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._taken = 0

    def take(self, piece: bytes) -> None:
        """Adds the next piece.

        Raises:
            BodyError: the body is larger than its limit.
            DamagedBodyError: what came is not gzip although it should be.
        """
        self._taken += len(piece)
        if self._unpack is not None and piece:
            if self._unpack.eof:
                raise DamagedBodyError("sent more than the end of its answer")
            try:
                # One byte more than allowed tells "just full" from "too much"; 0 would mean "no limit".
                piece = self._unpack.decompress(piece, self._limit - self._size + 1)
            except zlib.error as error:
                raise DamagedBodyError("sent an answer that was damaged on its way") from error
            if self._unpack.unused_data:
                raise DamagedBodyError("sent more than the end of its answer")
        self._size += len(piece)
        if max(self._size, self._taken) > self._limit:
            raise BodyError(f"sent an answer of more than {self._limit / 2**20:.3g} MB")
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """All of it, once the last piece is taken.

        Raises:
            DamagedBodyError: the end is missing.
        """
        if self._unpack is not None and self._taken and not self._unpack.eof:
            raise DamagedBodyError("broke off in the middle of its answer")
        return b"".join(self._pieces)
