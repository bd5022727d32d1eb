"""The first entries of a feed that is longer than anybody reads."""

from __future__ import annotations

import re

from papertui.errors import SourceError

#: So many entries are read; feeds of whole archives are longer, and old at their end.
MOST_ENTRIES = 2_000
#: So many tags are read: each costs the parser about half a kilobyte and some microseconds.
MOST_TAGS = 100_000
_ENTRY_ENDS = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,40}>")
_ATTRIBUTES = re.compile(r"<[A-Za-z_][^<>]{4000}[^<>]*")
_MOST_ATTRIBUTES = 200
#: Attributes in all, those of HTML inside of texts among them.
_MOST_VALUES = 400_000
#: Pictures may be inside of an address; they are no larger.
_LONGEST_TAG = 1_000_000


def excerpt(text: str) -> str:
    """The XML `text` without the entries beyond what is read; what follows the last one stays, as it closes the feed.

    Raises:
        SourceError: there is more markup in it than any feed has.
    """
    for tag in _ATTRIBUTES.finditer(text):
        if len(tag[0]) > _LONGEST_TAG or tag[0].count('="') + tag[0].count("='") > _MOST_ATTRIBUTES:
            raise too_much()
    last = kept = 0
    tags = 0
    for number, end in enumerate(_ENTRY_ENDS.finditer(text), 1):
        if number <= MOST_ENTRIES and tags <= MOST_TAGS:
            tags += text.count("<", last if number == 1 else kept, end.end())
            if tags <= MOST_TAGS:
                kept = end.end()
        last = end.end()
    if last > kept > 0:
        text = text[:kept] + text[last:]
    if text.count("<") > MOST_TAGS or text.count('="') + text.count("='") > _MOST_VALUES:
        raise too_much()
    return text


def too_much() -> SourceError:
    """The error for what is made to be hard to read."""
    return SourceError(
        "The feed holds more markup than a feed can mean and is not read; tell whoever publishes it, or look for "
        "another feed."
    )
