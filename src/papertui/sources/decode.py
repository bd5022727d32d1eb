"""From the bytes of an answer to JSON values."""

from __future__ import annotations

import json

from papertui.errors import SourceError

#: Counts of papers, votes and stars stay far below; longer numbers are nonsense, and slow to read.
_DIGITS = 18


def json_value(body: bytes, service: str) -> object:
    """The JSON value in `body`.

    Bytes that are no UTF-8 become U+FFFD and numbers of absurd length ``None``, so that one broken field does not
    take all others with it.

    Raises:
        SourceError: it is not JSON, or nested so deep that nobody could mean it.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        value: object = json.loads(text, parse_int=_whole, parse_constant=_nothing)
    except RecursionError:
        raise SourceError(
            f"{service} answered with data nested too deep to be read; if this stays so, look for a newer papertui."
        ) from None
    except ValueError as error:
        if text.lstrip().startswith("<"):
            raise SourceError(
                f"{service} answered with a web page instead of data: perhaps a login page of the network; open a "
                "browser to see."
            ) from error
        raise SourceError(
            f"{service} answered with something that is not the data asked for; try again later."
        ) from error
    return value


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS else None


def _nothing(_: str) -> None:
    """NaN and the infinities are no JSON, and nothing we could show."""
