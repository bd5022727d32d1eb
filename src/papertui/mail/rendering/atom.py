"""A digest as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from markupsafe import Markup

import papertui
from papertui.core.digest import Digest, Entry
from papertui.core.digest.view import PaperView, sayable, view_of
from papertui.core.safe import one_line

_NAMESPACE = "http://www.w3.org/2005/Atom"
_SCHEME = "http://arxiv.org/schemas/atom"


def atom(digest: Digest, address: str = "") -> str:
    """The digest as a feed with an entry for each paper.

    A paper's id is the same in every feed. The feed's id depends on `address`, or without one on the kind of digest, so
    that a file published at the same address every day stays the same feed.
    """
    view = view_of(digest)
    updated = _moment(digest.made_at)
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _put(feed, "id", _urn(sayable(address) or f"papertui digest {digest.period.kind}"))
    _put(feed, "title", view.title)
    _put(feed, "subtitle", " ".join([view.lead, *view.notices, *(s.notice for s in view.sections if s.notice)]))
    _put(feed, "updated", updated)
    _put(ET.SubElement(feed, "author"), "name", "papertui")
    _put(feed, "generator", "papertui", version=papertui.__version__)
    if sayable(address):
        ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    for section, shown in zip(digest.sections, view.sections, strict=True):
        for entry, paper in zip(section.entries, shown.papers, strict=True):
            _entry(feed, entry, paper, shown.title, updated)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _entry(feed: ET.Element, entry: Entry, paper: PaperView, section: str, updated: str) -> None:
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
