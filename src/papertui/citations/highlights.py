"""Highlighted passages in Markdown: quotes with their section, each with its comment below; and back from there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from papertui.citations.markdown_text import escape_markdown, hidden, unescape_markdown
from papertui.model.passages import Passage, in_order
from papertui.model.record import passage_from_record, passage_record

#: What a reader sees; everything else of a passage is in a comment.
_SHOWN: Final = frozenset({"quote", "comment", "section"})
_OURS, _OTHERS = "<!-- papertui:", "<!-- papertui :"
#: The end of a quote, with what is needed to find the passage again.
_LAST: Final = re.compile(r">(?: — (?P<section>.*?))? <!-- papertui: (?P<facts>\{.*\}) -->")


def without_marks(text: str) -> str:
    """Return a note or comment without the signs by which an import knows what papertui wrote."""
    return text.replace(_OURS, _OTHERS)


def with_marks(text: str) -> str:
    """Return the text that `without_marks` wrote as `text`."""
    return text.replace(_OTHERS, _OURS)


def highlights_markdown(passages: Sequence[Passage]) -> str:
    """Return passages as quotes, with empty lines between them."""
    return "\n\n".join(map(_quoted, passages))


def _quoted(passage: Passage) -> str:
    facts = {name: value for name, value in passage_record(passage).items() if name not in _SHOWN}
    lines = "\n>\n".join(f"> {escape_markdown(line)}" for line in passage.quote.split("\n"))
    section = f" — {escape_markdown(passage.section)}" if passage.section else ""
    comment = f"\n\n{without_marks(passage.comment)}" if passage.comment else ""
    return f"{lines}\n>\n>{section} {hidden(facts)}{comment}"


def note_and_highlights(text: str, heading: str) -> tuple[str, tuple[Passage, ...]]:
    """Split what is below a paper into the note and the passages, which are below a line `heading`."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if line.rstrip() == heading and (found := _passages(lines[place + 1 :])):
            return "\n".join(lines[:place]), found
    return text, ()


def _passages(lines: Sequence[str]) -> tuple[Passage, ...]:
    """Return the passages in some lines; nothing if they do not begin with one."""
    ends = [place for place, line in enumerate(lines) if _LAST.fullmatch(line.rstrip())]
    starts = [_start(lines, end) for end in ends]
    if not ends or any(line.strip() for line in lines[: starts[0]]):
        return ()
    found = []
    for start, end, stop in zip(starts, ends, (*starts[1:], len(lines)), strict=True):
        quote = [unescape_markdown(line[1:].strip()) for line in lines[start:end]]
        comment = with_marks("\n".join(line.rstrip() for line in lines[end + 1 : stop]).strip("\n"))
        match = _LAST.fullmatch(lines[end].rstrip())
        if match is not None:
            section = unescape_markdown(match["section"] or "")
            facts = {**_facts(match["facts"]), "quote": "\n".join(filter(None, quote)), "section": section}
            found.append(passage_from_record(facts | {"comment": comment}))
    return in_order(passage for passage in found if passage is not None)


def _start(lines: Sequence[str], end: int) -> int:
    while end and lines[end - 1].startswith(">"):
        end -= 1
    return end


def _facts(written: str) -> Mapping[str, Any]:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
