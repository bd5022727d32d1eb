"""File names for papers: derived from the id, unique, and valid on every file system."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from papertui.core.paper import Paper

_ENDING = ".pdf"
#: File systems allow 255 bytes. This leaves room for the suffix of a download and keeps listings readable.
_LONGEST = 120
#: Ids of these forms stay distinct when slashes and colons become underscores.
_CLEAR = re.compile(
    r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/\d{7}|title/[0-9a-f]{16}|doi:10\.[\d.]{4,20}/[a-z0-9.-]{1,60}", re.ASCII
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]", re.ASCII)
#: Characters with a special meaning to Windows, shells or other file systems.
_SIGNS = re.compile(r'[/\\:*?"<>|]')
#: Suffixes that follow a family name.
_BEHIND = re.compile(r"(?:Jr|Sr|II|III|IV)\.?", re.IGNORECASE)
_SUBTITLE = re.compile(r":\s|\s[-–—]\s")


def stem_of(id_: str) -> str:
    """Return the file stem for an id: ``2604.26951``, ``hep-th_9711200``, ``doi_10.1145_3292500``.

    Two ids never share a stem: where replaced characters could collide, a checksum is added.
    """
    stem = _UNSAFE.sub("_", id_)
    if _CLEAR.fullmatch(id_):
        return stem
    return f"{stem[: _LONGEST // 2].strip('.-_')}-{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:10]}"


def pdf_name(id_: str) -> str:
    """Return the file name of a paper's PDF: ``2604.26951.pdf``."""
    return stem_of(id_) + _ENDING


def readable_pdf_name(paper: Paper) -> str:
    """Return a descriptive name of at most 120 bytes of UTF-8: ``2604.26951 Zhang - Turning the TIDE.pdf``."""
    stem = stem_of(paper.id)
    title = _words(_SUBTITLE.split(paper.title, maxsplit=1)[0])
    author = _words(_family_name(paper.authors[0])) if paper.authors else ""
    label = " - ".join(part for part in (author, title) if part)
    room = _LONGEST - len(stem) - len(_ENDING) - 1
    label = _cut(label, room)
    return f"{stem} {label}{_ENDING}" if label else stem + _ENDING


def _family_name(name: str) -> str:
    words = name.replace(",", " ").split()
    while len(words) > 1 and _BEHIND.fullmatch(words[-1]):
        words.pop()
    return words[-1] if words else ""


def _words(text: str) -> str:
    """Drop special and invisible characters from `text` and fold white space to single spaces."""
    text = unicodedata.normalize("NFC", _SIGNS.sub(" ", text))
    # Category C: controls, formats, surrogates, private use, unassigned. Line and paragraph separators are white space.
    visible = "".join(" " if char.isspace() else char for char in text if unicodedata.category(char)[0] != "C")
    return " ".join(visible.split()).strip(". ")


def _cut(text: str, most: int) -> str:
    """Cut `text` to at most `most` bytes, at a word boundary unless that drops more than half of it."""
    data = text.encode("utf-8")
    if len(data) <= most:
        return text
    short = data[: max(most, 0)].decode("utf-8", "ignore")
    words = short.rpartition(" ")[0]
    short = words if len(words) > len(short) // 2 else short
    return short.rstrip(" .-")
