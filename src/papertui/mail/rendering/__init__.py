"""Renders a digest as plain text, HTML, Markdown and Atom, and its subject.

All but Atom use templates. `templates` is the folder of custom templates (``[digest] templates``) or ``None``; a custom
template that cannot be used raises `SettingsError`.
"""

from __future__ import annotations

from pathlib import Path

from papertui.core.digest import Digest
from papertui.core.digest.view import DigestView, shortened, subject_of, view_of
from papertui.mail.rendering.atom import atom
from papertui.mail.rendering.templates import Form, render

#: Mail clients truncate longer messages: Gmail at 102 kB.
MOST_BYTES = 100_000


def subject(digest: Digest) -> str:
    """The period and the first paper: one printable line of about 80 cells."""
    return subject_of(digest)


def as_text(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """Plain text in 80 columns; only addresses may be longer.

    Args:
        digest: the digest.
        templates: the folder of custom templates.
        unsubscribe: a web or mail address to unsubscribe, shown at the end.

    Raises:
        SettingsError: a custom template cannot be used.
    """
    return _lines(render(view_of(digest, unsubscribe), "txt", templates))


def as_html(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """A complete HTML document for mail clients, at most `MOST_BYTES` in UTF-8.

    If the papers need more, the last ones of each section are left out, and the document says how many.
    Arguments and exceptions are those of `as_text`.
    """
    return _bounded(view_of(digest, unsubscribe), "html", templates)


def as_markdown(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """CommonMark. Arguments and exceptions are those of `as_text`."""
    return _lines(render(view_of(digest, unsubscribe), "md", templates))


def as_atom(digest: Digest, address: str = "") -> str:
    """An Atom feed (RFC 4287), a complete XML document.

    Args:
        digest: the digest.
        address: where the feed will be published, if known; used for the feed's id and its self link.
    """
    return atom(digest, address)


def _bounded(view: DigestView, form: Form, templates: Path | None) -> str:
    """The rendered digest with as many papers as fit into `MOST_BYTES`."""
    whole = render(view, form, templates)
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    fits, too_many = 0, sum(max(1, len(section.papers)) for section in view.sections)
    best = render(shortened(view, 0), form, templates)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        made = render(shortened(view, middle), form, templates)
        if len(made.encode()) <= MOST_BYTES:
            fits, best = middle, made
        else:
            too_many = middle
    return best


def _lines(text: str) -> str:
    """The text without trailing spaces and with at most two consecutive empty lines."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.split("\n")):
        if line or kept[-2:] != ["", ""]:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
