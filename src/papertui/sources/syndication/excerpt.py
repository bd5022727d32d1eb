"""Truncate a feed that is too long."""

from __future__ import annotations

import re

from papertui.errors import SourceError

#: The most entries read; feeds of whole archives are longer, and old at their end.
MOST_ENTRIES = 2_000
#: The most tags read: each costs the parser about half a kilobyte and some microseconds.
MOST_TAGS = 100_000
_ENTRY_ENDS = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,40}>")
_ATTRIBUTES = re.compile(r"<[A-Za-z_][^<>]{4000}[^<>]*")
_MOST_ATTRIBUTES = 200
#: The most attributes in all, including those of HTML in texts.
_MOST_VALUES = 400_000
#: An address may contain an embedded picture; none is larger.
_LONGEST_TAG = 1_000_000


def excerpt(text: str) -> str:
    """Return the XML `text` without the entries beyond the limits; what follows the last one stays, to close the feed.

    Raises:
        SourceError: it has more markup than any feed.
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
    """Return the error for input that is too expensive to parse."""
    return SourceError(
        "The feed has more markup than any real feed and was not read; report it to the publisher, or use another feed."
    )
