"""A digest written out: as plain text, HTML, Markdown and Atom, and the line that announces it.

Those that are made of templates take the folder of the reader's own (``[digest] templates``) as `templates`, ``None``
for those that come with papertui, and raise `SettingsError` when one of the reader's cannot be used.
"""

from __future__ import annotations

from pathlib import Path

from papertui.core.digest import Digest
from papertui.core.digest.view import DigestView, shortened, subject_of, view_of
from papertui.mail.rendering.atom import atom
from papertui.mail.rendering.templates import Form, render

#: Mail clients cut a message that is longer: Gmail at 102 kB.
MOST_BYTES = 100_000


def subject(digest: Digest) -> str:
    """What the digest is and what is first in it: one line without control characters, of some 80 cells."""
    return subject_of(digest)


def as_text(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """Plain text of 80 columns; only an address may be longer.

    Args:
        digest: what is written.
        templates: the folder of the reader's own templates.
        unsubscribe: where mails are declined, an address of the web or of mail; told at the end.

    Raises:
        SettingsError: a template of the reader's cannot be used.
    """
    return _lines(render(view_of(digest, unsubscribe), "txt", templates))


def as_html(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """A whole HTML document for mail clients, at most `MOST_BYTES` as UTF-8.

    Where the papers take more, the last ones of each section are left out, and the document says how many.
    Arguments and failures are those of `as_text`.
    """
    return _bounded(view_of(digest, unsubscribe), "html", templates)


def as_markdown(digest: Digest, templates: Path | None = None, unsubscribe: str = "") -> str:
    """CommonMark. Arguments and failures are those of `as_text`."""
    return _lines(render(view_of(digest, unsubscribe), "md", templates))


def as_atom(digest: Digest, address: str = "") -> str:
    """An Atom feed (RFC 4287), a whole XML document.

    Args:
        digest: what is written.
        address: where the feed will be published, if that is known; it goes into the feed's id and its self link.
    """
    return atom(digest, address)


def _bounded(view: DigestView, form: Form, templates: Path | None) -> str:
    """The form with as many papers as there is room for."""
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
    """The text without space at the ends of lines, and with no more than two empty lines in a row."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.split("\n")):
        if line or kept[-2:] != ["", ""]:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
