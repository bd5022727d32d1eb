"""Render a digest as plain text, HTML, Markdown and Atom.

All but Atom use templates, the bundled or custom ones. Each format has an environment that escapes every value, so that
a template cannot forget it. Templates run in a sandbox and see only the digest.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

import papertui
from papertui.digest.model import Digest, DigestEntry
from papertui.digest.view import DigestView, PaperView, linkable, shortened, view_of
from papertui.errors import SettingsError
from papertui.model.format import cells, fitting
from papertui.model.safe_text import one_line

#: Columns of plain text.
WIDTH = 80
#: Characters with a meaning in CommonMark or GitHub's extensions anywhere in a line.
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|$])")
#: Characters with a meaning at the start of a block.
_BLOCK_START = re.compile(r"^(\s*)(?:([#+\-=:])|(\d{1,9})([.)]))")
_ADDRESS = re.compile(r"https?://\S+\Z|mailto:\S+\Z")
Form = Literal["txt", "html", "md"]
FORMS: tuple[Form, ...] = ("txt", "html", "md")
#: The prefix of bundled templates in custom ones: ``{% extends "papertui/digest.html" %}``.
_BUNDLED = "papertui"
#: Errors in a template: unknown names raise `TemplateError`, the rest are Python's errors.
_TEMPLATE_ERRORS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
_NAMESPACE = "http://www.w3.org/2005/Atom"
_SCHEME = "http://arxiv.org/schemas/atom"
#: Mail clients truncate longer messages: Gmail at 102 kB.
MOST_BYTES = 100_000


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
    """An Atom feed (RFC 4287) with an entry for each paper, a complete XML document.

    A paper's id is the same in every feed. The feed's id depends on `address`, or without one on the kind of digest, so
    that a file published at the same address every day stays the same feed.

    Args:
        digest: the digest.
        address: where the feed will be published, if known; used for the feed's id and its self link.
    """
    view = view_of(digest)
    updated = _moment(digest.made_at)
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _put(feed, "id", _urn(linkable(address) or f"papertui digest {digest.period.kind}"))
    _put(feed, "title", view.title)
    _put(feed, "subtitle", " ".join([view.lead, *view.notices, *(s.notice for s in view.sections if s.notice)]))
    _put(feed, "updated", updated)
    _put(ET.SubElement(feed, "author"), "name", "papertui")
    _put(feed, "generator", "papertui", version=papertui.__version__)
    if linkable(address):
        ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    for section, shown in zip(digest.sections, view.sections, strict=True):
        for entry, paper in zip(section.entries, shown.papers, strict=True):
            _entry(feed, entry, paper, shown.title, updated)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


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


def render(view: DigestView, form: Form, folder: Path | None) -> str:
    """Render the digest in a format.

    Args:
        view: the digest.
        form: selects ``digest.txt``, ``digest.html`` or ``digest.md``.
        folder: the folder of custom templates; bundled ones replace those it does not contain.

    Raises:
        SettingsError: a custom template cannot be used; the message names the file and the line.
    """
    if folder is not None:
        folder = _checked(folder)
    environment = _environment(form, folder)
    try:
        return environment.get_template(f"digest.{form}").render(digest=view)
    except UnicodeDecodeError as error:
        raise SettingsError(f"A template in {folder} is not UTF-8. Save the templates as UTF-8 text.") from error
    except _TEMPLATE_ERRORS as error:
        if folder is None:
            raise
        raise SettingsError(_explained(error, folder, form)) from error
    except OSError as error:
        raise SettingsError(f"A template in {folder} cannot be read: {error.strerror or error}.") from error


def _environment(form: Form, folder: Path | None) -> ImmutableSandboxedEnvironment:
    bundled = PackageLoader("papertui.digest")
    custom = [] if folder is None else [FileSystemLoader(folder)]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*custom, PrefixLoader({_BUNDLED: bundled}), bundled]),
        autoescape=form != "txt",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_escape_markdown if form == "md" else None,
    )
    environment.filters["fill"] = _fill
    if form == "md":
        environment.filters["link"] = _markdown_link
    return environment


def _checked(folder: Path) -> Path:
    """The folder of custom templates, without ``~``.

    Raises:
        SettingsError: it contains no template, or begins with the home folder of an unknown user.
    """
    try:
        folder = folder.expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"“templates” in [digest] is “{folder}”, but this home folder does not exist. Set it to the full path of a "
            "folder."
        ) from error
    names = [f"digest.{form}" for form in FORMS]
    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}; set “templates” in [digest] to a folder, or leave it empty.")
    if not any((folder / name).is_file() for name in names):
        raise SettingsError(
            f"The folder {folder} contains no template; valid names are {', '.join(names[:-1])} and {names[-1]}."
        )
    return folder


def _explained(error: BaseException, folder: Path, form: Form) -> str:
    """The error message with file and line."""
    if isinstance(error, TemplateNotFound):
        return f"A template in {folder} needs “{one_line(str(error.name))}”, which does not exist; add or replace it."
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or f"digest.{form}", error.lineno
    else:
        file, line = _place(error) or (f"digest.{form}", 1)
    reason = one_line(str(error)).rstrip(".") or type(error).__name__
    return f"The template {folder / Path(file).name}, line {line}: {reason}. Correct it, or remove the file."


def _place(error: BaseException) -> tuple[str, int] | None:
    """The innermost file and line of a template; Jinja makes tracebacks show them."""
    place = None
    step: Any = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if Path(file).suffix.lstrip(".") in FORMS:
            place = file, step.tb_lineno
        step = step.tb_next
    return place


def _fill(text: str, indent: int = 0, lines: int = 0, hang: int = 0) -> str:
    """Fill `text` into lines of at most 80 columns; only an address may be longer, on a separate line.

    Args:
        text: one paragraph.
        indent: spaces before each line.
        lines: the largest number of lines, the last one ending with an ellipsis if it was cut; 0 for all.
        hang: additional spaces before all lines but the first.
    """
    made: list[str] = []
    line, room = "", WIDTH - indent
    for word in (piece for part in text.split() for piece in _pieces(part, WIDTH - indent - hang)):
        if not line:
            line = word
        elif cells(line) + 1 + cells(word) <= room:
            line += f" {word}"
        else:
            made.append(line)
            line, room = word, WIDTH - indent - hang
    if line:
        made.append(line)
    if lines and len(made) > lines:
        made[lines - 1 :] = [_ended(made[lines - 1], WIDTH - indent - hang)]
    return "\n".join(" " * (indent + (hang if number else 0)) + line for number, line in enumerate(made))


def _pieces(word: str, room: int) -> list[str]:
    """The word, split if it does not fit into a line, unless it is an address."""
    if cells(word) <= room or _ADDRESS.match(word):
        return [word]
    pieces = []
    while word:
        end = fitting(word, room) or 1
        pieces.append(word[:end])
        word = word[end:]
    return pieces


def _ended(line: str, room: int) -> str:
    while cells(line) >= room:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;:.") + "…"


def _escape_markdown(text: object) -> Markup:
    """Escape a value for Markdown: nothing in it becomes emphasis, a link, a heading, a list or HTML.

    A `Markup` (a link, or a block of another template) is Markdown already and is returned unchanged.
    """
    if isinstance(text, Markup):
        return text
    line = " ".join(str(text).split())
    escaped = _SPECIAL.sub(r"\\\1", line)
    line = _BLOCK_START.sub(lambda match: f"\\{match[2]}" if match[2] else f"{match[3]}\\{match[4]}", escaped)
    return Markup(line)  # noqa: S704 - escaped, for Markdown


def _markdown_link(text: str, url: str) -> Markup:
    """A link in Markdown, or escaped text if there is no address."""
    if not url:
        return _escape_markdown(text)
    # papertui's addresses contain none of these; in an address from a custom template they must not end the link.
    target = re.sub(r"[<>\s\\]", lambda match: f"%{ord(match[0]):02X}", url)
    return Markup(f"[{_escape_markdown(text)}](<{target}>)")  # noqa: S704 - both are escaped


def _entry(feed: ET.Element, entry: DigestEntry, paper: PaperView, section: str, updated: str) -> None:
    made = ET.SubElement(feed, "entry")
    _put(made, "id", _urn(f"papertui paper {entry.paper.id}"))
    _put(made, "title", paper.title)
    _put(made, "updated", updated)
    if entry.paper.published is not None:
        _put(made, "published", _moment(entry.paper.published))
    for name in filter(None, map(one_line, entry.paper.authors)):
        _put(ET.SubElement(made, "author"), "name", name)
    for link in paper.links:
        facts = {"rel": "alternate" if link.name == "Paper" else "related", "href": link.url, "title": link.name}
        ET.SubElement(made, "link", facts)
    for category in filter(None, map(one_line, entry.paper.categories)):
        ET.SubElement(made, "category", {"term": category, "scheme": _SCHEME})
    _put(made, "content", str(_content(paper, section)), type="html")


def _content(paper: PaperView, section: str) -> Markup:
    votes = ", ".join(filter(None, (paper.votes, paper.change, paper.comments)))
    why = "; ".join((section, *paper.reasons))
    paragraphs = (paper.authors, votes, paper.summary, f"Why: {why}")
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in paragraphs if text)


def _put(parent: ET.Element, name: str, text: str, **facts: str) -> None:
    ET.SubElement(parent, name, facts).text = text


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def _moment(when: datetime) -> str:
    """A timestamp in RFC 3339, in whole seconds."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
