import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.sources.body import Body, BodyError, DamagedBodyError

LIMIT = 1000


def whole(coding: str, *pieces: bytes, limit: int = LIMIT) -> bytes:
    body = Body(coding, limit)
    for piece in pieces:
        body.take(piece)
    return body.whole()


@given(st.binary(max_size=LIMIT), st.integers(1, 50))
def test_body_round_trip(content: bytes, size: int) -> None:
    packed = gzip.compress(content)
    assert whole("gzip", *(packed[i : i + size] for i in range(0, len(packed), size))) == content
    assert whole("", *(content[i : i + size] for i in range(0, len(content), size))) == content


@given(st.binary(min_size=1, max_size=200), st.data())
def test_truncated_gzip_body_is_an_error(content: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(content)
    kept = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(DamagedBodyError):
        whole("gzip", packed[:kept])


def test_missing_body_is_empty() -> None:
    assert whole("gzip") == b""
    assert whole("gzip", b"") == b""
    assert whole("identity") == b""


def test_size_limit_is_exact() -> None:
    full = bytes(LIMIT)
    assert whole("x-gzip", gzip.compress(full)) == full
    assert whole("", full) == full
    for coding, body in (("gzip", gzip.compress(full + b"x")), ("", full + b"x")):
        with pytest.raises(BodyError, match="more than"):
            whole(coding, body)


def test_gzip_bomb_is_not_decompressed_beyond_the_limit() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    body = Body("gzip", LIMIT)
    with pytest.raises(BodyError, match="more than"):
        body.take(bomb)
    assert sum(map(len, body._pieces)) <= LIMIT


def test_compressed_size_is_limited_too() -> None:
    stored = zlib.compressobj(0, wbits=31)
    with pytest.raises(BodyError, match="more than"):
        whole("gzip", stored.compress(bytes(LIMIT)) + stored.flush())


@pytest.mark.parametrize(
    "packed",
    [
        b"this is no gzip",
        gzip.compress(b"a", mtime=0) + b"rest",
        gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0),
        gzip.compress(b"a", mtime=0)[:-8] + bytes(8),
    ],
)
def test_damaged_gzip_is_an_error(packed: bytes) -> None:
    with pytest.raises(DamagedBodyError):
        whole("gzip", packed)
    with pytest.raises(DamagedBodyError):
        whole("gzip", *(bytes([byte]) for byte in packed))


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "\x1b[2J"])
def test_unexpected_encodings_are_refused(coding: str) -> None:
    with pytest.raises(BodyError, match="did not ask for"):
        Body(coding, LIMIT)
