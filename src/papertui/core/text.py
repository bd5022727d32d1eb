"""Safe text: a stand-in with the names and promises of the real thing."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit


def plain(text: str) -> str:
    """`text` on one line, without characters that act."""
    kept = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    return " ".join(kept.split())


def title(text: str) -> str:
    """The title of a paper, on one line."""
    return plain(text)


def prose(text: str) -> str:
    """An abstract or another run of sentences, white space folded."""
    return plain(text)


def name(text: str) -> str:
    """The name of a person or an organization."""
    return plain(text)


def web_url(text: str) -> str | None:
    """`text` if it is an address of the web that can be opened, else ``None``."""
    text = text.strip()
    if not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None
