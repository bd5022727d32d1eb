"""Parse JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from papertui.errors import SourceError
from papertui.sources.feeds.dates import parse_date
from papertui.sources.feeds.entry import FeedContent, RawEntry, RawText
from papertui.sources.feeds.sanitize import MOST_ENTRIES, no_feed, too_much

#: Limits on values and strings: each costs about a hundred bytes.
_SPACE = re.compile(r"[ \t\r\n]*+")
_MOST_VALUES = 300_000
_MOST_QUOTES = 800_000


def read_json(text: str) -> FeedContent:
    """Parse the feed in `text`.

    Raises:
        SourceError: it is not a JSON Feed, or too expensive to parse.
    """
    quotes = text.count('"') - text.count('\\"')
    if text.count("{") + text.count("[") > _MOST_VALUES or quotes > _MOST_QUOTES:
        raise too_much()
    is_malformed = False
    try:
        try:
            feed = _DECODER.decode(text)
        except ValueError:
            feed, is_malformed = _part_of(text), True
    except RecursionError:
        raise too_much() from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise no_feed()
    items = feed["items"][:MOST_ENTRIES]
    return FeedContent(
        RawText(_text(feed, "title"), is_html=False),
        _text(feed, "home_page_url"),
        None,
        tuple(_raw_entry(item, feed) if isinstance(item, dict) else RawEntry() for item in items),
        is_malformed=is_malformed,
    )


def _part_of(text: str) -> dict[str, Any]:
    """Return what can be read of a damaged feed: its own members, and its items until the damage.

    Raises:
        SourceError: there is no complete item.
    """
    feed: dict[str, Any] = {}
    items: list[Any] = []
    place = _after(text, 0, "{")
    try:
        while True:
            key, place = _DECODER.raw_decode(text, place)
            place = _after(text, place, ":")
            if key == "items" and text[place : place + 1] == "[":
                place = _take_items(text, place, items)
            else:
                feed[str(key)], place = _DECODER.raw_decode(text, place)
            place = _after(text, place, ",")
    except ValueError:
        if not items:
            raise SourceError(
                "The feed is damaged JSON and cannot be read; try again later, and report it to the publisher if the "
                "error persists."
            ) from None
    return {**feed, "items": items}


def _take_items(text: str, place: int, items: list[Any]) -> int:
    """Add the items of the list at `place`, and return its end.

    Raises:
        ValueError: an item is damaged, or the list has no end.
    """
    place = _after(text, place, "[")
    while text[place : place + 1] != "]":
        item, place = _DECODER.raw_decode(text, place)
        items.append(item)
        place = _after(text, place, ",")
    return place + 1


def _after(text: str, place: int, sign: str) -> int:
    """Return the place behind `sign`, if it is there, and white space."""
    place = _behind_space(text, place)
    return _behind_space(text, place + 1) if text[place : place + 1] == sign else place


def _behind_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return place if space is None else space.end()


def _raw_entry(item: dict[str, Any], feed: dict[str, Any]) -> RawEntry:
    """Return the facts in `item`; the authors of the feed stand in for missing ones."""
    link = _text(item, "url") or _text(item, "external_url")
    guid = _text(item, "id")
    files = [file for file in _list(item, "attachments") if isinstance(file, dict)]
    tags = [tag for tag in _list(item, "tags") if isinstance(tag, str)]
    return RawEntry(
        title=RawText(_text(item, "title"), is_html=False),
        texts=(
            RawText(_text(item, "content_html")),
            RawText(_text(item, "content_text"), is_html=False),
            RawText(_text(item, "summary"), is_html=False),
        ),
        authors=tuple(_authors(item)) or tuple(_authors(feed)),
        published=parse_date(_text(item, "date_published")) or parse_date(_text(item, "date_modified")),
        is_dated=bool(_text(item, "date_published") or _text(item, "date_modified")),
        labels=tuple(tags),
        guid=guid,
        # "If the id is a URL, …": often it is the only address.
        link=link or (guid if guid.startswith(("https://", "http://")) else ""),
        links=(_text(item, "external_url"),),
        pdfs=tuple(_text(file, "url") for file in files if _text(file, "mime_type") == "application/pdf"),
        dois=(_text(item, "_doi"), _text(item, "doi")),
        image=_text(item, "image") or _text(item, "banner_image"),
    )


def _authors(place: dict[str, Any]) -> Iterator[str]:
    """Yield the authors: version 1.1 has a list, version 1.0 a single author."""
    for author in (*_list(place, "authors"), place.get("author")):
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _text(place: dict[str, Any], key: str) -> str:
    value = place.get(key)
    return value if isinstance(value, str) else ""


def _list(place: dict[str, Any], key: str) -> list[Any]:
    value = place.get(key)
    return value if isinstance(value, list) else []


def _number(_: str) -> None:
    """Drop all numbers: none is used, and some are slow to parse."""


#: Control characters in strings are invalid, but harmless.
_DECODER = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_number, strict=False)
