"""Lists of feeds as other readers write them: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.core import text
from papertui.errors import SourceError, UsageError
from papertui.sources.syndication.intake import decoded, without_prolog
from papertui.sources.syndication.mending import mended

#: Some readers write ``feed:https://`` and ``feed://``: https://www.iana.org/assignments/uri-schemes/prov/feed
_SCHEME = re.compile(r"^\s*feed:(?=https?://)", re.IGNORECASE)
LARGEST = 4 * 1024 * 1024
#: Nobody reads so many, and each is asked for.
_MOST = 2_000
_LONGEST_TITLE = 200
_MOST_TAGS = 100_000


class Outline(NamedTuple):
    """One feed of a list.

    Attributes:
        title: what the list calls it, else its address.
        url: the feed's address.
    """

    title: str
    url: str


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds in `body`, out of whatever groups they are in, none twice.

    Raises:
        UsageError: it is no OPML.
    """
    if len(body) > LARGEST or body.count(b"<") > _MOST_TAGS:
        raise UsageError("The list of feeds is longer than any reader's; split it into several files.")
    try:
        root = _read(body.lstrip())
    except DefusedXmlException:
        raise UsageError(
            "The list of feeds defines a document type, which is refused, as it can be used to attack; take the line "
            "with <!DOCTYPE out of the file."
        ) from None
    except (ParseError, ValueError, LookupError):  # an encoding that is unknown, or not for XML
        raise _no_opml() from None
    if _local(root) != "opml":
        raise _no_opml()
    found: dict[str, Outline] = {}
    # An own stack: nested deep enough, a walk that calls itself would end in a RecursionError.
    waiting: list[Element] = [root]
    while waiting and len(found) < _MOST:
        element = waiting.pop()
        waiting.extend(reversed(element))
        told = {name.lower(): value for name, value in element.items()} if _local(element) == "outline" else {}
        address = text.web_url(_SCHEME.sub("", told.get("xmlurl", ""), count=1).replace("feed://", "http://", 1))
        if address is not None:
            title = text.plain((told.get("title") or told.get("text") or "")[:_LONGEST_TITLE])
            found.setdefault(address, Outline(title or address, address))
    return tuple(found.values())


def _read(body: bytes) -> Element:
    root: Element
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:  # a ValueError, too; there is nothing to mend
        raise
    except (ParseError, ValueError, LookupError):
        # A stray ampersand in a title or an address, or another encoding than declared: readers write such lists.
        try:
            written = without_prolog(decoded(body))
        except SourceError as problem:
            raise _no_opml() from problem
        if not written.rstrip().lower().endswith("</opml>"):
            raise _no_opml() from None  # it was cut, and nobody would see that
        root = fromstring(mended(written), forbid_dtd=True)
    return root


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """The list of `outlines` as an OPML file that other readers take in.

    Args:
        outlines: the feeds.
        title: what the list is called.
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
    """The element's name without its namespace, which OPML has none of and some writers give it."""
    return element.tag.rpartition("}")[2].lower()


def _no_opml() -> UsageError:
    return UsageError("The file is no list of feeds (OPML); export the subscriptions of your reader once more.")
