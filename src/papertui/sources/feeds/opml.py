"""Read and write lists of feeds in OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.errors import SourceError, UsageError
from papertui.model import text
from papertui.sources.feeds.repair import repair
from papertui.sources.feeds.sanitize import decode, without_prolog

#: Some programs write ``feed:https://`` and ``feed://``: https://www.iana.org/assignments/uri-schemes/prov/feed
_SCHEME = re.compile(r"^\s*feed:(?=https?://)", re.IGNORECASE)
LARGEST = 4 * 1024 * 1024
#: Nobody reads more feeds, and each one is fetched.
_MOST = 2_000
_LONGEST_TITLE = 200
_MOST_TAGS = 100_000


class Outline(NamedTuple):
    """One feed of a list."""

    #: The title in the list, else the address.
    title: str
    url: str


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """Return the feeds in `body`, from all groups, without duplicates.

    Raises:
        UsageError: it is not OPML.
    """
    if len(body) > LARGEST or body.count(b"<") > _MOST_TAGS:
        raise UsageError("The list of feeds is too long; split it into several files.")
    try:
        root = _read(body.lstrip())
    except DefusedXmlException:
        raise UsageError(
            "The list of feeds defines a document type, which papertui refuses as a security risk; remove the line "
            "with <!DOCTYPE from the file."
        ) from None
    except (ParseError, ValueError, LookupError):  # an unknown encoding, or one not allowed in XML
        raise _no_opml() from None
    if _local(root) != "opml":
        raise _no_opml()
    found: dict[str, Outline] = {}
    # An explicit stack: recursion into deep nesting would end in a RecursionError.
    waiting: list[Element] = [root]
    while waiting and len(found) < _MOST:
        element = waiting.pop()
        waiting.extend(reversed(element))
        attributes = {name.lower(): value for name, value in element.items()} if _local(element) == "outline" else {}
        address = text.web_url(_SCHEME.sub("", attributes.get("xmlurl", ""), count=1).replace("feed://", "http://", 1))
        if address is not None:
            title = text.plain((attributes.get("title") or attributes.get("text") or "")[:_LONGEST_TITLE])
            found.setdefault(address, Outline(title or address, address))
    return tuple(found.values())


def _read(body: bytes) -> Element:
    root: Element
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:  # also a ValueError, but not repairable
        raise
    except (ParseError, ValueError, LookupError):
        # Some programs write lists with stray ampersands, or in another encoding than declared.
        try:
            written = without_prolog(decode(body))
        except SourceError as problem:
            raise _no_opml() from problem
        if not written.rstrip().lower().endswith("</opml>"):
            raise _no_opml() from None  # truncated: the user could not see that feeds are missing
        root = fromstring(repair(written), forbid_dtd=True)
    return root


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """Return `outlines` as an OPML file for other programs.

    Args:
        outlines: the feeds.
        title: the title of the list.
    """
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = text.plain(title)
    body = SubElement(root, "body")
    for outline in outlines:
        name = text.plain(outline.title)
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=text.plain(outline.url))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _local(element: Element) -> str:
    """Return the name of an element without a namespace: OPML has none, but some programs add one."""
    return element.tag.rpartition("}")[2].lower()


def _no_opml() -> UsageError:
    return UsageError("The file is not a list of feeds (OPML); export the subscriptions of your feed reader again.")
