"""Pieces of Markdown: text that is shown as it is, links, and facts in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

#: Characters with a meaning anywhere in CommonMark, in GitHub's tables or in Obsidian's comments and tags.
_ACTING = re.compile(r"([\\`*_\[\]<>|~$#%^=!{}&@])")
#: Characters with a meaning only at the start of a line.
_AT_START = re.compile(r"^(\s*)([-+]|\d{1,9}[.)](?=\s|$))")
_ESCAPED = re.compile(r"\\([\\`*_\[\]|~$#%^=!{}@\-+.)])|&(?:lt|gt|amp);")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
#: In JSON, for characters that could end a comment.
_HYPHEN, _GREATER = "\\u002d", "\\u003e"
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22"})


def escape_markdown(text: str) -> str:
    """Escape `text`, on one line, so that Markdown shows it literally."""
    line = _ACTING.sub(_escaped, " ".join(text.split()))
    if found := _AT_START.match(line):
        sign = found[2]
        return f"{found[1]}{sign[:-1]}\\{sign[-1]}{line[found.end() :]}"
    return line


def _escaped(sign: re.Match[str]) -> str:
    # CommonMark allows a backslash before all of these, but an HTML comment does not, so these become entities.
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[1], f"\\{sign[1]}")


def unescape_markdown(text: str) -> str:
    """Return the text that `escape_markdown` wrote as `text`."""
    return _ESCAPED.sub(lambda found: found[1] or _ENTITIES[found[0]], text)


def link(words: str, url: str) -> str:
    """Return a link that shows `words`; only the words if `url` is not a web address."""
    if not url.startswith(("https://", "http://")):
        return escape_markdown(words)
    return f"[{escape_markdown(words)}]({url.translate(_ADDRESS)})"


def hidden(facts: Mapping[str, Any]) -> str:
    """Return facts in a comment, which no reader shows and from which an import restores them."""
    written = json.dumps(facts, ensure_ascii=False)
    return f"<!-- papertui: {written.replace('-', _HYPHEN).replace('>', _GREATER)} -->"
