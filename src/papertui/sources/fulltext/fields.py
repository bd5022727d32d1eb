"""Fields of word processors that a converter to TeX left in the text: citations with their records as JSON."""

from __future__ import annotations

import re
from typing import Final

_FIELD: Final = re.compile(
    r"(?:ADDIN\s+)?(?:Mendeley\s+Citation\s*\{[^{}]{0,80}\}\s*)?(?:(?:ZOTERO|EN|REFMGR)[\\_. ]{1,3}\w+\s+)?"
    r"(?:CSL[\\_ ]{1,3}CITATION\s*)?(?P<object>\{)\s*[\"”“]\s*"
    r"(?=citation(?:ID|Items)\b|schema\b|mendeley\b|properties\b|@context\b)"
)
_FORMATTED: Final = re.compile(
    r"[\"”“](?:plain|plainText|)[Ff]ormattedCitation[\"”“]\s*:\s*[\"”“]([^\"”“]{1,200})[\"”“]"
)
_PLAIN_CITATION: Final = re.compile(r"[\"”“]plainCitation[\"”“]\s*:\s*[\"”“]([^\"”“]{1,200})[\"”“]")
_END: Final = re.compile(r"csl-citation\.json\s*[\"”“]?\s*\}")
_BRACE: Final = re.compile(r"[{}]")
#: What a citation looks like behind its field.
_CITATION: Final = re.compile(r"\W{0,3}[\[(]|\W{0,3}\d|\W{0,3}[⁰¹²³⁴-⁹]")
_LONGEST: Final = 200_000


def without_fields(text: str) -> str:
    """Return `text` without the records of citations; a citation that is shown nowhere else stays."""
    if "itation" not in text:
        return text
    pieces: list[str] = []
    at = 0
    while found := _FIELD.search(text, at):
        end = _end(text, found.start("object"))
        if end < 0:
            break
        pieces.append(text[at : found.start()])
        inner = text[found.start() : end]
        shown = _FORMATTED.search(inner) or _PLAIN_CITATION.search(inner)
        if shown and not _CITATION.match(text, end):
            pieces.append(shown[1])
        at = end
    return "".join([*pieces, text[at:]])


def _end(text: str, start: int) -> int:
    """Return the position behind the object that begins at `start`; -1 if it does not end."""
    depth = 0
    for brace in _BRACE.finditer(text, start, start + _LONGEST):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    found = _END.search(text, start)
    return found.end() if found else -1
