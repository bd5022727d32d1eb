"""What was typed, as words to look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from papertui.core.paper import paper_id
from papertui.core.search.words import query_words
from papertui.errors import UsageError

#: More words than this change nothing but the time a search takes.
MOST_WORDS = 12
_LONGEST_WORD = 64
#: Far more than twelve words of any language; a book pasted by mistake is cut here.
_LONGEST_QUERY = 1000
_PASTED = re.compile(r"[/:]|\dv\d")


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed.

    Attributes:
        words: folded, each once, in the order typed.
        typing: whether the last word may still grow, because no space follows it.
    """

    words: tuple[str, ...]
    typing: bool


@lru_cache(maxsize=64)
def parse(text: str) -> Query:
    """The words of `text`. An arXiv id or a paper's address pasted as a whole is that one id."""
    start = text.lstrip()[:_LONGEST_QUERY]
    if _PASTED.search(start):
        try:
            return Query((paper_id(start).lower(),), typing=False)
        except UsageError:
            pass  # any other text with such signs in it
    found = [word[:_LONGEST_WORD] for word in query_words(start)]
    words = tuple(dict.fromkeys(found))[:MOST_WORDS]
    typing = bool(words) and words[-1] == found[-1] and not start[-1].isspace()
    return Query(words, typing)
