"""From the bytes of an answer to JSON values."""

from __future__ import annotations

import json

from papertui.errors import SourceError

#: Counts of papers, votes and stars stay far below; longer numbers are nonsense, and slow to read.
_DIGITS = 18
#: Lists and objects, texts, and values in all that are affordable: the emptiest object takes sixty bytes, and a full
#: page of the daily papers has some thousand of them.
_MOST_CONTAINERS, _MOST_QUOTES, _MOST_VALUES = 300_000, 1_500_000, 1_500_000


def json_value(body: bytes, service: str) -> object:
    """The JSON value in `body`.

    Bytes that are no UTF-8 become U+FFFD and numbers of absurd length ``None``, so that one broken field does not
    take all others with it.

    Raises:
        SourceError: it is not JSON, nested so deep that nobody could mean it, or of so many parts that it would fill
            the memory.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if (
        text.count("{") + text.count("[") > _MOST_CONTAINERS
        or text.count('"') > _MOST_QUOTES
        or text.count(",") > _MOST_VALUES
    ) and not text.lstrip().startswith("<"):
        raise SourceError(
            f"{service} answered with far more data than anybody can mean, which was refused; try again later."
        )
    try:
        value: object = json.loads(text, parse_int=_whole, parse_float=_nothing, parse_constant=_nothing)
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
    """NaN and the infinities are no JSON, and nothing we could show; nothing that is shown has fractions."""
