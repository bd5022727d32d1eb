"""XML from a service, read without being fooled."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from papertui.errors import SourceError

#: So much of a body tells whether it is a web page.
_HEAD = 2000
_PAGE = (b"<!doctype html", b"<html")


def parsed(body: bytes, service: str, roots: tuple[str, ...]) -> Element:
    """The root element of the XML in `body`.

    Definitions of entities are refused: an answer of some bytes could unfold to gigabytes, or read other files.

    Args:
        body: as it came.
        service: who sent it, for messages.
        roots: the tags one of which the root must have.

    Raises:
        SourceError: it is no XML, or another kind of it.
    """
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(mark in head[:_HEAD] for mark in _PAGE):
        raise SourceError(
            f"{service} answered with a web page instead of data: perhaps a login page of the network; open a browser "
            "to see."
        )
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise SourceError(
            f"{service} answered with XML that defines a document type, which is refused; try again later."
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise SourceError(f"{service} answered with broken XML; try again in a moment.") from error
    if root.tag not in roots:
        raise SourceError(f"{service} answered with something that is not the data asked for; try again later.")
    return root
