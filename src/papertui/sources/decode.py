"""Decode the JSON in a response."""

from __future__ import annotations

import json

from papertui.errors import SourceError

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
        SourceError: it is not JSON, nested too deep, or has so many values that it would fill the memory.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if (
        text.count("{") + text.count("[") > _MOST_CONTAINERS
        or text.count('"') > _MOST_QUOTES
        or text.count(",") > _MOST_VALUES
    ) and not text.lstrip().startswith("<"):
        raise SourceError(f"{service} answered with far more data than expected, which was refused; try again later.")
    try:
        value: object = json.loads(text, parse_int=_whole, parse_float=_nothing, parse_constant=_nothing)
    except RecursionError:
        raise SourceError(
            f"{service} answered with data nested too deep to read; if this persists, update papertui."
        ) from None
    except ValueError as error:
        if text.lstrip().startswith("<"):
            raise SourceError(
                f"{service} answered with a web page instead of data: perhaps the login page of a network; open a "
                "browser to check."
            ) from error
        raise SourceError(
            f"{service} answered with something other than the requested data; try again later."
        ) from error
    return value


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def _nothing(_: str) -> None:
    """Drop NaN and the infinities, which are not valid JSON, and fractions, which no shown value has."""
