from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import SourceError
from papertui.sources.body import json_value


def test_json_is_parsed() -> None:
    assert json_value(b'\xef\xbb\xbf [1, "\xc3\xa9", null]', "S") == [1, "é", None]


def test_broken_field_does_not_affect_the_others() -> None:
    broken = b'[{"a": "\xff", "b": ' + b"9" * 6000 + b', "c": NaN, "d": -Infinity, "e": 2}]'
    assert json_value(broken, "S") == [{"a": "�", "b": None, "c": None, "d": None, "e": 2}]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html>log in</html>", "web page"),
        (b"\n  <html><body>Welcome to the hotel", "web page"),
        (b"\xef\xbb\xbf<HTML>", "web page"),
        (b"Rate exceeded.", "other than the requested data"),
        (b"", "other than the requested data"),
        (b'[{"a": 1}, {"b"', "other than the requested data"),
        (b"\x1f\x8b\x08\x00", "other than the requested data"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 200_000, "nested"),
        # A few bytes on the wire, half a gigabyte in memory.
        (b"[" + b"[]," * 2_000_000 + b"[]]", "far more data"),
        (b"[" + b"{}," * 2_000_000 + b"{}]", "far more data"),
        (b"[" + b"1.5," * 2_000_000 + b"1]", "far more data"),
        (b"[" + b'"ab",' * 2_000_000 + b"1]", "far more data"),
    ],
)
def test_invalid_json_is_reported(body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        json_value(body, "The service")
    assert str(caught.value).startswith("The service ")
    assert str(caught.value).endswith(".")


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(SourceError):
        json_value(body, "S")
