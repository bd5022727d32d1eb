"""Completion of the search line: keys, their values with numbers, collections and past searches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.model.feed import CATEGORIES
from papertui.model.paper import Paper
from papertui.search.language import BEGUN_KEY, KEYS, FilterKey, key_named

#: The fewest letters for which a key is offered: fewer begin too many words.
_LETTERS = 3
_VALUE = re.compile(r"-?([A-Za-z]+):(?:[^\s\"]*,)?([^\s\",]*)")
_PERIODS = {"7d": "the last 7 days", "30d": "the last 30 days", "yesterday": "", "today": ""}
#: The keys that an empty line offers first.
_OFTEN = ("author:", "since:", "is:", "tag:", "cat:", "has:")
#: Values of keys that take numbers, as examples.
_NUMBERS = {
    "votes": (">20", ">100"),
    "stars": (">100", ">1000"),
    "comments": (">5", ">20"),
    "rating": ("4", "=5", "1..2"),
}


class CompletionValues(NamedTuple):
    """The values to complete."""

    #: The user's tags.
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("huggingface", "arxiv", "file", "starter")
    #: Last names, those with the most papers first.
    authors: tuple[str, ...] = ()
    #: How many papers have each value, by key and value.
    numbers: Mapping[str, Mapping[str, int]] = MappingProxyType({})
    #: Returns more last names of authors that start with some letters, with their numbers of papers.
    more_authors: Callable[[str], Mapping[str, int]] | None = None
    #: Saved searches, by name.
    collections: Mapping[str, str] = MappingProxyType({})
    #: Searches made before, the newest first.
    past: tuple[str, ...] = ()


class Completion(NamedTuple):
    """One line of the list of completions."""

    #: The search line with it.
    line: str
    label: str
    kind: Literal["key", "value", "past", "collection"]
    about: str = ""
    #: How many papers have the value, if that is known.
    number: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it replaces all of the line."""
        return self.kind in ("past", "collection")


def last_names(papers: Iterable[Paper]) -> Mapping[str, int]:
    """Return the last names of the authors of `papers` with their numbers of papers, the most frequent first."""
    return dict(Counter(name.split()[-1] for paper in papers for name in paper.authors if name.split()).most_common())


def completions(text: str, known: CompletionValues, most: int) -> list[Completion]:
    """Return at most `most` completions of `text`, the best first."""
    if not text.strip():
        past = [Completion(query, query, "past") for query in known.past[: max(1, most // 2)]]
        often = sorted(_keys("", ""), key=lambda one: _OFTEN.index(one.line) if one.line in _OFTEN else len(_OFTEN))
        return [*past, *often[: most - len(past)]]
    before, piece = _last_piece(text)
    if value := _VALUE.fullmatch(piece):
        made = _value_completions(text, value, known)
    elif (name := BEGUN_KEY.fullmatch(piece)) and len(name[1]) >= _LETTERS:
        made = _keys(before + piece[: name.start(1)], name[1])
    else:
        made = iter(())
    return list(islice((*islice(made, most), *_whole_lines(text, known)), most))


def complete(text: str, known: CompletionValues) -> str | None:
    """Return `text` with its last part completed; ``None`` if there is nothing to add."""
    piece = _last_piece(text)[1]
    if value := _VALUE.fullmatch(piece):
        key = key_named(value[1])
        rest = _rest(value[2], () if key is None else _choices(key, known))
    elif (name := BEGUN_KEY.fullmatch(piece)) and len(name[1]) >= _LETTERS:
        rest = _rest(name[1], (f"{key.name}:" for key in KEYS))
    else:
        rest = None
    return None if not rest else text + rest


def _last_piece(text: str) -> tuple[str, str]:
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    return text[:start], text[start:]


def _keys(before: str, begun: str) -> Iterator[Completion]:
    begun = begun.lower()
    for key in KEYS:
        if any(name.startswith(begun) for name in (key.name, *key.aliases)):
            yield Completion(f"{before}{key.name}:", f"{key.name}:", "key", key.about)


def _value_completions(text: str, value: re.Match[str], known: CompletionValues) -> Iterator[Completion]:
    key, begun = key_named(value[1]), value[2]
    if key is None:
        return
    before = text[: len(text) - len(begun)]
    numbers = known.numbers.get(key.name, {})
    choices = [one for one in _choices(key, known) if one.lower().startswith(begun.lower()) and " " not in one]
    if key.name == "author" and known.more_authors is not None and begun:
        present = {one.lower() for one in choices}
        # The index holds names in small letters.
        names = known.more_authors(begun).items()
        more = {name.capitalize(): number for name, number in names if name not in present}
        numbers = {**more, **numbers}
        choices += more
    if numbers:
        choices.sort(key=lambda one: -numbers.get(one, 0))
    for choice in choices:
        if choice != begun:
            about = _PERIODS.get(choice, "") if key.name in ("since", "until") else ""
            yield Completion(before + choice, choice, "value", about, numbers.get(choice))


def _whole_lines(text: str, known: CompletionValues) -> Iterator[Completion]:
    """Yield past searches that begin with `text`, and collections whose name does."""
    begun = text.casefold()
    if len(begun.strip()) < _LETTERS:
        return
    for name, query in known.collections.items():
        if name.casefold().startswith(begun) and query != text:
            yield Completion(query, name, "collection", query)
    for query in known.past:
        if query.casefold().startswith(begun) and query != text:
            yield Completion(query, query, "past")


def _choices(key: FilterKey, known: CompletionValues) -> Iterable[str]:
    if key.name in ("since", "until"):
        return _PERIODS
    choices: dict[str, Iterable[str]] = {
        "cat": CATEGORIES,
        "tag": known.tags,
        "source": known.sources,
        "author": known.authors,
        **_NUMBERS,
    }
    return choices.get(key.name, key.values)


def _rest(begun: str, choices: Iterable[str]) -> str | None:
    """Return the suffix of the first matching completion."""
    if not begun:
        return None
    return next((choice[len(begun) :] for choice in choices if choice.lower().startswith(begun.lower())), None)
