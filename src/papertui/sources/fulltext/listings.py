"""Lines of listings as they were written, where a page only dresses them."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Final

from papertui.sources.fulltext.spans import plain

_DATA: Final = re.compile(r"data:text/plain[^,]{0,40};base64,")
_DRESSED: Final = {
    ord("␣"): " ",
    ord("”"): '"',
    ord("“"): '"',
    ord("’"): "'",
    ord("‘"): "`",
    ord("−"): "-",
    ord("˜"): "~",
    ord("ˆ"): "^",
    ord("∗"): "*",
}
_LONGEST_DATA: Final = 2_000_000


def source_lines(href: str) -> list[str]:
    """Return the lines of a listing from the address that downloads it."""
    data = _DATA.match(href)
    if data is None or len(href) > _LONGEST_DATA:
        return []
    try:
        return b64decode(href[data.end() :], validate=True).decode("utf-8").strip("\n").split("\n")
    except ValueError:
        return []


def as_in_source(lines: list[str], source: list[str]) -> list[str]:
    """Return the lines of a listing as they were written, where the page only dresses them: “␣” for a blank."""
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
    if len(lines) != len(source):
        return lines
    undressed_lines = [line.translate(_DRESSED) for line in lines]
    return [
        bare if plain(bare).rstrip() == written.rstrip() else line
        for line, bare, written in zip(lines, undressed_lines, source, strict=True)
    ]
