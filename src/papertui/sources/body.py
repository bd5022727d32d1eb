"""Response bodies, unpacked and decoded within limits."""

from __future__ import annotations

import json
import zlib

from papertui.errors import SourceError

#: The encodings we ask for. https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding
_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """The body cannot be used; its message follows the name of the service in a sentence."""


class DamagedBodyError(BodyError):
    """The body was truncated or damaged in transit: a retry may help."""


class Body:
    """Collects a body chunk by chunk and decompresses it, up to `limit` bytes.

    httpx decompresses without a limit: 33 kB on the wire can become 1 GiB in one chunk. So this takes the raw bytes.
    """

    def __init__(self, coding: str, limit: int) -> None:
        """Create an empty body.

        Args:
            coding: the ``Content-Encoding`` header, empty if there is none.
            limit: the maximum size in bytes, compressed and decompressed.

        Raises:
            BodyError: it is compressed in a way we did not ask for.
        """
        coding = coding.strip().lower()
        if coding not in _GZIP | _PLAIN:
            raise BodyError("compressed its response in a way papertui did not ask for")
        self._unpack = zlib.decompressobj(wbits=_GZIP_FORMAT) if coding in _GZIP else None
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._taken = 0

    def take(self, piece: bytes) -> None:
        """Add the next chunk.

        Raises:
            BodyError: the body exceeds its limit.
            DamagedBodyError: the chunk should be gzip and is not.
        """
        self._taken += len(piece)
        if self._unpack is not None and piece:
            if self._unpack.eof:
                raise DamagedBodyError("sent data after the end of its response")
            try:
                # One byte more than allowed distinguishes "just full" from "too large"; 0 would mean "no limit".
                piece = self._unpack.decompress(piece, self._limit - self._size + 1)
            except zlib.error as error:
                raise DamagedBodyError("sent a damaged response") from error
            if self._unpack.unused_data:
                raise DamagedBodyError("sent data after the end of its response")
        self._size += len(piece)
        if max(self._size, self._taken) > self._limit:
            raise BodyError(f"sent a response of more than {self._limit / 2**20:.3g} MB")
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """Return the complete body, after the last chunk.

        Raises:
            DamagedBodyError: the end is missing.
        """
        if self._unpack is not None and self._taken and not self._unpack.eof:
            raise DamagedBodyError("ended its response too early")
        return b"".join(self._pieces)


#: Counts of papers, votes and stars are much smaller; longer numbers are nonsense, and slow to parse.
_DIGITS = 18
#: Limits on containers, strings and values: the smallest object takes sixty bytes of memory, and a full page of the
#: daily papers has some thousand objects.
_MOST_CONTAINERS, _MOST_QUOTES, _MOST_VALUES = 300_000, 1_500_000, 1_500_000


def json_value(body: bytes, service: str) -> object:
    """Return the JSON value in `body`.

    Invalid UTF-8 becomes U+FFFD and numbers of absurd length become ``None``, so that one broken field does not
    invalidate the others.

    Raises:
        SourceError: it is not JSON, nested too deep, or has more values than fit into memory.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if (
        text.count("{") + text.count("[") > _MOST_CONTAINERS
        or text.count('"') > _MOST_QUOTES
        or text.count(",") > _MOST_VALUES
    ) and not text.lstrip().startswith("<"):
        raise SourceError(f"{service} responded with far more data than expected, which was refused; try again later.")
    try:
        value: object = json.loads(text, parse_int=_whole, parse_float=_nothing, parse_constant=_nothing)
    except RecursionError:
        raise SourceError(
            f"{service} responded with data nested too deep to read; if this persists, update papertui."
        ) from None
    except ValueError as error:
        if text.lstrip().startswith("<"):
            raise SourceError(
                f"{service} responded with a web page instead of data: perhaps the login page of a network; open a "
                "browser to check."
            ) from error
        raise SourceError(
            f"{service} responded with something other than the requested data; try again later."
        ) from error
    return value


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def _nothing(_: str) -> None:
    """Drop NaN and the infinities, which are not valid JSON, and fractions, which no shown value has."""
