"""Text written for Markdown: whatever acts there, HTML included, is escaped."""

from __future__ import annotations

import re

#: What begins or ends something anywhere in CommonMark, GitHub's tables and Obsidian's comments and tags.
_ACTING = re.compile(r"([\\`*_\[\]<>|~$#%^=!{}&@])")
#: What begins something at the start of a line only.
_AT_START = re.compile(r"^(\s*)([-+]|\d{1,9}[.)](?=\s|$))")
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22"})


def marked(text: str) -> str:
    """`text`, on one line, as Markdown that shows just that."""
    line = _ACTING.sub(_escaped, " ".join(text.split()))
    if found := _AT_START.match(line):
        sign = found[2]
        return f"{found[1]}{sign[:-1]}\\{sign[-1]}{line[found.end() :]}"
    return line


def _escaped(sign: re.Match[str]) -> str:
    # CommonMark knows backslashes before all of these; a comment within HTML does not, so these two become entities.
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[1], f"\\{sign[1]}")


def link(words: str, url: str) -> str:
    """A link that shows `words`; the words alone where `url` is no address of the web."""
    if not url.startswith(("https://", "http://")):
        return marked(words)
    return f"[{marked(words)}]({url.translate(_ADDRESS)})"
