"""Lists of feeds as other readers keep them: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.core import text
from papertui.errors import UsageError


class Outline(NamedTuple):
    """One feed of a list.

    Attributes:
        title: what the list calls it, which may be nothing.
        url: where the feed lies.
    """

    title: str
    url: str


def read_opml(body: bytes, name: str = "The file") -> tuple[Outline, ...]:
    """The feeds in a list, folders being passed through; no feed twice, and none that cannot be asked.

    Args:
        body: the list.
        name: what it is called, for messages.

    Raises:
        UsageError: it is no such list.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise UsageError(f"{name} defines a document type, which is refused; export the feeds once more.") from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise UsageError(f"{name} is no OPML; export the feeds of the other reader as OPML.") from error
    if root.tag != "opml":
        raise UsageError(f"{name} is no OPML; export the feeds of the other reader as OPML.")
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        url = text.web_url(element.get("xmlUrl", ""))
        if url is not None:
            found.setdefault(url, Outline(text.plain(element.get("title") or element.get("text") or ""), url))
    return tuple(found.values())


def write_opml(outlines: Iterable[Outline], title: str = "papertui") -> str:
    """A list of feeds for other readers."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for outline in outlines:
        named = outline.title or outline.url
        SubElement(body, "outline", type="rss", text=named, title=named, xmlUrl=outline.url)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'
