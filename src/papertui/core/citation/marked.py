"""Escaping text for Markdown, including HTML."""

from __future__ import annotations

import re

#: Characters with a meaning anywhere in CommonMark, in GitHub's tables or in Obsidian's comments and tags.
_ACTING = re.compile(r"([\\`*_\[\]<>|~$#%^=!{}&@])")
#: Characters with a meaning only at the start of a line.
_AT_START = re.compile(r"^(\s*)([-+]|\d{1,9}[.)](?=\s|$))")
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22"})


def marked(text: str) -> str:
    """Escape `text`, on one line, so that Markdown shows it literally."""
    line = _ACTING.sub(_escaped, " ".join(text.split()))
    if found := _AT_START.match(line):
        sign = found[2]
        return f"{found[1]}{sign[:-1]}\\{sign[-1]}{line[found.end() :]}"
    return line


def _escaped(sign: re.Match[str]) -> str:
    # CommonMark allows a backslash before all of these, but an HTML comment does not, so these become entities.
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[1], f"\\{sign[1]}")


def link(words: str, url: str) -> str:
    """Return a link that shows `words`; only the words if `url` is not a web address."""
    if not url.startswith(("https://", "http://")):
        return marked(words)
    return f"[{marked(words)}]({url.translate(_ADDRESS)})"
