"""A digest written out: as plain text, HTML, Markdown and Atom, and the line that announces it.

Every function takes the folder of the reader's own templates (``[digest] templates``) as `templates`, ``None`` for
those that come with papertui, and raises `SettingsError` when one of the reader's cannot be used.
"""

from __future__ import annotations

from pathlib import Path

from papertui.core.digest import Digest


def subject(digest: Digest) -> str:
    """One line without control characters, at most some 80 letters."""
    return f"Papers of {digest.period.short}"


def as_text(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """Plain text of 80 columns; only an address may be longer.

    Args:
        digest: what is written.
        templates: the folder of the reader's own templates.
        unsubscribe: where mails are declined, an address of the web or of mail; told at the end.

    Raises:
        SettingsError: a template of the reader's cannot be used.
    """
    raise NotImplementedError(digest, templates, unsubscribe)


def as_html(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """A whole HTML document for mail clients, at most 100,000 bytes as UTF-8; see `as_text`."""
    raise NotImplementedError(digest, templates, unsubscribe)


def as_markdown(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """CommonMark; see `as_text`."""
    raise NotImplementedError(digest, templates, unsubscribe)


def as_atom(digest: Digest, address: str = "") -> str:
    """An Atom feed (RFC 4287), a whole XML document.

    Args:
        digest: what is written.
        address: where the feed will be published, if that is known; it goes into the feed's id and its self link.
    """
    raise NotImplementedError(digest, address)
