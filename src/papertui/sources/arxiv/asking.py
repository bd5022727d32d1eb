"""Translate the query of the search line into arXiv's query language.

https://info.arxiv.org/help/api/user-manual.html#51-details-of-query-construction
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from papertui.core.categories import CATEGORIES
from papertui.core.search.filters import Filter
from papertui.core.search.query import Query

#: The fields of papertui's queries and their names at arXiv, which has no others of use here.
_FIELDS: Final = {"": "all", "title": "ti", "authors": "au", "abstract": "abs", "keywords": "all"}
_KNOWN: Final = {name.lower(): name for name in CATEGORIES}
_ARCHIVES: Final = frozenset(name.split(".", 1)[0] for name in CATEGORIES if "." in name)
_CATEGORY: Final = re.compile(r"[A-Za-z-]{1,12}(?:\.[A-Za-z-]{1,12})?", re.ASCII)
#: The first day of arXiv, and a day after all papers.
_FIRST, _LAST = date(1991, 1, 1), date(2999, 12, 31)


def query_of_reader(asked: Query) -> str:
    """Return the query in arXiv's language; empty if nothing in it can be asked of arXiv.

    Excluded words (``-survey``) and what only the user's own papers have (votes, tags, notes) are left out: the results
    are filtered here afterwards by the whole query.
    """
    return " AND ".join((*_words(asked), *_categories(asked.filters), *_window(asked.filters)))


def _words(asked: Query) -> Iterator[str]:
    """Yield the phrases, and the words outside of them, each with the field it is limited to."""
    in_phrases: set[tuple[str, str]] = set()
    for phrase in asked.phrases:
        if (field := _FIELDS.get(phrase.field)) is not None:
            in_phrases.update((word, phrase.field) for word in phrase.words)
            yield f'{field}:"{" ".join(phrase.words)}"'
    for word, bound in zip(asked.words, asked.fields, strict=True):
        field = _FIELDS.get(bound)
        if field is not None and (word, bound) not in in_phrases:
            yield f"{field}:{word}"


def _categories(filters: tuple[Filter, ...]) -> Iterator[str]:
    """Yield one clause per filter, categories as arXiv spells them; an archive (``cs``) includes all its categories."""
    for one in filters:
        if one.key == "cat" and not one.negated:
            names = [_KNOWN.get(name.lower(), name) for name in one.names if _CATEGORY.fullmatch(name)]
            clauses = [f"cat:{name}{'*' if name in _ARCHIVES else ''}" for name in names]
            if clauses:
                yield clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})"


def _window(filters: tuple[Filter, ...]) -> Iterator[str]:
    """Yield the days between the latest ``since`` and the earliest ``until``, in GMT as at arXiv."""
    since = max((one.day for one in filters if one.key == "since" and not one.negated), default=_FIRST)
    until = min((one.day for one in filters if one.key == "until" and not one.negated), default=_LAST)
    if since > _FIRST or until < _LAST:
        yield f"submittedDate:[{max(since, _FIRST):%Y%m%d}0000 TO {until:%Y%m%d}2359]"
