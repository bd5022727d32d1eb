"""What a key or its value that is being typed may become."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from papertui.core.categories import CATEGORIES
from papertui.core.search.language import KEYS, key_named

#: A key is offered from so many letters on: fewer are the beginning of too many words.
_LETTERS = 3
_KEY = re.compile(r"-?([A-Za-z]+)")
_VALUE = re.compile(r"-?([A-Za-z]+):(?:[^\s\"]*,)?([^\s\",]*)")
_SINCE = ("7d", "30d", "yesterday", "today")


class Known(NamedTuple):
    """What values there are.

    Attributes:
        tags: the reader's own.
        sources: where papers come from.
    """

    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("huggingface", "arxiv", "file", "starter")


def completed(text: str, known: Known) -> str | None:
    """`text` with its last piece completed as far as it is clear; ``None`` when there is nothing to add."""
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    piece = text[start:]
    if value := _VALUE.fullmatch(piece):
        key = key_named(value[1])
        choices = () if key is None else _values(key.name, key.values, known)
        rest = _rest(value[2], choices)
    elif (name := _KEY.fullmatch(piece)) and len(name[1]) >= _LETTERS:
        rest = _rest(name[1], (f"{key.name}:" for key in KEYS))
    else:
        rest = None
    return None if not rest else text + rest


def _values(name: str, fixed: tuple[str, ...], known: Known) -> Iterable[str]:
    if name in ("since", "until"):
        return _SINCE
    return {"cat": CATEGORIES, "tag": known.tags, "source": known.sources}.get(name, fixed)


def _rest(begun: str, choices: Iterable[str]) -> str | None:
    """What the first choice that begins so goes on with."""
    if not begun:
        return None
    return next((choice[len(begun) :] for choice in choices if choice.lower().startswith(begun.lower())), None)
